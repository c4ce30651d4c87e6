"""The figures of jobs on one database: `python -m bench.support.jobs_on sqlite|postgres`, one JSON line each."""

import json
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psutil

from bench import Figure
from bench.support.stack import SMOKE, eventually, stack
from virtlab.platform import services

JOBS, LABS = (80, 4) if SMOKE else (10_000, 40)
WAITING = 40 if SMOKE else 1_000
IDLE_S = 4 if SMOKE else 20
LATE_FOR_S = 10 if SMOKE else 45
# A step of the second load lasts this long in real time, at the labs' speed.
STEP_S, SPEED = 3.0 if SMOKE else 20.0, 60.0


def figures(database: str) -> Iterator[Figure]:
    """Starts two worker processes and lets ten thousand jobs run."""
    with stack(database) as running:
        from bench.support import jobs_load as load

        started = load.start_jobs(JOBS, LABS, step_s=10)
        rate = JOBS / started.start_s
        yield Figure(
            f"jobs.{database}.started", rate, "jobs/s", ">= 20", ok=rate >= 20, note=f"{JOBS} one after the other"
        )
        processes = [running.start(services.worker(processes=2)), running.start(services.beat(running.var_dir))]
        if not eventually(load.workers_alive, 120):
            raise RuntimeError("The workers did not come up.")
        time.sleep(5)
        yield idle(database, [child.process.pid for child in processes])
        yield from driven(database, started)
        yield from late(database)


def idle(database: str, pids: list[int]) -> Figure:
    """How much of the machine is left while ten thousand jobs are in flight and nothing is due."""
    before = cpu_s(pids)
    time.sleep(IDLE_S)
    used = (cpu_s(pids) - before) / (IDLE_S * (psutil.cpu_count() or 1))
    note = f"{JOBS} jobs in flight, clocks paused; workers and beat"
    return Figure(f"jobs.{database}.idle", 100 * (1 - used), "%", ">= 95", ok=used <= 0.05, note=note)


def cpu_s(pids: list[int]) -> float:
    """CPU seconds that these processes and their children have used."""
    family = [p for pid in pids for p in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True))]
    return sum(sum(process.cpu_times()[:2]) for process in family)


def driven(database: str, started: Any) -> Iterator[Figure]:
    """All become due at once: how fast they are driven, and what became of them."""
    from bench.support import jobs_load as load
    from virtlab.labs import clock

    begun = time.perf_counter()
    for lab in started.labs:
        clock.move_forward(lab.pk, lab.lab_time() + timedelta(hours=1))
    eventually(lambda: load.active() == 0, 1_200, 0.5)
    took_s = time.perf_counter() - begun
    outcome = load.outcome()
    rate = load.steps_done() / took_s
    yield Figure(f"jobs.{database}.rate", rate, "steps/s", ">= 200", ok=rate >= 200, note=f"{took_s:.0f} s in all")
    yield Figure(f"jobs.{database}.ended", outcome["succeeded"], "jobs", f"= {JOBS}", ok=outcome["succeeded"] == JOBS)
    for name in ("twice", "lost", "wrong"):
        yield Figure(f"jobs.{database}.{name}", outcome[name], "effects", "= 0", ok=outcome[name] == 0)


def late(database: str) -> Iterator[Figure]:
    """A thousand jobs wait, some of them due every moment: how late those are driven."""
    from bench.support import jobs_load as load
    from virtlab.jobs.models import Step

    Step.objects.update(late_s=None)
    load.start_jobs(WAITING, LABS, step_s=STEP_S * SPEED, speed=SPEED)
    time.sleep(LATE_FOR_S)
    p95 = load.lateness_s(0.95)
    count = Step.objects.filter(late_s__isnull=False).count()
    note = f"{count} steps while {load.active()} jobs wait; p50 {load.lateness_s(0.5):.3f} s"
    yield Figure(f"jobs.{database}.late_p95", p95, "s", "<= 1", ok=bool(count) and p95 <= 1, note=note)


def main(database: str) -> None:
    """Prints each figure as soon as it is measured."""
    for figure in figures(database):
        print(json.dumps(figure.__dict__), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
