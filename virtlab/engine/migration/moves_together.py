"""Many live migrations at once: they share the hosts' links by max-min fairness, and only so many run per host.

A fluid model: between two events every move sends at a constant rate; a round that ends starts the next one with what
the guest dirtied in the time it really took, so a crowded link makes longer rounds and more to send. Alone on its
link a move equals its pre-copy plan.

Used by maintenance mode and by balance, which move many VMs (not yet by a page).
"""

from dataclasses import dataclass

import numpy as np

from virtlab.engine.arrays import F64, Bools, Ints, Real, non_negative, positive
from virtlab.engine.migration.link_sharing import fair_rates
from virtlab.engine.migration.precopy import MigrationSettings

DEFAULT = MigrationSettings()


@dataclass(frozen=True, slots=True)
class Moves:
    """n moves: memory in use (n,), dirty rate (n,), source and target host numbers (n,); an earlier row is started
    first.
    """

    memory_bytes: Real
    dirty_bytes_per_s: Real
    source: Real
    target: Real


@dataclass(frozen=True, slots=True)
class Links:
    """What the moves share: each host's link (H,), full duplex (sending and receiving do not take from each other),
    how many moves run at once on a host (as source and target together), and a link that every move crosses, if any.
    """

    host_bytes_per_s: Real
    per_host: int = 8
    backbone_bytes_per_s: float | None = None

    def capacity(self) -> F64:
        """Sending (H), receiving (H) and backbone (1) in bytes per second. ValueError where one is not positive."""
        hosts = np.atleast_1d(np.asarray(self.host_bytes_per_s, dtype=np.float64))
        positive("Each host's link", hosts, hosts.size)
        if self.per_host < 1:
            raise ValueError(f"At least one move must be allowed per host, not {self.per_host}.")
        backbone = np.inf if self.backbone_bytes_per_s is None else self.backbone_bytes_per_s
        if not backbone > 0:
            raise ValueError(f"The backbone must carry more than {backbone} B/s.")
        return np.concatenate([hosts, hosts, [backbone]])


@dataclass(frozen=True, slots=True)
class MovesDone:
    """When each of n moves starts and ends (seconds from now), its downtime, rounds, bytes and how much its guest was
    slowed in the end (0 … 1); `moved` is false where it was given up.
    """

    start_s: F64
    end_s: F64
    downtime_s: F64
    rounds: Ints
    sent_bytes: F64
    throttle: F64
    moved: Bools

    @property
    def total_s(self) -> float:
        """When the last one ends."""
        return float(self.end_s.max(initial=0.0))


def migrate_together(
    moves: Moves, links: Links, settings: MigrationSettings = DEFAULT, *, auto_converge: bool = False
) -> MovesDone:
    """All moves from the first start to the last end. A move that stalls on its share of the links, or reaches the
    round or time limit, is given up; with auto_converge its guest is slowed instead, as QEMU does. ValueError where
    an array or a host number is wrong.
    """
    return _Fluid(moves, links, settings, auto_converge=auto_converge).run()


