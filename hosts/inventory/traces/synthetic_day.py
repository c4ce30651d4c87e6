"""A day of demand around a stated mean: a daily wave with its top in the early afternoon, and noise that lingers.

Only the mean is claimed to be true. Wave and noise are parameters, in per cent of the mean; the noise is a first-order
autoregression (half an hour's memory). Same name, same day.
"""

import zlib
from collections.abc import Sequence

import numpy as np

from hosts.inventory.traces.shapes import STEP_S
from virtlab.engine.arrays import F32, F64
from virtlab.engine.units import SECONDS_PER_DAY

SAMPLES = SECONDS_PER_DAY // STEP_S
TOP_AT = 14 / 24  # of the day
MEMORY = 0.85  # of the noise of one sample is left at the next
SCALINGS = 6


def synthetic_day(names: Sequence[str], mean: F64, *, swing: float, noise: float) -> F32:
    """Shares 0 … 1 (V, 288) whose means are `mean` (V,) within rounding; each row's noise follows from its name."""
    phase = np.arange(SAMPLES) / SAMPLES - TOP_AT
    wave = 1.0 + swing * np.cos(2 * np.pi * phase)
    day = mean[:, None] * np.maximum(0.05, wave + noise * lingering(names))
    for _ in range(SCALINGS):  # what is cut at 1 is given to the other samples
        day = np.minimum(1.0, day * (mean / np.maximum(1e-12, day.mean(axis=1)))[:, None])
    return day.astype(np.float32)


def lingering(names: Sequence[str]) -> F64:
    """Noise of variance 1 that forgets over half an hour (V, 288)."""
    fresh = np.empty((len(names), SAMPLES))
    for row, name in enumerate(names):
        fresh[row] = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(SAMPLES)
    for sample in range(1, SAMPLES):
        fresh[:, sample] = MEMORY * fresh[:, sample - 1] + np.sqrt(1 - MEMORY**2) * fresh[:, sample]
    return fresh
