"""Two thousand jobs while workers, beat, web, Redis and PostgreSQL are killed at random and messages come twice."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from bench import Figure
from bench.support.stack import SMOKE

JOBS = 60 if SMOKE else 2_000


def figures() -> Iterator[Figure]:
    """On each database."""
    for database in ("sqlite", "postgres"):
        outcome = run(JOBS, database)
        note = f"{sum(outcome['blows'].values())} blows in {outcome['took_s']:.0f} s: {outcome['states']}"
        share = 100 * outcome["terminal"] / outcome["jobs"]
        yield Figure(f"chaos.{database}.terminal", share, "%", "= 100", ok=outcome["terminal"] == JOBS, note=note)
        for name in ("twice", "lost", "not_done", "held", "off"):
            yield Figure(f"chaos.{database}.{name}", outcome[name], "1", "= 0", ok=outcome[name] == 0)
        broken, checks = len(outcome["broken"]), outcome["checks"]
        yield Figure(f"chaos.{database}.invariants_broken", broken, "1", "= 0", ok=not broken, note=f"{checks} checks")


def run(jobs: int, database: str, seed: int = 1) -> dict[str, Any]:
    """One run in a process of its own; raises CalledProcessError where it did not come to an end."""
    command = [sys.executable, "-m", "bench.support.chaos", str(jobs), database, str(seed)]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    outcome: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    return outcome
