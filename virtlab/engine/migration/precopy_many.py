"""Pre-copy of many guests at once, each on its own bandwidth: the rounds of precopy.py as arrays, never throttled.

Used by maintenance mode and by balance, which move many VMs (not yet by a page).
"""

from dataclasses import dataclass

import numpy as np

from virtlab.engine.arrays import F64, Bools, Ints, Real, non_negative, positive
from virtlab.engine.migration.precopy import MigrationSettings

DEFAULT = MigrationSettings()


@dataclass(frozen=True, slots=True)
class PrecopyTable:
    """n live migrations: seconds in all, downtime, rounds (the last copy included), bytes sent, whether each converged.

    Where one does not converge, total_s and sent_bytes are what the attempt cost and downtime_ms is 0.
    """

    total_s: F64
    downtime_ms: F64
    rounds: Ints
    sent_bytes: F64
    converged: Bools


def precopy_many(
    memory_bytes: Real,
    dirty_bytes_per_s: Real,
    bandwidth_bytes_per_s: Real,
    settings: MigrationSettings = DEFAULT,
) -> PrecopyTable:
    """As `migration.plan_precopy` row by row, for arrays (n,) or single numbers. ValueError where a number is wrong."""
    sizes = [np.size(column) for column in (memory_bytes, dirty_bytes_per_s, bandwidth_bytes_per_s)]
    count = max(sizes) if all(sizes) else 0
    if not count:
        return _Rounds(np.zeros(0), 0, settings).table(np.zeros(0))
    memory = positive("The memory in use", memory_bytes, count)
    dirty = non_negative("The dirty rate", dirty_bytes_per_s, count)
    bandwidth = positive("The bandwidth", bandwidth_bytes_per_s, count)
    state = _Rounds(memory, count, settings)
    live = np.arange(count)
    while live.size:
        live = state.step(live, dirty, bandwidth)
    return state.table(bandwidth)


class _Rounds:
    """What is left to send, and what was sent so far, by guest (n,)."""

    def __init__(self, memory: F64, count: int, settings: MigrationSettings) -> None:
        self.settings = settings
        self.working_set = settings.working_set_share * memory
        self.to_send = memory.copy()
        self.total_s = np.zeros(count)
        self.sent = np.zeros(count)
        self.rounds = np.zeros(count, dtype=np.intp)
        self.stalled = np.zeros(count, dtype=np.intp)
        self.converged = np.zeros(count, dtype=bool)

    def step(self, live: Ints, dirty: F64, bandwidth: F64) -> Ints:
        """One round of the guests `live`; returns those that need another."""
        settings, sent = self.settings, self.to_send[live]
        took = sent / bandwidth[live] + settings.round_latency_s
        dirtied = np.minimum(self.working_set[live], dirty[live] * took)
        self.total_s[live] += took
        self.sent[live] += sent
        self.rounds[live] += 1
        self.to_send[live] = dirtied
        fits = dirtied * took <= sent * settings.downtime_limit_s
        self.converged[live] = fits
        self.stalled[live] = np.where(dirtied < sent * (1.0 - 1e-9), 0, self.stalled[live] + 1)
        ended = (
            fits
            | (self.stalled[live] >= settings.stalled_rounds)
            | (self.rounds[live] >= settings.max_rounds)
            | (self.total_s[live] >= settings.max_live_s)
        )
        again: Ints = live[~ended]
        return again

    def table(self, bandwidth: F64) -> PrecopyTable:
        """With the last copy of those that converged."""
        settings, done = self.settings, self.converged
        down_s = self.to_send / bandwidth + settings.round_latency_s + settings.fixed_downtime_s
        return PrecopyTable(
            total_s=self.total_s + np.where(done, down_s, 0.0),
            downtime_ms=np.where(done, down_s * 1000.0, 0.0),
            rounds=self.rounds + done,
            sent_bytes=self.sent + np.where(done, self.to_send, 0.0),
            converged=done,
        )
