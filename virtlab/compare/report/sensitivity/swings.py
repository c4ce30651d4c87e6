"""One assumption at a time: by how much each moves the difference, and which of them alone would turn the verdict."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from virtlab.charts.tornado import Swing
from virtlab.compare.report.sensitivity.levers import Lever
from virtlab.compare.report.sensitivity.trials import Trial
from virtlab.web.lazy_text import LazyText

Along = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Turn:
    """An assumption that alone, within its range, changes which side costs less over the months ahead.

    `value`: where both cost the same (between two tried values on a straight line), or the option that changes it,
    called `text`; `now_text` is what it is now. As a text it says so in a sentence.
    """

    key: str
    name: LazyText
    unit: LazyText
    value: float
    text: str
    now_text: str

    def __str__(self) -> str:
        words = {"name": self.name, "text": self.text, "unit": self.unit, "now": self.now_text}
        if self.unit:
            return _("%(name)s: both cost the same at %(text)s %(unit)s; now %(now)s.") % words
        return _("%(name)s: with “%(text)s” the other side costs less; now “%(now)s”.") % words


def along(trial: Trial, lever: Lever) -> Along:
    """Values of a lever, lowest first, with left − right in net USD; another one in the trial as it is now."""
    place = trial.group.index(lever)
    others = [(n, other.now) for n, other in enumerate(trial.group) if n != place]
    nets = trial.nets.items()
    return [(values[place], usd) for values, usd in nets if all(values[n] == now for n, now in others)]


def swings(tried: Sequence[Trial], now_usd: float) -> list[Swing]:
    """What moves (left − right) net USD over the months ahead, most first."""
    found = [_swing(lever, along(trial, lever), now_usd) for trial in tried for lever in trial.group if trial.found]
    return sorted((swing for swing in found if swing.width >= 1), key=lambda swing: -swing.width)


def _swing(lever: Lever, usd: Along, now_usd: float) -> Swing:
    ends = (usd[0], usd[-1]) if lever.is_number else _extremes(usd)
    (low, at_low), (high, at_high) = ends
    return Swing(
        label=str(lever.label),
        unit=str(lever.unit),
        low=low,
        high=high,
        usd_at_low=at_low - now_usd,
        usd_at_high=at_high - now_usd,
        names=None if lever.is_number else (lever.text(low), lever.text(high)),
    )


def _extremes(usd: Along) -> tuple[tuple[float, float], tuple[float, float]]:
    least, most = (choose(usd, key=lambda pair: pair[1]) for choose in (min, max))
    return (least, most) if least[0] <= most[0] else (most, least)


def turns(tried: Sequence[Trial], now_usd: float) -> list[Turn]:
    """Which single assumptions would turn the verdict, at the value next to the present one at which they do."""
    return [
        Turn(lever.key, lever.label, lever.unit, value=value, text=lever.text(value), now_text=lever.text(lever.now))
        for trial in tried
        for lever in trial.group
        for value in itertools.islice(_turning(lever, along(trial, lever), now_usd), 1)
    ]


def _turning(lever: Lever, usd: Along, now_usd: float) -> Iterator[float]:
    if not lever.is_number:
        crossings = [value for value, net in usd if (net < 0) != (now_usd < 0)]
    else:
        pairs = itertools.pairwise(usd)
        crossings = [_level(low, high) for low, high in pairs if (low[1] < 0) != (high[1] < 0)]
    yield from sorted(crossings, key=lambda value: abs(value - lever.now))


def _level(low: tuple[float, float], high: tuple[float, float]) -> float:
    return low[0] + (high[0] - low[0]) * low[1] / (low[1] - high[1])
