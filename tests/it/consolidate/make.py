"""Writes expected.json: results of scipy, scikit-learn and plain counting for generated combinations of segments.

    python tests/it/consolidate/make.py        (needs numpy, scipy, scikit-learn)
"""

import json
import pathlib
import warnings
from itertools import combinations as choose

import numpy as np
from scipy.cluster.hierarchy import average, fcluster
from sklearn.decomposition import non_negative_factorization

LITTLE = 0.1
ITERATIONS = 200


def table(random, sets, rows):
    """Combinations (one bit per set), customers, value; the largest first. Sets belong to kinds that occur together."""
    kinds = random.integers(0, 3, sets)
    found = {0: 500}
    while len(found) < rows:
        kind = random.integers(0, 3)
        bits = random.random(sets) < np.where(kinds == kind, 0.6, 0.12)
        found[int(sum(1 << i for i in range(sets) if bits[i]))] = int(random.integers(1, 4000))
    ordered = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return [(bits, n, int(random.integers(0, 90)) * n) for bits, n in ordered]


def covered(rows, chosen):
    mask = sum(1 << i for i in chosen)
    return sum(n for bits, n, _ in rows if bits & mask)


def greedy(rows, sets):
    """The textbook algorithm: counts every set's gain again in each step."""
    size = [covered(rows, [i]) for i in range(sets)]
    order = []
    while True:
        before = covered(rows, order)
        gains = [covered(rows, order + [i]) - before for i in range(sets)]
        best = max(range(sets), key=lambda i: (gains[i], size[i], -i))
        if gains[best] == 0:
            return order
        order.append(best)


def linkage_of(rows, sets):
    inside = np.array([[bits >> i & 1 for i in range(sets)] for bits, _, _ in rows], float)
    n = np.array([n for _, n, _ in rows], float)
    both = inside.T @ (inside * n[:, None])
    size = np.diag(both)
    distances = [1 - both[i, j] / (size[i] + size[j] - both[i, j]) for i, j in choose(range(sets), 2)]
    return average(distances)


def factorised(rows, sets, clusters):
    """The unexplained share of ‖X‖², starting from the tree's groups."""
    rows = [(bits, n) for bits, n, _ in rows if bits]
    inside = np.array([[bits >> i & 1 for i in range(sets)] for bits, _ in rows], float)
    weight = np.sqrt([n for _, n in rows])
    x = inside * weight[:, None]
    member = np.array([[float(clusters[i] == c) for i in range(sets)] for c in sorted(set(clusters))])
    h = np.where(member > 0, 1.0, LITTLE)
    w = weight[:, None] * (inside @ member.T / inside.sum(1)[:, None] + LITTLE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        w, h, _ = non_negative_factorization(
            x, w, h, n_components=len(member), init="custom", solver="mu", tol=0, max_iter=ITERATIONS
        )
        # Result of scikit-learn's own start and another solver: ours should be close.
        a, b, _ = non_negative_factorization(
            x, n_components=len(member), init="nndsvda", solver="cd", tol=1e-8, max_iter=2000
        )
    whole = (x**2).sum()
    return float(((x - w @ h) ** 2).sum() / whole), float(((x - a @ b) ** 2).sum() / whole)


def case(seed, sets, rows):
    rows = table(np.random.default_rng(seed), sets, rows)
    order = greedy(rows, sets)
    tree = linkage_of(rows, sets)
    cuts = [[int(c) for c in fcluster(tree, k, "maxclust")] for k in range(1, sets + 1)]
    losses = [factorised(rows, sets, cut) for cut in cuts]
    return {
        "sets": sets,
        "rows": rows,
        "greedy": order,
        "covered": [covered(rows, order[:k]) for k in range(1, len(order) + 1)],
        "value": [sum(v for b, _, v in rows if any(b >> i & 1 for i in order[:k])) for k in range(1, len(order) + 1)],
        "best": [max(covered(rows, c) for c in choose(range(sets), k)) for k in range(1, len(order) + 1)],
        "joins": [float(d) for d in tree[:, 2]],
        "cuts": cuts,
        "loss": [loss for loss, _ in losses],
        "loss_cd": [loss for _, loss in losses],
    }


if __name__ == "__main__":
    cases = [case(seed, sets, rows) for seed, sets, rows in [(1, 5, 12), (2, 7, 30), (3, 9, 60), (4, 12, 200)]]
    out = pathlib.Path(__file__).with_name("expected.json")
    out.write_text(json.dumps(cases) + "\n")
