"""What the end of a large launch holds its lab's lock for: cancelled while all are pending, and once all run."""

import time
from collections.abc import Iterator

from bench import Figure
from bench.support.clock import driven_s
from bench.support.stack import SMOKE, stack

INSTANCES = 40 if SMOKE else 500
MOST_S = 2.0
MOMENTS_S = {"pending": 4.0, "running": 32.0}
"""Seconds after the request, by the state in which all instances are by then."""


def figures() -> Iterator[Figure]:
    """The longest transaction of a cancelled launch, by the state in which the cancel found its instances."""
    with stack():
        from instances.catalog.load import load_catalog

        load_catalog()
        for state, after_s in MOMENTS_S.items():
            longest_s, outcome = _cancelled(state, after_s)
            ok = longest_s <= MOST_S and outcome == "cancelled"
            note = f"longest transaction, {INSTANCES} instances {state}: {outcome}"
            yield Figure(f"launches.cancel.{state}", longest_s, "s", f"<= {MOST_S:g}", ok, note)


def _cancelled(state: str, after_s: float) -> tuple[float, str]:
    """Seconds that the longest transaction of a cancel and its way back took, and what became of the launch;
    RuntimeError where the cancel would not find all instances in this state.
    """
    from instances.models import Instance, Quota
    from tests.instances.operations.cloud import TOKYO, make_cloud
    from tests.support.sandbox import TESTER
    from virtlab.jobs.runner.cancel import cancel

    cloud = make_cloud(state)
    Quota.objects.create(lab=cloud.lab, region_id=TOKYO, group="standard", vcpu=100_000)
    job = cloud.launch(count=INSTANCES)
    cloud.let_pass(after_s)
    instances = Instance.objects.filter(lab=cloud.lab)
    if (there := instances.filter(state=state).count()) != INSTANCES:
        raise RuntimeError(f"{there} of {INSTANCES} instances are {state} after {after_s:g} s.")
    began = time.perf_counter()
    cancel(job, TESTER)
    longest_s = max([time.perf_counter() - began, *driven_s(cloud.lab, hours=1)])
    job.refresh_from_db()
    left = instances.exclude(state="terminated").count()
    return longest_s, f"{job.state}, {left} left" if left else job.state
