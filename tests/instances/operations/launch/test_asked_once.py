"""What happens to all instances of a launch at once takes as many queries for many as for few, under the lab's lock."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from instances.models import ElasticAddress, Fault, Instance, PlacementGroup, Volume
from instances.operations.instance.state_effects import end_of_life, end_of_lives
from instances.rules.addresses import LIMIT_KEY
from tests.instances.operations.cloud import TOKYO, Cloud, make_cloud
from tests.support.invariants import require_possible
from tests.support.sandbox import TESTER
from virtlab.jobs.lifecycle.admission import SPREAD
from virtlab.jobs.models import Job
from virtlab.jobs.runner.cancel import cancel
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db
FEW, MANY = 10, 40
ZONE = f"{TOKYO}a"
PENDING_S, BOOTING_S = 4, 30


def launched(count: int, after_s: float | None) -> tuple[Cloud, Job]:
    """A launch with Elastic IPs that all reach each state together, so long after it was asked for; None: all are up.

    Half of the volumes stay when their instances go.
    """
    cloud = make_cloud(f"{count} launched")
    figures = {SPREAD.key: 1.0, LIMIT_KEY: 100}
    Assumption.objects.bulk_create(Assumption(lab=cloud.lab, key=key, value=value) for key, value in figures.items())
    job = cloud.launch(count=count, zone=ZONE, elastic_address="on")
    cloud.let_pass(after_s) if after_s else cloud.let_pass()
    volumes = Volume.objects.filter(lab=cloud.lab)
    volumes.filter(pk__in=[volume.pk for volume in volumes[::2]]).update(delete_on_termination=False)
    assert Instance.objects.filter(lab=cloud.lab).count() == count
    return cloud, Job.objects.get(pk=job.pk)


def asked(cloud: Cloud, work: Callable[[], object]) -> int:
    """How many queries it takes, with all that follows from it; what is left is possible."""
    with CaptureQueriesContext(connection) as captured:
        work()
        cloud.let_pass()
    require_possible(cloud.lab)
    return len(captured)


def cancelled(count: int, after_s: float) -> int:
    cloud, job = launched(count, after_s)
    return asked(cloud, lambda: cancel(job, TESTER))


def in_outage(count: int, after_s: float | None) -> int:
    cloud, _job = launched(count, after_s)
    return asked(cloud, lambda: cloud.begin("fault.zone_outage", None, zone=ZONE))


def outage_over(count: int, state: str = "") -> int:
    """The end of an outage, for those that ran, or that were on their way to another state."""
    cloud, _job = launched(count, None)
    cloud.begin("fault.zone_outage", None, zone=ZONE)
    if state:
        off = {"running_since_lab_at": None, "unreachable_since_lab_at": None}
        Instance.objects.filter(lab=cloud.lab).update(state=state, **off)
    queries = asked(cloud, lambda: cloud.begin("fault.end", Fault.objects.get(lab=cloud.lab)))
    after = {"": "running", "stopping": "stopped", "shutting-down": "terminated"}[state]
    assert set(Instance.objects.filter(lab=cloud.lab).values_list("state", flat=True)) == {after}
    return queries


@pytest.mark.parametrize(
    "queries",
    [
        pytest.param(lambda count: cancelled(count, PENDING_S), id="cancelled while pending"),
        pytest.param(lambda count: cancelled(count, BOOTING_S), id="cancelled while it boots"),
        pytest.param(lambda count: in_outage(count, PENDING_S), id="zone lost while pending"),
        pytest.param(lambda count: in_outage(count, BOOTING_S), id="zone lost while it boots"),
        pytest.param(lambda count: in_outage(count, None), id="zone lost"),
        pytest.param(outage_over, id="zone back"),
        pytest.param(lambda count: outage_over(count, "stopping"), id="zone back, all stopping"),
        pytest.param(lambda count: outage_over(count, "shutting-down"), id="zone back, all shutting down"),
    ],
)
def test_it_asks_no_more_for_more_instances(catalog: None, queries: Callable[[int], int]) -> None:
    few, many = queries(FEW), queries(MANY)
    assert many <= few


def test_it_ends_many_as_one_after_the_other(cloud: Cloud) -> None:
    group = PlacementGroup.objects.create(lab=cloud.lab, region_id=TOKYO, name="racks", strategy="spread")

    def ended() -> list[Instance]:
        made = [
            cloud.instance(name="a", elastic_address=True, placement_group=group),
            cloud.instance("m5.large", "stopped", name="b"),
            cloud.instance(name="c", hibernation=True),
        ]
        made[2].volumes.update(delete_on_termination=False)
        rows = Instance.objects.filter(pk__in=[instance.pk for instance in made])
        return list(rows.select_related("instance_type", "elastic"))

    def columns(instances: list[Instance]) -> list[tuple[object, ...]]:
        names = ("name", "state", "ran_s", "public_address", "workload", "placement_group", "terminated_lab_at")
        keys = [instance.pk for instance in instances]
        return list(Instance.objects.filter(pk__in=keys).order_by("name").values_list(*names))

    at = cloud.lab.lab_time()
    one_by_one, together = ended(), ended()
    assert sum(end_of_life(instance, at) for instance in one_by_one) == end_of_lives(together, at) == 2
    assert columns(one_by_one) == columns(together)
    assert Volume.objects.filter(instance=None, root=False).count() == Volume.objects.count() == 2
    assert ElasticAddress.objects.filter(instance=None).count() == 2
