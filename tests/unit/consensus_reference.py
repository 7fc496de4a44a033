# The figures of consensus_test.c: numpy 1.24, by the definitions in Dawid &
# Skene (1979) and in crowd-kit's documentation of OneCoinDawidSkene and Wawa.
import numpy as np

# Dawid & Skene (1979), table 1: 45 patients; observer 1 three times, 2 to 5
TABLE = """1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223
2322223 4444444 2223343 1111111 2223212 1211111 1112111 1111111 1111111 2222221
2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222 1111111 1111111
1121121 1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432
1111111 1111111 1212111 2322222 1211111 2222222""".split()
table = [(i, max(0, k - 2), int(c) - 1) for i, row in enumerate(TABLE) for k, c in enumerate(row)]

def lcg(n):
    x = 12345; out = []
    for _ in range(n):
        x = (x * 1103515245 + 12345) % 2**31; out.append(x >> 16)
    return out

# 500 items, 15 raters from poor to good, 4 labels; each rates about a third
u = iter(lcg(100000)); crowd = []
for i in range(500):
    truth = next(u) % 4
    for r in range(15):
        if next(u) % 3: continue
        crowd.append((i, r, truth if next(u) % 20 < 7 + r % 12 else next(u) % 4))
print('crowd', len(crowd), 'items without a vote', 500 - len({i for i, _, _ in crowd}))

def shape(votes):
    return tuple(max(v[k] for v in votes) + 1 for k in range(3))

def start(votes):
    n, _, k = shape(votes); T = np.zeros((n, k))
    for i, r, l in votes: T[i, l] += 1
    return T / np.maximum(T.sum(1, keepdims=True), 1)

def em(votes, m_step, e_step):
    T = start(votes)
    while True:
        p = T.sum(0) / T.sum(); state = m_step(votes, T)
        L = np.array([[e_step(state, r, t, l) for t in range(len(p))] for i, r, l in votes])
        new = np.tile(np.log(p), (len(T), 1))
        for (i, r, l), x in zip(votes, L): new[i] += x
        top = new.max(1, keepdims=True); ll = (top[:, 0] + np.log(np.exp(new - top).sum(1)))
        new = np.exp(new - top); new /= new.sum(1, keepdims=True)
        voted = np.zeros(len(T), bool); voted[[v[0] for v in votes]] = True
        new[~voted] = 0; change = abs(new - T).max(); T = new
        if change < 1e-12: return T, T.sum(0) / T.sum(), m_step(votes, T), ll[voted].sum()

def tables(votes, T):
    n, m, k = shape(votes); pi = np.zeros((m, k, k))
    for i, r, l in votes: pi[r, :, l] += T[i]
    s = pi.sum(2, keepdims=True)
    return np.divide(pi, s, out=np.zeros_like(pi), where=s > 0)

def coins(votes, T):
    n, m, k = shape(votes); s = np.zeros(m); c = np.zeros(m)
    for i, r, l in votes: s[r] += T[i, l]; c[r] += 1
    return s / c

# rows of the table weighed by how many items of that label he is likely to have seen
def skills(votes, T, pi):
    met = np.zeros(pi.shape[:2])
    for i, r, l in votes: met[r] += T[i]
    return (met * np.diagonal(pi, axis1=1, axis2=2)).sum(1) / met.sum(1)

def log(x):
    return np.log(x) if x > 0 else -1e300

def show(name, x):
    print(name, ' '.join('%.8f' % v for v in np.ravel(x)))

# 60 items of two labels: raters 0 to 2 judge all of them and are wrong on some; rater 3 judges the first 30 only, always right
few = [(i, r, int((i >= 30) != (i % 10 == r + 3 * (i // 30)))) for i in range(60) for r in range(3)] + [(i, 3, 0) for i in range(30)]

for name, votes in (('table', table), ('crowd', crowd), ('few', few)):
    k = shape(votes)[2]
    T, p, pi, ll = em(votes, tables, lambda s, r, t, l: log(s[r, t, l]))
    print(name, 'dawid-skene')
    show('share', p); show('log likelihood', ll)
    show('skill', skills(votes, T, pi))
    show('confusion of rater 1', pi[1])
    print('labels', ''.join(map(str, T.argmax(1))))
    show('squares', (T ** 2).sum()); show('item 2', T[2])
    T, p, s, ll = em(votes, coins, lambda s, r, t, l: log(s[r] if t == l else (1 - s[r]) / (k - 1)))
    print(name, 'one coin')
    show('share', p); show('log likelihood', ll); show('skill', s)
    print('labels', ''.join(map(str, T.argmax(1)))); show('squares', (T ** 2).sum()); show('item 2', T[2])
    # Wawa: a tie of the first vote says nothing of who took part
    M = start(votes); top = M.max(1); tied = (abs(M - top[:, None]) < 1e-9).sum(1) > 1
    n, m, _ = shape(votes); s = np.zeros(m); c = np.zeros(m)
    for i, r, l in votes:
        if not tied[i]: c[r] += 1; s[r] += l == M[i].argmax()
    s /= c; W = np.zeros_like(M)
    for i, r, l in votes: W[i, l] += s[r]
    W /= np.maximum(W.sum(1, keepdims=True), 1e-300)
    print(name, 'wawa, ties of the plain majority', tied.sum())
    show('skill', s); print('labels', ''.join(map(str, W.argmax(1)))); show('squares', (W ** 2).sum())
