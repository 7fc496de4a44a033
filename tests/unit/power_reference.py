"""What a threshold can promise on the logs of ../shared/data, by scipy.

For each log, score and bound: the share of records automated by the sweep
on the same records (empirical), by a fixed sequence from the strictest
threshold down (single), by Holm's procedure on a hundred thresholds as MAPIE
does it by default (holm), and by the one test that matters, as if it had
been known beforehand, at the whole of delta (ceiling): no valid procedure can
expect more.  The last column is for hitl-calibrate threshold, which is run.

usage: power_reference.py DATA BUILD
"""
import csv
import json
import subprocess
import sys

import numpy as np
from scipy.stats import binom

DELTA = 0.05
SCORES = ["verbal_numerical_confidence", "logit_perplexity_confidence",
          "verbal_linguistic_confidence"]
data, build = sys.argv[1:]


def read(path):
    with open(path, encoding="utf-8") as f:
        return list(csv.DictReader(f))


def number(text):
    try:
        x = float(text)
    except ValueError:
        return np.nan
    return x if 0 <= x <= 1 else np.nan


def counts(c, error):
    """Records and errors at or above each distinct confidence."""
    keep = ~np.isnan(c)
    c, error = c[keep], error[keep]
    order = np.argsort(-c, kind="stable")
    c, error = c[order], error[order]
    last = np.append(np.nonzero(np.diff(c))[0], len(c) - 1)
    return last + 1, np.cumsum(error)[last], c[last]


def most(m, ok):
    return m[np.nonzero(ok)[0][-1]] if ok.any() else 0


def single(m, p):
    stop = np.nonzero(p > DELTA)[0]
    end = stop[0] if len(stop) else len(m)
    return m[end - 1] if end else 0


def holm(c, error, alpha):
    keep = ~np.isnan(c)
    t = np.linspace(0, 0.99, 100)
    m = np.array([(c[keep] >= x).sum() for x in t])
    k = np.array([error[keep][c[keep] >= x].sum() for x in t])
    p = np.where(m > 0, binom.cdf(k, m, alpha), 1)
    best = 0
    for rank, i in enumerate(np.argsort(p, kind="stable")):
        if p[i] > DELTA / (len(t) - rank):
            break
        best = max(best, m[i])
    return best


def ours(c, error, alpha):
    rows = "".join('{"confidence":%s,"correct":%s}\n' % (
        "null" if np.isnan(x) else repr(float(x)), "false" if e else "true")
        for x, e in zip(c, error))
    out = subprocess.run([build + "/hitl-calibrate", "threshold",
                          "--max-error", str(alpha)], input=rows.encode(),
                         capture_output=True).stdout
    return json.loads(out)["default"]["autonomous"]


def combined(path):
    """The three signals in one, cross-fitted by hitl-calibrate itself."""
    common = ["--csv", "-F", "correct=.correct_answer == .extracted_answer",
              path]
    model = subprocess.run(
        [build + "/hitl-calibrate", "fit", "--signals",
         ",".join("." + s for s in SCORES)] + common,
        check=True, capture_output=True).stdout
    with open("/tmp/model.json", "wb") as f:
        f.write(model)
    out = subprocess.run([build + "/hitl-calibrate", "apply", "-m",
                          "/tmp/model.json", "--cross-fit"] + common,
                         check=True, capture_output=True).stdout
    return np.array([json.loads(r)["calibrated"]["confidence"] or np.nan
                     for r in out.splitlines()], float)


ratios, sums = [], np.zeros(2)
print("%-36s %5s %9s %7s %6s %8s %8s" % ("log, score", "bound", "empirical",
                                         "single", "holm", "ceiling", "ours"))
for log in ["Meta-Llama-3.1-8B-Instruct-Turbo", "gpt-4.1-mini", "gpt-4.1",
            "gpt-4o-2024-08-06"]:
    path = "%s/mmlu-pro-%s.csv" % (data, log)
    rows = read(path)
    error = np.array([r["correct_answer"] != r["extracted_answer"]
                      for r in rows]).astype(int)
    scores = {s.split("_c")[0]: np.array([number(r[s]) for r in rows])
              for s in SCORES}
    scores["combined"] = combined(path)
    for name, c in scores.items():
        m, k, _ = counts(c, error)
        for alpha in (0.05, 0.1, 0.15):
            p = binom.cdf(k, m, alpha)
            top = most(m, p <= DELTA)
            if top <= 0.1 * len(c):
                continue
            got = ours(c, error, alpha)
            ratios.append(got / top)
            sums += got, top
            print("%-36s %5.2f %9.4f %7.4f %6.4f %8.4f %8.4f" % (
                (log[:16] + ", " + name, alpha, most(m, k <= alpha * m) / len(c),
                 single(m, p) / len(c), holm(c, error, alpha) / len(c),
                 top / len(c), got / len(c))))
print("mean of ours/ceiling %.4f, of all records together %.4f" % (
    np.mean(ratios), sums[0] / sums[1]))
