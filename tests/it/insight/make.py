"""Computes the expected figures of tests/it/insight with scipy, statsmodels and pandas on generated customers.

    python make.py > effects.json      (pip install numpy scipy statsmodels)
"""
import json
import numpy as np
from scipy import stats
from scipy.stats.contingency import association
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(4)


def moments(x):
    return {"known": len(x), "mean": float(np.mean(x)), "variance": float(np.var(x, ddof=1))}


def means(a, b):
    smd = (a.mean() - b.mean()) / np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    return {"inside": moments(a), "outside": moments(b), "smd": float(smd),
            "p": float(stats.ttest_ind(a, b, equal_var=False).pvalue)}


def shares(k1, n1, k2, n2):
    p, q = k1 / n1, k2 / n2
    chi = stats.chi2_contingency([[k1, n1 - k1], [k2, n2 - k2]], correction=False)
    return {"inside": [k1, n1], "outside": [k2, n2], "p": float(chi.pvalue), "chi": float(chi.statistic),
            "smd": float((p - q) / np.sqrt((p * (1 - p) + q * (1 - q)) / 2))}


def bergsma(table):
    """Returns the bias-corrected V of Bergsma (2013), checked for large n against scipy's uncorrected one."""
    chi = stats.chi2_contingency(table, correction=False)
    n, (r, k) = table.sum(), table.shape
    phi = max(0, chi.statistic / n - (k - 1) * (r - 1) / (n - 1))
    rt, kt = r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)
    v = float(np.sqrt(phi / min(kt - 1, rt - 1)))
    assert n < 10_000 or abs(v - association(table, method="cramer")) < 1e-2
    return {"table": table.tolist(), "chi": float(chi.statistic), "p": float(chi.pvalue), "v": v}


cases = {
    "means": [means(rng.normal(m, s, n), rng.normal(0, 1, k))
              for m, s, n, k in [(0.1, 1, 40, 300), (2, 3, 12, 9), (0, 1, 1000, 5000), (0.02, 0.5, 50_000, 70_000)]],
    "shares": [shares(*c) for c in [(30, 100, 200, 1000), (1, 12, 9, 30), (0, 50, 4, 60), (40_118, 128_411, 198_362, 871_589)]],
    "tables": [bergsma(rng.integers(1, top, (rows, 2)))
               for top, rows in [(40, 3), (9, 6), (20_000, 5), (500, 2)]],
    "gates": [],
}
for size in (1, 5, 40):
    p = np.sort(rng.uniform(0, 1, size) ** 4)
    rng.shuffle(p)
    cases["gates"].append({"p": p.tolist(), "reject": multipletests(p, 0.05, "fdr_bh")[0].tolist()})
print(json.dumps(cases, indent=1))
