"""Two hundred jobs while everything that may die dies: none is lost, nothing happens twice, every invariant holds."""

import json
import os
import subprocess
import sys

import pytest

JOBS = 200


@pytest.mark.worker
def test_it_survives_everything_that_may_die() -> None:
    database = "postgres" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
    command = [sys.executable, "-m", "bench.support.chaos", str(JOBS), database]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=900)
    assert ran.returncode == 0, ran.stderr[-3000:]
    outcome = json.loads(ran.stdout.strip().splitlines()[-1])
    assert outcome["terminal"] == outcome["jobs"] == JOBS, ran.stderr[-3000:]
    assert sum(outcome["blows"].values()) > 5
    assert outcome["checks"] > 20
    wanted_none = {name: outcome[name] for name in ("broken", "twice", "lost", "not_done", "held", "off")}
    assert not any(wanted_none.values()), wanted_none
