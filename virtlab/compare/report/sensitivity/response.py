"""How each line of two bills answers to all assumptions at once: what ten thousand draws are computed from.

A line's amount is mostly a product of what it rests on, so where several assumptions move it is what it is now times
the factor by which each moves it alone: amount × Π f. What lines are that are sums (a server's price by size) is seen
where two assumptions are moved together: share_pq = (what it comes to ÷ amount − f_p × f_q) ÷ ((f_p − 1) × (f_q − 1)),
0 for a product, −1 for a sum; amount × Π f × (1 + Σ share_pq × (1 − 1 ÷ f_p) × (1 − 1 ÷ f_q)). What lines do not hold
adds up. So that no line is nothing, what is off now is in the middle of its range for all of this. A line that is
nothing now and that one assumption alone brings (hours that no commitment covers) has no factors of now: others do to
it what they do to the largest line that it moves too, in the measure seen where each is moved together with that one,
× Π (1 + measure × (f − 1)).
Between the values tried, lines are straight.
"""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from virtlab.compare.report.cash.flow import REST
from virtlab.compare.report.sensitivity.cluster_sums import Draws
from virtlab.compare.report.sensitivity.levers import Lever
from virtlab.compare.report.sensitivity.pair import Pair
from virtlab.compare.report.sensitivity.trials import Line, Lines, NetLines, Trial, Values, net_lines_at, trials
from virtlab.compare.report.sensitivity.whole_hosts import WholeHosts, whole_hosts
from virtlab.engine.arrays import F64

STRONGEST = 24
"""Of so many assumptions that move most each two are moved together."""
FLAT, SLIGHT = 1e-6, 1e-3
SUM = -1.0
"""The share of a sum. A line of whole pieces that two assumptions hardly move may give any number: none beyond that."""


@dataclass(frozen=True, slots=True)
class TrialResponse:
    """What one lever, or two together, do to the lines that they move: USD over the values tried (`axes`)."""

    keys: tuple[str, ...]
    axes: tuple[F64, ...]
    usd: Mapping[Line, F64]

    @classmethod
    def of(cls, trial: Trial) -> "TrialResponse":
        """What a trial found; lines that it does not move are left out."""
        axes = trial.axes
        rows = [trial.found[values].usd for values in itertools.product(*(axis.tolist() for axis in axes))]
        shape = tuple(len(axis) for axis in axes)
        lines = sorted(set().union(*rows))
        usd = {line: np.array([row.get(line, 0.0) for row in rows]).reshape(shape) for line in lines}
        moved = {line: grid for line, grid in usd.items() if np.ptp(grid) > FLAT}
        return cls(tuple(lever.key for lever in trial.group), tuple(axes), moved)

    def at(self, line: Line, drawn: Draws) -> F64:
        """A line at drawn values (D,)."""
        grid, last = self.usd[line], drawn[self.keys[-1]]
        if len(self.axes) == 1:
            return np.interp(last, self.axes[0], grid)
        first, near = drawn[self.keys[0]], np.eye(len(self.axes[0]))
        rows = [
            np.interp(first, self.axes[0], hat) * np.interp(last, self.axes[1], row)
            for hat, row in zip(near, grid, strict=True)
        ]
        total: F64 = np.sum(rows, axis=0)
        return total


@dataclass(frozen=True, slots=True)
class Likeness:
    """An assumption, by its place among the answers, does to a line by so much (of 1) what it does to another one."""

    place: int
    like: Line
    measure: float


@dataclass(frozen=True, slots=True)
class Response:
    """The net USD of each line now (positive on both sides), how it answers to each assumption, and the shares of
    products that are none, by line and two places among the answers. Where hosts are counted (`whole`), all of it is at
    the hosts of now. `likenesses`: of lines that one assumption brings, what each other one does to them.
    """

    usd: Lines
    answers: tuple[TrialResponse, ...]
    shares: Mapping[Line, Sequence[tuple[int, int, float]]]
    likenesses: Mapping[Line, Sequence[Likeness]] = field(default_factory=dict)
    whole: WholeHosts | None = None

    @property
    def moving(self) -> set[str]:
        """Keys of the levers that move a line."""
        packing = self.whole.moving if self.whole else frozenset[str]()
        return {*packing} | {key for answer in self.answers if answer.usd for key in answer.keys}

    def net_usd(self, drawn: Draws) -> F64:
        """Left − right (D,), over the months ahead, at drawn values of all levers by key."""
        left_usd, right_usd = self.sides_usd(drawn)
        return left_usd - right_usd

    def sides_usd(self, drawn: Draws) -> tuple[F64, F64]:
        """The same of both sides."""
        left_usd, right_usd = np.zeros((2, *np.broadcast_shapes((1,), *(values.shape for values in drawn.values()))))
        counted = self.whole.drawn(drawn) if self.whole else None
        for line, now in self.usd.items():
            times = self.whole.ratio(line, counted) if self.whole and counted else 1.0
            side_usd = right_usd if line[0] else left_usd
            side_usd += self._line(line, now, drawn) * times
        return left_usd, right_usd

    def _line(self, line: Line, now: float, drawn: Draws) -> F64 | float:
        moved = {n: answer.at(line, drawn) for n, answer in enumerate(self.answers) if line in answer.usd}
        if adds_up(line, now):
            times = (self._times(likeness, drawn) for likeness in self.likenesses.get(line, ()))
            return math.prod(times, start=now + sum((usd - now for usd in moved.values()), 0.0))
        factors = {n: np.maximum(usd / now, FLAT) for n, usd in moved.items()}
        product = math.prod(factors.values(), start=now)
        together = ((1 - 1 / factors[p]) * (1 - 1 / factors[q]) * share for p, q, share in self.shares.get(line, ()))
        return product * (1 + sum(together, 0.0))

    def _times(self, likeness: Likeness, drawn: Draws) -> F64:
        factor = self.answers[likeness.place].at(likeness.like, drawn) / self.usd[likeness.like]
        return np.asarray(1 + likeness.measure * (factor - 1))


