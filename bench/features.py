"""Median CPU times of texture and thresholding features in scikit-image: the peer of bench/features.ts. Prints one JSON line.

The image (side x side, 8 bits, a random surface) is written to --out, so that the other program works on the same one.
"""

import argparse
import json
import statistics
import time

import numpy as np
from skimage import exposure, feature, filters

parser = argparse.ArgumentParser()
parser.add_argument("--side", type=int, default=1024)
parser.add_argument("--repeats", type=int, default=5)
parser.add_argument("--out", required=True)
a = parser.parse_args()

surface = np.random.default_rng(0).normal(size=(a.side, a.side)).cumsum(0).cumsum(1)
image = ((surface - surface.min()) / np.ptp(surface) * 255).astype(np.uint8)
image.tofile(a.out)


def median_ms(task):
    task()
    times = []
    for _ in range(a.repeats):
        started = time.process_time()
        task()
        times.append((time.process_time() - started) * 1e3)
    return round(statistics.median(times), 2)


angles = [0, np.pi / 4, np.pi / 2, 3 * np.pi / 4]
print(json.dumps({
    "clahe": median_ms(lambda: exposure.equalize_adapthist(image)),
    "cooccurrence": median_ms(lambda: feature.graycomatrix(image, [1, 2, 4], angles, 256, symmetric=True, normed=True)),
    "localBinaryPattern": median_ms(lambda: feature.local_binary_pattern(image, 10, 5, "uniform")),
    "otsu": median_ms(lambda: filters.threshold_otsu(image)),
    "hog": median_ms(lambda: feature.hog(image.astype(float), 9, (8, 8), (2, 2), feature_vector=False).mean(axis=(0, 1))),
    "gabor": median_ms(lambda: np.hypot(*filters.gabor(image.astype(float), 0.1, np.pi / 4))),
}))
