"""The figures of calibrator_test.c, by scikit-learn, scipy and R.

Debian: python3-sklearn python3-scipy r-base-core.
"""
import subprocess

import numpy as np
from scipy.optimize import brentq
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

N = 400
i = np.arange(N)
c = (i * 7919 % 101) / 100
y = ((i * i * 31 + i * 17) % 1000 < 1000 * (0.2 + 0.6 * c)).astype(int)
CLIP = 0.001
AT = [0, 0.003, 0.1, 0.255, 0.5, 0.77, 0.98, 1]
p = np.clip(c, CLIP, 1 - CLIP)
at = np.clip(AT, CLIP, 1 - CLIP)
logit = np.log(p) - np.log1p(-p)


def show(name, values):
    print(name, ", ".join("%.12g" % v for v in values))


def r(code):
    data = "p <- c(%s); y <- c(%s); at <- c(%s)\n" % tuple(
        ",".join(repr(float(v)) for v in x) for x in (p, y, at))
    out = subprocess.run(["Rscript", "-e", data + code], check=True,
                         capture_output=True, text=True)
    return [float(v) for v in out.stdout.split()]


print("right", y.sum())
# R's glm: the same likelihood, by another program
print_r = "cat(format(predict(m, data.frame(p=at), type='response'), digits=12))"
show("platt", r("""up <- sum(y); t <- ifelse(y == 1, (up + 1) / (up + 2), 1 / (length(y) - up + 2))
m <- suppressWarnings(glm(t ~ qlogis(p), family=binomial, control=list(epsilon=1e-14)));""" + print_r))
show("beta", r("m <- glm(y ~ log(p) + log1p(-p), family=binomial, control=list(epsilon=1e-14));" + print_r))
slope = lambda b: np.sum((1 / (1 + np.exp(-b * logit)) - y) * logit)
b = brentq(slope, 0, 10, xtol=1e-15)
show("temperature", 1 / (1 + np.exp(-b * (np.log(at) - np.log1p(-at)))))
show("isotonic", IsotonicRegression(out_of_bounds="clip").fit(c, y).predict(AT))


def venn_abers(x):
    """By its definition: an isotonic regression for each label."""
    q = [IsotonicRegression().fit(np.append(c, x), np.append(y, label))
         .predict([x])[0] for label in (0, 1)]
    return q[1] / (1 - q[0] + q[1])


show("venn-abers", [venn_abers(x) for x in AT])

# A combination: two signals, the second missing in every fifth record.
s1 = np.log(p) - np.log1p(-p)
plain = (i * 31 % 17).astype(float)
missing = i % 5 == 0
mean2, sd2 = plain[~missing].mean(), plain[~missing].std()
f1 = (s1 - s1.mean()) / s1.std()
f2 = np.where(missing, 0, (plain - mean2) / sd2)
X = np.column_stack([f1, f2, missing])
m = LogisticRegression(C=1, penalty="l2", tol=1e-12, max_iter=10000).fit(X, y)
rows = [0, 1, 2, 5, 77, 399]
show("combination", m.predict_proba(X[rows])[:, 1])
