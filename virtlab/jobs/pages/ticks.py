"""Moments of lab time as a page writes them, and the marks of an axis over seconds, days or months."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import takewhile

from django.utils import timezone

from virtlab.engine.units import SECONDS_PER_DAY, SECONDS_PER_HOUR
from virtlab.web.formats import NONE, skeleton

# An axis has about so many marks, so that their words do not touch on a phone.
MOST = 4
MINUTE_S = 60.0
STEPS_S = (
    *(1.0, 2.0, 5.0, 10.0, 15.0, 30.0),
    *(MINUTE_S * n for n in (1, 2, 5, 10, 15, 30)),
    *(SECONDS_PER_HOUR * n for n in (1, 2, 3, 6, 12)),
    *(SECONDS_PER_DAY * n for n in (1, 2, 7, 14)),
)
STEPS_MONTHS = (1, 2, 3, 6, 12, 60)
DAYS_PER_MONTH = 30


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the axis."""

    at: datetime
    label: str


def is_dated(start: datetime, end: datetime) -> bool:
    """Whether times between two moments need their dates: they are not of one day."""
    return timezone.localtime(start).date() != timezone.localtime(end).date()


def lab_moment(at: datetime | None, *, dated: bool) -> str:
    """A moment to the second, with its date where that is not understood."""
    if at is None:
        return NONE
    of_day = f"{timezone.localtime(at):%H:%M:%S}"
    return f"{skeleton(at, 'MMMd')} {of_day}" if dated else of_day


def ticks(start: datetime, end: datetime) -> list[Tick]:
    """The marks between two moments, at round seconds, hours, days or months of the server's time zone."""
    lasts_s = (end - start).total_seconds()
    step_s = next((step for step in STEPS_S if lasts_s / step <= MOST), None)
    marks = _even(start, step_s) if step_s else _months(start, lasts_s)
    return [Tick(at, _label(at, step_s)) for at in takewhile(lambda mark: mark <= end, marks) if at >= start]


def _midnight(at: datetime) -> datetime:
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)


def _even(start: datetime, step_s: float) -> Iterator[datetime]:
    midnight = _midnight(start)
    at = midnight + timedelta(seconds=step_s * ((start - midnight).total_seconds() // step_s))
    while True:
        yield at
        at += timedelta(seconds=step_s)


def _months(start: datetime, lasts_s: float) -> Iterator[datetime]:
    months = lasts_s / SECONDS_PER_DAY / DAYS_PER_MONTH
    step = next((each for each in STEPS_MONTHS if months / each <= MOST), STEPS_MONTHS[-1])
    midnight, month = _midnight(start), 0
    while True:
        yield midnight.replace(year=midnight.year + month // 12, month=month % 12 + 1, day=1)
        month += step


def _label(at: datetime, step_s: float | None) -> str:
    local = timezone.localtime(at)
    if step_s is None:
        return skeleton(at, "yMMM" if local.month == 1 else "MMM")
    if step_s >= SECONDS_PER_DAY or local.time() == time():
        return skeleton(at, "MMMd")
    return f"{local:%H:%M}" if step_s >= MINUTE_S else f"{local:%H:%M:%S}"