class _Fluid:
    """The state of all moves between two events; arrays of length n unless said otherwise."""

    def __init__(self, moves: Moves, links: Links, settings: MigrationSettings, *, auto_converge: bool) -> None:
        self.source = np.asarray(moves.source, dtype=np.intp).reshape(-1)
        self.target = np.asarray(moves.target, dtype=np.intp).reshape(-1)
        count = self.source.size
        self.capacity = links.capacity()
        self.hosts = self.capacity.size // 2
        self._check(count, self.hosts)
        self.routes = np.stack([self.source, self.target + self.hosts, np.full(count, 2 * self.hosts)], axis=1)
        self.dirty = non_negative("The dirty rate", moves.dirty_bytes_per_s, count) if count else np.zeros(0)
        self.to_send = positive("The memory in use", moves.memory_bytes, count) if count else np.zeros(0)
        self.working_set = settings.working_set_share * self.to_send
        self.settings, self.per_host, self.auto_converge = settings, links.per_host, auto_converge
        self.busy = np.zeros(self.hosts, dtype=np.intp)
        self.now = 0.0
        self.waiting = np.arange(count)
        self.active = np.zeros(0, dtype=np.intp)
        self.rate = np.zeros(count)
        self.left = self.to_send.copy()
        self.hold = np.zeros(count)
        self.round_start = np.zeros(count)
        self.stopped = np.zeros(count, dtype=bool)
        self.stalled = np.zeros(count, dtype=np.intp)
        self.high_rounds = np.zeros(count, dtype=np.intp)
        self.throttle = np.zeros(count)
        self.start = np.zeros(count)
        self.end = np.zeros(count)
        self.downtime = np.zeros(count)
        self.rounds = np.zeros(count, dtype=np.intp)
        self.sent = np.zeros(count)
        self.moved = np.zeros(count, dtype=bool)

    def _check(self, count: int, hosts: int) -> None:
        if self.target.size != count:
            raise ValueError(f"There are {count} sources but {self.target.size} targets.")
        ends = np.concatenate([self.source, self.target])
        if ends.size and (ends.min() < 0 or ends.max() >= hosts):
            raise ValueError(f"Hosts run from 0 to {hosts - 1}.")
        if (self.source == self.target).any():
            raise ValueError("A move's source and target must be two hosts.")

    def run(self) -> MovesDone:
        """Event by event until nothing is left."""
        self._admit()
        while self.active.size:
            ending = self.hold[self.active] + self.left[self.active] / self.rate[self.active]
            step = float(ending.min())
            self._advance(step)
            self._end_rounds(self.active[ending <= step * (1.0 + 1e-12)])
        return MovesDone(
            start_s=self.start,
            end_s=self.end,
            downtime_s=self.downtime,
            rounds=self.rounds,
            sent_bytes=self.sent,
            throttle=self.throttle,
            moved=self.moved,
        )

    def _admit(self) -> None:
        """Starts what may start, in order; then shares the links anew."""
        free = (self.busy[self.source[self.waiting]] < self.per_host) & (
            self.busy[self.target[self.waiting]] < self.per_host
        )
        started: list[int] = []
        for move in self.waiting[free].tolist():
            ends = [self.source[move], self.target[move]]
            if (self.busy[ends] < self.per_host).all():
                self.busy[ends] += 1
                started.append(move)
        self.waiting = np.setdiff1d(self.waiting, started, assume_unique=True).astype(np.intp)
        fresh = np.asarray(started, dtype=np.intp)
        self.start[fresh] = self.now
        self._begin_round(fresh)
        self.active = np.concatenate([self.active, fresh])
        self.rate[self.active] = fair_rates(self.routes[self.active], self.capacity)

    def _begin_round(self, moves: Ints) -> None:
        self.left[moves] = self.to_send[moves]
        self.hold[moves] = self.settings.round_latency_s
        self.round_start[moves] = self.now
        self.rounds[moves] += 1

    def _advance(self, step: float) -> None:
        active = self.active
        held = np.minimum(self.hold[active], step)
        self.hold[active] -= held
        self.left[active] = np.maximum(self.left[active] - self.rate[active] * (step - held), 0.0)
        self.now += step

    def _end_rounds(self, moves: Ints) -> None:
        """The rounds of `moves` are over: next round, last copy, or the end."""
        self.sent[moves] += self.to_send[moves]
        finished = moves[self.stopped[moves]]
        self.moved[finished] = True
        self.downtime[finished] = self.now - self.round_start[finished] + self.settings.fixed_downtime_s
        self.end[finished] = self.now + self.settings.fixed_downtime_s
        hopeless = self._next_rounds(moves[~self.stopped[moves]])
        self.end[hopeless] = self.now
        gone = np.concatenate([finished, hopeless])
        if gone.size:
            self.active = np.setdiff1d(self.active, gone, assume_unique=True)
            np.subtract.at(self.busy, np.concatenate([self.source[gone], self.target[gone]]), 1)
            self._admit()

    def _next_rounds(self, moves: Ints) -> Ints:
        """Begins the next round of moves whose guest still runs; returns those to give up."""
        took, settings = self.now - self.round_start[moves], self.settings
        dirtied = np.minimum(self.working_set[moves], self.dirty[moves] * (1.0 - self.throttle[moves]) * took)
        fits = dirtied * took <= self.to_send[moves] * settings.downtime_limit_s
        shrinks = dirtied < self.to_send[moves] * (1.0 - 1e-9)
        can_slow = self.auto_converge & (self.throttle[moves] < settings.throttle_max)
        self.stalled[moves] = np.where(shrinks | can_slow, 0, self.stalled[moves] + 1)
        self.stopped[moves] = fits
        hopeless = ~fits & (
            (self.stalled[moves] >= settings.stalled_rounds)
            | (self.rounds[moves] >= settings.max_rounds)
            | (self.now - self.start[moves] >= settings.max_live_s)
        )
        if self.auto_converge:
            self._slow(moves[dirtied > settings.throttle_trigger * self.to_send[moves]])
        self.to_send[moves] = dirtied
        self._begin_round(moves[~hopeless])
        return moves[hopeless]

    def _slow(self, moves: Ints) -> None:
        """Auto-converge: each second unproductive round slows the guest one step further (see precopy.Throttle)."""
        settings = self.settings
        self.high_rounds[moves] += 1
        ripe = moves[self.high_rounds[moves] >= 2]
        self.high_rounds[ripe] = 0
        step = np.where(self.throttle[ripe] > 0, settings.throttle_increment, settings.throttle_initial)
        self.throttle[ripe] = np.minimum(self.throttle[ripe] + step, settings.throttle_max)
