# The figures of agreement_test.c and sequence_test.c that are in no table:
# numpy 1.24, scipy 1.10, scikit-learn 1.2; by definitions, not by our sums.
import itertools
import numpy as np
from scipy import optimize, special, stats
from scipy.spatial.distance import jensenshannon
from sklearn.metrics import cohen_kappa_score

def lcg(n):
    x = 12345; out = []
    for _ in range(n):
        x = (x * 1103515245 + 12345) % 2**31; out.append(x >> 16)
    return out

# 40 items, 6 raters, 4 labels; about a third of the votes are missing
u = iter(lcg(100000)); votes = []
for i in range(40):
    truth = next(u) % 4
    for r in range(6):
        if next(u) % 3 == 0: continue
        noise = next(u) % 10
        votes.append((i, r, truth if noise < 6 + r % 3 else next(u) % 4))
print('votes', len(votes))
items = {}
for i, r, l in votes: items.setdefault(i, []).append((r, l))

def alpha(values, delta):
    units = [[l for _, l in v] for v in items.values() if len(v) > 1]
    o = np.zeros((4, 4))
    for unit in units:
        for a, b in itertools.permutations(range(len(unit)), 2):
            o[unit[a], unit[b]] += 1 / (len(unit) - 1)
    n = o.sum(1); N = n.sum(); d = np.array([[delta(c, k, n) for k in range(4)] for c in range(4)])
    e = (np.outer(n, n) - np.diag(n)) / (N - 1)
    return 1 - (o * d).sum() / (e * d).sum()
nominal = lambda c, k, n: float(c != k)
def ordinal(c, k, n):
    lo, hi = min(c, k), max(c, k)
    return (n[lo:hi + 1].sum() - (n[lo] + n[hi]) / 2) ** 2 if c != k else 0.
values = np.array([1, 2, 4, 8.])
interval = lambda c, k, n: (values[c] - values[k]) ** 2
print('alpha', *['%.12f' % alpha(values, d) for d in (nominal, ordinal, interval)])

# Gwet (2008): pairs alike of items with two votes, shares over all items
pa = np.mean([np.mean([a[1] == b[1] for a, b in itertools.permutations(v, 2)]) for v in items.values() if len(v) > 1])
pi = np.mean([[np.mean([l == q for _, l in v]) for q in range(4)] for v in items.values()], axis=0)
pe = (pi * (1 - pi)).sum() / 3
print('ac1 %.12f' % ((pa - pe) / (1 - pe)))

# Cohen of raters 0 and 1, and the mean over pairs
def pair(a, b):
    both = [(dict(v)[a], dict(v)[b]) for v in items.values() if a in dict(v) and b in dict(v)]
    return len(both), cohen_kappa_score(*zip(*both))
print('cohen(0,1) %d %.12f' % pair(0, 1), 'mean %.12f' % np.mean([pair(a, b)[1] for a, b in itertools.combinations(range(6), 2)]))

# Dawid & Skene
T = np.zeros((40, 4))
for i, r, l in votes: T[i, l] += 1
T /= T.sum(1, keepdims=True)
while True:
    p = T.mean(0); pi = np.zeros((6, 4, 4))
    for i, r, l in votes: pi[r, :, l] += T[i]
    pi /= pi.sum(2, keepdims=True)
    new = np.tile(p, (40, 1))
    for i, r, l in votes: new[i] *= pi[r, :, l]
    new /= new.sum(1, keepdims=True)
    done = abs(new - T).max() < 1e-13; T = new
    if done: break
print('dawid-skene share', *['%.9f' % x for x in T.mean(0)])
print('accuracy', *['%.9f' % np.mean([T[i, l] for i, q, l in votes if q == r]) for r in range(6)])
print('labels', ''.join(str(x) for x in T.argmax(1)))

# evidence in two parts: 9 of 300 where 70 % are, 20 of 250 where 30 % are
k = np.array([9, 20]); n = np.array([300, 250]); w = np.array([.7, .3])
mix = sum(special.betaln(.5 + k, .5 + n - k) - special.betaln(.5, .5))
for p0 in (.02, .03, .04):
    f = lambda p: -(k * np.log(p) + (n - k) * np.log1p(-p)).sum()
    best = min((optimize.minimize(f, x0, bounds=[(1e-9, 1 - 1e-9)] * 2, constraints={'type': 'ineq', 'fun': lambda p: p0 - (w * p).sum()}, method='SLSQP', options={'ftol': 1e-15, 'maxiter': 1000}) for x0 in ([p0, p0], [p0 / 2, p0], [p0, p0 / 2])), key=lambda r: r.fun)
    print('evidence %.2f %.7f' % (p0, mix + best.fun))
print('one part %.10f' % (special.betaln(30.5, 970.5) - special.betaln(.5, .5) - 30 * np.log(.02) - 970 * np.log(.98)))

# drift
x = np.sort(np.array(lcg(500)) % 1000 / 1000.); y = np.sort((np.array(lcg(900)[500:]) % 1000 / 1000.) ** 1.3)
edges = [x[-(-len(x) * b // 10) - 1] for b in range(1, 10)]
c = np.histogram(x, [-1] + [e + 1e-9 for e in edges] + [2])[0]; d = np.histogram(y, [-1] + [e + 1e-9 for e in edges] + [2])[0]
p = c / 500; q = d / 400
print('psi %.12f js %.12f' % (((q - p) * np.log(q / p)).sum(), jensenshannon(p, q, 2) ** 2), 'ks %.12f' % stats.ks_2samp(x, y).statistic)
print('kolmogorov', *['%.12g' % stats.kstwobign.sf(t) for t in (.3, .5, .8, 1., 1.36, 2.5)])
