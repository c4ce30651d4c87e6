"""One assumption at a time: by how much each moves the difference, and which of them alone would turn the verdict."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from virtlab.charts.tornado import Swing
from virtlab.compare.report.sensitivity.levers import Lever
from virtlab.compare.report.sensitivity.trials import FINER, Trial, net_lines_at
from virtlab.compare.report.verdict import is_level

Point = tuple[float, float]
"""A value, and left − right in net USD there."""
Along = list[Point]
STEP, MOST_PROBES = 0.002, 12
"""What changes within this share of a value is a jump there; so many values are looked at to find it, at most."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An assumption that alone, within its range, changes which side costs less over the months ahead.

    `value`: where both cost the same, or the option that changes it. Where the difference jumps over that, the last
    value before. `then_usd`: left − right, net, with the option, or a little beyond the jump.
    """

    lever: Lever
    value: float
    then_usd: float | None = None

    @property
    def key(self) -> str:
        """Of the assumption."""
        return self.lever.key

    @property
    def share(self) -> float:
        """How far it is from now, of the whole range (0 … 1)."""
        return abs(self.value - self.lever.now) / (self.lever.high - self.lever.low)


def along(trial: Trial, lever: Lever) -> Along:
    """Values of a lever, lowest first, with left − right in net USD; another one in the trial as it is now."""
    place = trial.group.index(lever)
    others = [(n, other.now) for n, other in enumerate(trial.group) if n != place]
    nets = trial.nets.items()
    return [(values[place], usd) for values, usd in nets if all(values[n] == now for n, now in others)]


def swings(tried: Sequence[Trial], now_usd: float) -> list[Swing]:
    """What moves (left − right) net USD over the months ahead, most first."""
    moved = [_swing(lever, along(trial, lever), now_usd) for trial in tried for lever in trial.group if trial.found]
    return sorted((swing for swing in moved if swing.width >= 1), key=lambda swing: -swing.width)


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
    """Which single assumptions would turn the verdict, at the value next to the present one at which they do: numbers,
    the nearest of their ranges first, then choices.
    """
    turning = [_turn(trial, lever, now_usd) for trial in tried for lever in trial.group]
    numbers = [turn for turn in turning if turn and turn.lever.is_number]
    choices = [turn for turn in turning if turn and not turn.lever.is_number]
    return [*sorted(numbers, key=lambda turn: turn.share), *choices]


def _turn(trial: Trial, lever: Lever, now_usd: float) -> Turn | None:
    usd = along(trial, lever)
    if not lever.is_number:
        options = [(value, net) for value, net in usd if (net < 0) != (now_usd < 0)]
        return Turn(lever, *min(options, key=lambda option: abs(option[0] - lever.now))) if options else None
    pairs = [(low, high) for low, high in itertools.pairwise(usd) if (low[1] < 0) != (high[1] < 0)]
    if not pairs:
        return None
    low, high = min(pairs, key=lambda pair: abs(_level(*pair) - lever.now))
    return _crossed(trial, lever, low, high) if lever.key in FINER else Turn(lever, _level(low, high))


def _crossed(trial: Trial, lever: Lever, low: Point, high: Point) -> Turn:
    """Where the difference of an assumption that sizes or counts crosses nothing between two values: it may jump, so it
    is looked at between them until both sides cost the same, or hardly anything is left between.
    """
    probe = _level(low, high)
    for _again in range(MOST_PROBES):
        if high[0] - low[0] <= STEP * max(abs(low[0]), abs(high[0])):
            near, far = (low, high) if abs(low[0] - lever.now) <= abs(high[0] - lever.now) else (high, low)
            return Turn(lever, near[0], far[1])
        lines = net_lines_at(trial.pair, {**trial.base, lever.key: probe})
        if lines is None or is_level(*lines.sides_usd):
            return Turn(lever, probe)
        between = (probe, lines.net_usd)
        low, high = (between, high) if (between[1] < 0) == (low[1] < 0) else (low, between)
        probe = (low[0] + high[0]) / 2
    return Turn(lever, _level(low, high))


def _level(low: Point, high: Point) -> float:
    return low[0] + (high[0] - low[0]) * low[1] / (low[1] - high[1])
