"""What is paid at once and again after a term, on both sides alike."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from virtlab.compare.bills.growth import Driver
from virtlab.engine.arrays import F64


@dataclass(frozen=True, slots=True)
class Purchase:
    """USD paid at once in month `first` (0: now), and again every so many months; `grows`: what more of it is for,
    where workloads have grown.
    """

    usd: float
    first: int
    every: int
    grows: Driver | None = None


def with_work(today: Purchase, factors: F64) -> Iterator[Purchase]:
    """What more workloads add to a purchase of today's, each month for a term of its own from there on; `factors` (M,)
    of today's.
    """
    for month, step in enumerate(np.diff(factors, prepend=1.0).tolist()):
        yield Purchase(today.usd * step, month, today.every, Driver.WORK)
