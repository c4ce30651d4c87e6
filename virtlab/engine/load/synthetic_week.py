"""A synthetic series with a stated mean and peak, on the shape of an office, an evening, a night, of bursts or none.

The shape, with chance on top, is raised to the power at which its mean is the one stated.
"""

import numpy as np

from virtlab.engine.arrays import F64

PER_DAY = 288
# Load through the day by the hour, 0 at rest, 100 at the busiest; and how much of it is left at the weekend.
SHAPES: dict[str, tuple[str, float]] = {
    "office": ("0 0 0 0 0 0 5 20 60 95 100 95 60 90 100 95 85 60 30 15 10 5 0 0", 0.15),
    "evening": ("20 10 5 0 0 5 15 30 35 40 45 50 65 55 50 50 55 65 80 95 100 95 70 40", 1.2),
    "night": ("70 100 100 90 60 20 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 5 20 40", 0.8),
    "bursts": ("2 2 2 2 2 2 5 15 40 70 90 80 50 80 100 95 90 70 40 20 10 5 2 2", 0.08),
    "steady": (" ".join(["50"] * 24), 1.0),
}
ROUGH = {"bursts": 0.9, "steady": 0.15}
WORK_DAYS = 5


def busy(shape: str, chance: np.random.Generator, days: int = 7) -> F64:
    """The shape over so many days from a Monday on, with chance on top (days × 288,), its highest sample at 1.

    KeyError for a shape that is not in SHAPES.
    """
    text, weekend = SHAPES[shape]
    hours = np.array(text.split(), dtype=np.float64) / 100
    day = np.interp(np.arange(PER_DAY) / 12, np.arange(24), hours, period=24)
    week = np.concatenate([day * (weekend if number % 7 >= WORK_DAYS else 1.0) for number in range(days)])
    noise = np.convolve(chance.standard_normal(week.size + 5), np.ones(6) / 6**0.5, mode="valid")
    load = (week + 0.06) * np.exp(ROUGH.get(shape, 0.35) * noise)
    highest: float = load.max()
    return load / highest


def with_mean(shape: F64, mean: float, peak: float) -> F64:
    """A series (T,) with its highest sample at 1, raised to the power at which its mean is `mean`, times `peak`.

    The power is found by halving.
    """
    low, high = 0.01, 30.0
    for _step in range(26):
        power = (low + high) / 2
        low, high = (power, high) if float((peak * shape**power).mean()) > mean else (low, power)
    return peak * shape ** ((low + high) / 2)
