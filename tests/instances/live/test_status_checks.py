"""What the status checks of an instance say: nothing before it runs, "initializing" until its system is up."""

import pytest

from instances.live.rows import InstanceRow, rows_of
from instances.models import Fault, Instance
from tests.instances.operations.cloud import TOKYO, Cloud
from virtlab.labs.models import Assumption

ZONE = f"{TOKYO}a"


def row(cloud: Cloud) -> InstanceRow:
    return rows_of(cloud.lab, [Instance.objects.get().pk])[0]


def shown(cloud: Cloud) -> tuple[str, str]:
    """The state of the only instance, and what its page says of the checks."""
    one = row(cloud)
    if one.checks is None:
        return one.state, ""
    return one.state, str(one.checks.passed) if one.checks.known else "initializing"


def test_it_checks_a_launch_from_running_on_and_passes_it_once_it_is_up(cloud: Cloud) -> None:
    cloud.launch()
    cloud.let_pass(5)
    assert shown(cloud) == ("pending", "")
    cloud.let_pass(20)
    assert shown(cloud) == ("running", "initializing")
    cloud.let_pass(90)
    assert shown(cloud) == ("running", "3 of 3 passed")


@pytest.mark.parametrize("kept", [False, True])
def test_it_initializes_at_a_start_until_the_system_or_the_kept_memory_is_there(cloud: Cloud, kept: bool) -> None:
    instance = cloud.instance("m5.xlarge", hibernation=True, root_gib=60)
    cloud.run("instance.hibernate" if kept else "instance.stop", instance)
    assert shown(cloud) == ("stopped", "")
    cloud.start("instance.start", instance)
    cloud.let_pass(5)
    assert shown(cloud) == ("pending", "")
    cloud.let_pass(18)
    assert shown(cloud) == ("running", "initializing")
    cloud.let_pass(600)
    assert shown(cloud) == ("running", "3 of 3 passed")


def test_it_says_of_each_of_a_launch_whether_it_is_up(cloud: Cloud) -> None:
    Assumption.objects.create(lab=cloud.lab, key="duration_p95_ratio", value=1.5)
    job = cloud.launch(count=10)
    while not job.steps.filter(effect="instances.first_booted", state="done").exists():
        cloud.let_pass(1)
    found = {
        one.checks.known
        for one in rows_of(cloud.lab, list(Instance.objects.values_list("pk", flat=True)))
        if one.checks
    }
    assert found == {False, True}
    cloud.let_pass()
    assert not Instance.objects.exclude(status_checks="passed").exists()


def test_it_does_not_take_one_for_up_that_was_started_again_in_its_first_boot(cloud: Cloud) -> None:
    cloud.launch()
    cloud.let_pass(20)
    instance = Instance.objects.get()
    job = cloud.start("instance.stop", instance, skip_os_shutdown="on")
    while not type(job).objects.filter(pk=job.pk, state="succeeded").exists():
        cloud.let_pass(1)
    cloud.start("instance.start", instance)
    cloud.let_pass(18.5)
    assert shown(cloud) == ("running", "initializing")


def test_it_passes_what_an_outage_met_in_its_first_boot_once_it_has_booted_after_it(cloud: Cloud) -> None:
    cloud.launch(zone=ZONE)
    cloud.let_pass(30)
    cloud.run_now("fault.zone_outage", None, zone=ZONE)
    assert shown(cloud) == ("impaired", "0 of 3 passed")
    cloud.run("fault.end", Fault.objects.get())
    assert shown(cloud) == ("running", "3 of 3 passed")


def test_it_does_not_call_impaired_what_does_not_run_where_a_zone_is_out(cloud: Cloud) -> None:
    cloud.instance(state="stopped", zone=ZONE)
    preview, _plan = cloud.preview("fault.zone_outage", None, zone=ZONE)
    assert [change.after for change in preview.changes] == [0]
    cloud.run_now("fault.zone_outage", None, zone=ZONE)
    assert shown(cloud) == ("stopped", "")


def test_it_counts_the_same_out_of_reach_when_an_outage_begins_and_when_it_ends(cloud: Cloud) -> None:
    for name, state in (("a", "running"), ("b", "running"), ("c", "stopped")):
        cloud.instance(state=state, zone=ZONE, name=name)
    begins, _plan = cloud.preview("fault.zone_outage", None, zone=ZONE)
    cloud.run_now("fault.zone_outage", None, zone=ZONE)
    ends, _plan = cloud.preview("fault.end", Fault.objects.get())
    assert [(one.before, one.after) for one in (*begins.changes, *ends.changes)] == [(0, 2), (2, 0)]
