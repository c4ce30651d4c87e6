"""Whatever is asked for in whatever order, whatever goes out meanwhile: no instance is in a state that EC2 has not."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instances.models import Fault, Instance
from tests.instances.operations.cloud import TOKYO, Cloud, make_cloud
from tests.support.invariants import require_possible
from tests.support.sandbox import TESTER
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Invalid, Refused
from virtlab.jobs.runner.cancel import cancel

OF_INSTANCE = ["start", "stop", "reboot", "hibernate", "change_type", "resize", "terminate"]
NAMES = [f"instance.{verb}" for verb in OF_INSTANCE]
OTHERS = ["instance.launch", "zone out", "no capacity", "all well", "cancel", "pass", "a little", "a little"]
STEP = st.tuples(
    st.sampled_from(NAMES + OTHERS), st.integers(0, 3), st.sampled_from(["m5.xlarge", "t3.large", "m5d.large"])
)
STEPS = st.lists(STEP, min_size=3, max_size=14)
LASTING = {"running", "stopped", "terminated"}


def ask(cloud: Cloud, name: str, number: int, type_name: str) -> None:
    """One step; a refusal is an answer too."""
    instances = list(Instance.objects.order_by("pk"))
    others: dict[str, Any] = {
        "zone out": lambda: cloud.run_now("fault.zone_outage", None, zone=f"{TOKYO}a"),
        "no capacity": lambda: cloud.run_now("fault.no_capacity", None, region=TOKYO, type_name=type_name),
        "all well": lambda: [cloud.begin("fault.end", fault) for fault in Fault.objects.all()],
        "pass": lambda: cloud.let_pass(200),
        "a little": lambda: cloud.let_pass(1 + 7 * number),
        "instance.launch": lambda: cloud.launch(name=f"new-{len(instances)}", zone=f"{TOKYO}a"),
    }
    if name in others:
        others[name]()
    elif name == "cancel":
        if job := Job.objects.filter(state="running").order_by("pk").first():
            cancel(job, TESTER)
    elif instances:
        params = {"instance_type": type_name} if name in {"instance.change_type", "instance.resize"} else {}
        cloud.start(name, instances[number % len(instances)], **params, lose_store="on")


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_it_is_never_in_a_state_that_does_not_exist(catalog: None, steps: list[tuple[str, int, str]]) -> None:
    for model in (Instance, Fault, Job):
        model.objects.all().delete()
    cloud = make_cloud()
    for number in range(2):
        cloud.instance(name=f"old-{number}", hibernation=number == 0)
    for name, number, type_name in steps:
        with suppress(Refused, Invalid):
            ask(cloud, name, number, type_name)
        require_possible(cloud.lab)
    cloud.let_pass()
    require_possible(cloud.lab)
    assert not Job.objects.filter(state__in=["queued", "running"]).exists()
