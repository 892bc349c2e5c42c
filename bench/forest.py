"""Fit and predict times and test scores of scikit-learn's random forests: the peer of bench/forest.ts.

Prints one JSON line per task. Data: Friedman-1 regression (the first five of the features matter) with Gaussian noise
of sd 1; classification cuts the same target into quintiles. The rows are written to --out as float32 (x) and float64
(y, c), training rows first, so that the other program works on the same ones.
"""

import argparse
import json
import time

import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

parser = argparse.ArgumentParser()
parser.add_argument("--rows", type=int, default=2000)
parser.add_argument("--features", type=int, default=300)
parser.add_argument("--trees", type=int, default=200)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--out", required=True)
parser.add_argument("--seed", type=int, default=0)
a = parser.parse_args()

rng = np.random.default_rng(a.seed)
x = rng.random((2 * a.rows, a.features)).astype(np.float32)
y = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
y = y.astype(np.float64) + rng.normal(size=2 * a.rows)
c = np.digitize(y, np.quantile(y, [0.2, 0.4, 0.6, 0.8])).astype(np.float64)
for name, array in (("x", x), ("y", y), ("c", c)):
    array.tofile(f"{a.out}/{name}.bin")

train, test = slice(0, a.rows), slice(a.rows, None)
tasks = (
    ("regression", RandomForestRegressor(a.trees, max_features=1 / 3, n_jobs=a.threads, random_state=a.seed, oob_score=True), y),
    ("classification", RandomForestClassifier(a.trees, max_features="sqrt", n_jobs=a.threads, random_state=a.seed, oob_score=True), c),
)
for task, model, target in tasks:
    started, cpu = time.perf_counter(), time.process_time()
    model.fit(x[train], target[train])
    fitted, cpu = time.perf_counter(), time.process_time() - cpu
    score = model.score(x[test], target[test])
    predicted = time.perf_counter()
    print(json.dumps({
        "task": task,
        "fitMs": round((fitted - started) * 1e3),
        "fitCpuMs": round(cpu * 1e3),
        "predictMs": round((predicted - fitted) * 1e3),
        "testScore": round(float(score), 4),
        "outOfBagScore": round(float(model.oob_score_), 4),
    }))
