"""Writes expected.json: scipy's figures for some random sets. `python make.py`, with numpy and scipy."""
import json

import numpy
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import pdist

random = numpy.random.default_rng(4)
cases = []
for customers, sets in [(400, 5), (1000, 12), (60000, 40), (50, 2), (900, 3)]:
    # Families of overlapping sets, so that clusters exist; no two distances are equal.
    family = random.random((customers, 3))
    weights = random.random((3, sets))
    while True:
        truth = family @ weights + 0.8 * random.random((customers, sets)) > random.uniform(0.9, 1.8, sets)
        both = truth.T.astype(int) @ truth.astype(int)
        distances = pdist(truth.T, "jaccard")
        if len(set(distances)) == len(distances):
            break
    tree = linkage(distances, "average")
    cases.append({
        "both": both.tolist(),
        "distances": distances.tolist(),
        "leaves": leaves_list(tree).tolist(),
    })
with open("expected.json", "w") as file:
    json.dump(cases, file)
