"""More than one machine: web on one, workers on two, data on a fourth; one worker's cable is cut in mid-run.

`make bench ONLY=machines`, as root on Linux with iproute2. Elsewhere it says so and measures nothing.
"""

import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench import Figure
from bench.support.machines import NET, WEB_PORT, WORKER1, Machines, machines, usable

SMOKE = os.environ.get("BENCH_SMOKE") == "1"
JOBS, LABS = (80, 4) if SMOKE else (600, 12)
STEP_S = 2.0 if SMOKE else 5.0
CUT_S = 6.0 if SMOKE else 15.0
END_WITHIN_S = 120.0


@dataclass
class Visitor:
    """Asks the web machine for its health over and over, as a user would, and counts the answers."""

    over: threading.Event = field(default_factory=threading.Event)
    answers: int = 0
    failures: int = 0

    def look(self) -> None:
        """Until it is told that it is over."""
        while not self.over.wait(0.5):
            try:
                with urllib.request.urlopen(f"http://{NET}.2:{WEB_PORT}/readyz", timeout=5):
                    self.answers += 1
            except (urllib.error.URLError, OSError):
                self.failures += 1


def figures() -> Iterator[Figure]:
    """What became of the jobs, of the web server, and how long the second worker was alone."""
    if not usable():
        print("# machines: needs root and network namespaces (Linux, iproute2); nothing measured", flush=True)
        return
    with machines() as running:
        yield from _measure(running)


def _measure(running: Machines) -> Iterator[Figure]:
    from bench.support.stack import eventually, set_up_django

    set_up_django()
    from bench.support.jobs_load import active, lateness_s, outcome, start_jobs

    running.start()
    if not eventually(_web_answers, 60):
        raise RuntimeError((running.folder / "web.log").read_text()[-2000:])
    visitor = Visitor()
    thread = threading.Thread(target=visitor.look)
    thread.start()
    try:
        start_jobs(JOBS, LABS, STEP_S, speed=1.0)
        done_before = _cut_in_mid_run(running)
        ended = eventually(lambda: active() == 0, END_WITHIN_S)
    finally:
        visitor.over.set()
        thread.join()
    results = outcome()
    note = f"{JOBS} jobs in {LABS} labs, PostgreSQL, cable of one worker out for {CUT_S:g} s"
    share = 100 * results["succeeded"] / JOBS
    yield Figure("machines.ended", share, "%", "= 100", ended and share == 100, note)
    bad = results["twice"] + results["lost"] + results["wrong"]
    yield Figure("machines.wrong", bad, "effects", "= 0", bad == 0, "twice, lost, or a wrong sum")
    yield Figure("machines.alone", done_before, "steps", "> 0", done_before > 0, "driven while one worker was cut off")
    longest_s = lateness_s(1.0)
    yield Figure("machines.late", longest_s, "s", "<= 20", longest_s <= 20, "the latest step: a lab that the lost held")
    yield Figure("machines.web", visitor.failures, "failures", "= 0", visitor.failures == 0, f"of {visitor.answers}")


def _cut_in_mid_run(running: Machines) -> int:
    """Cuts one worker off while steps are due; returns the steps that the others drove meanwhile."""
    from bench.support.jobs_load import steps_done
    from bench.support.stack import eventually

    before = steps_done()
    eventually(lambda: steps_done() > before, 60, 0.02)
    running.cut(WORKER1)
    before = steps_done()
    time.sleep(CUT_S)
    driven = steps_done() - before
    running.mend(WORKER1)
    return driven


def _web_answers() -> bool:
    try:
        with urllib.request.urlopen(f"http://{NET}.2:{WEB_PORT}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
