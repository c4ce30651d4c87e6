"""What goes over lines between places shares them as what goes to a datastore does."""

from dataclasses import replace

import pytest

from hosts.models import VirtualMachine
from hosts.operations.guest.base import VmOperation
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.sandbox import TESTER
from virtlab.engine.units import MIB_PER_S_OF_GBPS
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Flow, Plan, PlannedStep
from virtlab.jobs.operations.registry import OPERATIONS
from virtlab.jobs.operations.resources import resource_key, resources_named
from virtlab.jobs.requests.prepare import Request
from virtlab.jobs.requests.start import start
from virtlab.jobs.runner.cancel import cancel, way_back_of
from virtlab.jobs.runner.drive import drive

pytestmark = pytest.mark.django_db
GIB = 10.0


class Send(VmOperation):
    """Sends ten GiB of a guest from its datastore over a line."""

    name = "test.send"
    title = "Send"
    form_class = OperationForm
    lines: tuple[str, ...] = ()

    def plan(self) -> Plan:
        """One step."""
        through = [resource_key("datastore", self.vm.datastore_id), *self.lines]
        flow = Flow(GIB, through, 500.0)
        return Plan([PlannedStep("send", "Send", flow.alone_s, flow=flow)])


class SendAndWait(Send):
    """Sends them, and waits; they come back where it is cancelled."""

    name = "test.send_and_wait"

    def plan(self) -> Plan:
        """The second step never ends in a test."""
        [send] = super().plan().steps
        return Plan([replace(send, way_back=[replace(send, key="back")]), PlannedStep("wait", "Wait", 1e6)])


@pytest.fixture
def estate() -> Operated:
    return make_operated(capacity_gib=10_000)


@pytest.fixture(params=["to_cloud", "region_link"])
def line(request: pytest.FixtureRequest, estate: Operated) -> tuple[str, str, float]:
    """A line's key, its parameter, and a value of it that is 125 MB/s (in the parameter's unit)."""
    if request.param == "to_cloud":
        return resource_key("to_cloud", estate.lab.pk), "timing_wan_mbps", 1000
    key = resource_key("region_link", estate.lab.pk, "ap-northeast-1", "eu-central-1")
    return key, "timing_region_copies_mib_per_s", MIB_PER_S_OF_GBPS


def send(estate: Operated, number: int) -> Job:
    job = start(estate.lab, Request(Send, estate.vms[number], {}, TESTER))
    drive(estate.lab.pk)
    return job


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def rate(job: Job) -> float | None:
    return Step.objects.get(job=job).rate_mib_per_s


def test_it_shares_a_line_between_places(
    estate: Operated, line: tuple[str, str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, parameter, value = line
    monkeypatch.setitem(OPERATIONS, Send.name, Send)
    monkeypatch.setattr(Send, "lines", (key,))
    estate.lab.assumptions.create(key=parameter, value=value)
    first = send(estate, 0)
    assert rate(first) == pytest.approx(MIB_PER_S_OF_GBPS), "the line is narrower than the datastore"
    second = send(estate, 1)
    assert rate(first) == rate(second) == pytest.approx(MIB_PER_S_OF_GBPS / 2)
    estate.lab.assumptions.get(key=parameter).delete()
    estate.lab.assumptions.create(key=parameter, value=value * 4)
    assert rate(first) == rate(second) == pytest.approx(min(MIB_PER_S_OF_GBPS * 2, estate.datastore.mib_per_s / 2))


def test_it_takes_back_what_moves_bytes_as_fast_as_it_says(estate: Operated, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OPERATIONS, SendAndWait.name, SendAndWait)
    job = start(estate.lab, Request(SendAndWait, estate.vms[0], {}, TESTER))
    estate.let_pass(100)
    alone_s = way_back_of(again(job)).duration_s
    VirtualMachine.objects.update(disk_used_gib=1)
    estate.start("vm.clone", estate.vms[1], name="beside")
    drive(estate.lab.pk)
    told_s, began = way_back_of(again(job)).duration_s, again(job).lab.lab_time()
    assert told_s == pytest.approx(alone_s + 2 * 1024 / estate.datastore.mib_per_s, abs=0.1)
    cancel(again(job), TESTER)
    estate.let_pass()
    ended = again(job).ends_lab_at
    assert ended
    assert (ended - began).total_seconds() == pytest.approx(told_s, abs=0.1)


def test_it_has_a_line_for_each_way_and_each_pair_of_regions(estate: Operated) -> None:
    lab = estate.lab.pk
    ways = [resource_key("region_link", lab, *pair) for pair in (("a", "b"), ("b", "a"), ("a", "c"))]
    keys = [resource_key("to_cloud", lab), resource_key("from_cloud", lab), *ways]
    gone = [resource_key("to_cloud", 0), resource_key("region_link", 0, "a", "b")]
    assert set(resources_named([*keys, *gone])) == set(keys)
    assert resources_named(ways)[ways[1]].name == "b → a"