def adds_up(line: Line, now: float) -> bool:
    """Whether a line is no product of factors."""
    return line[1] == REST or abs(now) < FLAT


@dataclass(frozen=True, slots=True)
class Double:
    """Two trials, by their places: the values of each that move the net furthest, and both tried there together."""

    places: tuple[int, int]
    ends: tuple[Values, Values]
    trial: Trial


def respond(pair: Pair, levers: Sequence[Lever], alone: Sequence[Trial] = ()) -> Response:
    """How the two sides answer to levers by chance; `alone`: those of them that were tried with all else as it is."""
    base = {lever.key: (lever.low + lever.high) / 2 for lever in levers if not lever.now}
    again = base or not alone
    tried = [trial for trial in (trials(pair, levers, base) if again else alone) if trial.found]
    now = net_lines_at(pair, base) or NetLines({})
    doubles = list(_doubles(tried, now))
    if whole := whole_hosts(pair, levers, [*tried, *(double.trial for double in doubles)], base):
        tried = [whole.at_hosts_of_now(trial) for trial in tried]
        doubles = [replace(double, trial=whole.at_hosts_of_now(double.trial)) for double in doubles]
    answers = tuple(TrialResponse.of(trial) for trial in tried)
    lines = sorted({*now.usd, *(line for answer in answers for line in answer.usd)})
    usd = {line: now.usd.get(line, 0.0) for line in lines}
    shares: dict[Line, list[tuple[int, int, float]]] = {}
    likenesses: dict[Line, list[Likeness]] = {}
    brought = _brought(answers, usd)
    for double in doubles:
        for line, share in _shares(double, tried, usd):
            shares.setdefault(line, []).append((*double.places, share))
        for line, likeness in _likened(double, tried, usd, brought):
            likenesses.setdefault(line, []).append(likeness)
    return Response(usd, answers, shares, likenesses, whole)


def _brought(answers: Sequence[TrialResponse], now: Lines) -> dict[Line, tuple[int, Line]]:
    """Lines that are nothing now and that one assumption alone brings, by its place among the answers, with the line
    most alike: of the others that it moves on that side the largest of now.
    """
    brought: dict[Line, tuple[int, Line]] = {}
    for line in (line for line, usd in now.items() if not usd and line[1] != REST):
        places = [n for n, answer in enumerate(answers) if line in answer.usd]
        alike = [
            other for n in places for other in answers[n].usd if other[0] == line[0] and not adds_up(other, now[other])
        ]
        if len(places) == 1 and alike:
            brought[line] = places[0], max(alike, key=lambda other: now[other])
    return brought


def _likened(
    double: Double, tried: Sequence[Trial], now: Lines, brought: Mapping[Line, tuple[int, Line]]
) -> Iterator[tuple[Line, Likeness]]:
    """What the other of two assumptions does to lines that one brings, beside what it does to the line most alike."""
    for (place, end), (other, values) in itertools.permutations(zip(double.places, double.ends, strict=True)):
        for line, (its, like) in brought.items():
            alone, moved = tried[place].found[end].usd.get(line, 0.0), tried[other].found[values].usd.get(like, 0.0)
            factor = moved / now[like]
            for both in double.trial.found.values() if its == place and alone and abs(factor - 1) > SLIGHT else ():
                yield line, Likeness(other, like, (both.usd.get(line, 0.0) / alone - 1) / (factor - 1))


def _doubles(tried: Sequence[Trial], now: NetLines) -> Iterator[Double]:
    """Each two of the strongest that move the same lines."""
    strongest = sorted(range(len(tried)), key=lambda n: -tried[n].width)[:STRONGEST]
    ends = {n: _end(tried[n], now.net_usd) for n in sorted(strongest) if tried[n].width > FLAT}
    lines = {n: _factors(tried[n], end, now.usd).keys() for n, end in ends.items()}
    for p, q in itertools.combinations(ends, 2):
        if lines[p] & lines[q]:
            both = Trial(tried[p].pair, (*tried[p].group, *tried[q].group), tried[p].base)
            both.try_at((*ends[p], *ends[q]))
            yield Double((p, q), (ends[p], ends[q]), both)


def _end(trial: Trial, now_usd: float) -> Values:
    nets = trial.nets
    return max(nets, key=lambda values: abs(nets[values] - now_usd))


def _shares(double: Double, tried: Sequence[Trial], now: Lines) -> Iterator[tuple[Line, float]]:
    """The lines that are no product of what each does alone."""
    first, other = (_factors(tried[n], end, now) for n, end in zip(double.places, double.ends, strict=True))
    for lines in double.trial.found.values():
        for line in sorted(first.keys() & other.keys()):
            both = lines.usd.get(line, 0.0) / now[line]
            share = (both - first[line] * other[line]) / ((first[line] - 1) * (other[line] - 1))
            yield line, max(SUM, min(share, -SUM))


def _factors(trial: Trial, values: Values, now: Lines) -> dict[Line, float]:
    """By how much values of a trial move each line that is a product."""
    lines = trial.found[values].usd
    of_lines = {line: lines.get(line, 0.0) / usd for line, usd in now.items() if not adds_up(line, usd)}
    return {line: factor for line, factor in of_lines.items() if abs(factor - 1) > SLIGHT}
