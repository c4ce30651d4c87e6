"""Live migration: how near to SimGrid, and how fast many are planned."""

import os
from collections.abc import Iterator

import numpy as np

from bench import Figure
from bench.support.clock import best_s
from virtlab.engine.migration.cold import bytes_per_s_from_gbps
from virtlab.engine.migration.live import plan_precopy
from virtlab.engine.migration.moves_together import Links, Moves, migrate_together
from virtlab.engine.migration.precopy import Guest, MigrationSettings
from virtlab.engine.migration.precopy_many import precopy_many

GIB = 1024**3
TEN_GBE = bytes_per_s_from_gbps(10)
SIMGRID = MigrationSettings(downtime_limit_s=0.03, fixed_downtime_s=0.0)
# GiB, link Gb/s, dirty rate as a share of the link, total s: SimGrid's live-migration plugin.
ORACLE = (
    (4, 10, 0.0, 3.436),
    (4, 10, 0.2, 4.289),
    (4, 10, 0.5, 6.846),
    (4, 10, 0.8, 17.083),
    (16, 10, 0.2, 17.175),
    (16, 10, 0.8, 68.605),
    (64, 10, 0.5, 109.918),
    (64, 10, 0.8, 274.697),
    (16, 1, 0.2, 171.722),
)


def figures() -> Iterator[Figure]:
    """Deviation from SimGrid; time to plan many guests, each on a link of its own, and many on links they share."""
    scale = 10 if os.environ.get("BENCH_SMOKE") else 1
    deviation = max(_deviation(*row) for row in ORACLE)
    yield Figure("migration.oracle", deviation, "%", "<= 0.1", deviation <= 0.1, "largest of 9 totals against SimGrid")
    guests = 10_000 // scale
    rng = np.random.default_rng(7)
    memory, dirty = rng.uniform(1, 64, guests) * GIB, rng.uniform(0, 0.9, guests) * TEN_GBE
    many_ms = best_s(lambda: precopy_many(memory, dirty, TEN_GBE), 3) * 1000
    yield Figure("migration.plan", many_ms, "ms", "<= 50", many_ms <= 50, f"{guests} guests, every round of each")
    moves, hosts = 1_000 // scale, 100 // scale
    source = rng.integers(0, hosts, moves)
    target = (source + rng.integers(1, hosts, moves)) % hosts
    wave = Moves(memory[:moves] / 2, dirty[:moves] / 3, source, target)
    links = Links(np.full(hosts, TEN_GBE))
    together_s = best_s(lambda: migrate_together(wave, links, auto_converge=True), 1)
    note = f"{moves} moves between {hosts} hosts, 8 at once per host, links shared"
    yield Figure("migration.together", together_s, "s", "<= 5", together_s <= 5, note)


def _deviation(gib: int, gbps: int, share: float, total_s: float) -> float:
    """Per cent of SimGrid's total."""
    link = bytes_per_s_from_gbps(gbps)
    plan = plan_precopy(Guest(gib * GIB, share * link), link, SIMGRID)
    return abs(plan.total_s / total_s - 1) * 100
