"""What is asked of many is read once: bulk requests, placement with a group, effects on all guests of a host or of a
cluster, and jobs that wait for others.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from hosts.choices import HostState, Hypervisor, PowerState
from hosts.models import Host, Snapshot, VirtualMachine
from hosts.operations.guest.power_effects import change_power, start_many, stop_many
from hosts.pages.hosts.views import BULK as HOST_BULK
from hosts.pages.vms.views import BULK, TEMPLATE_BULK
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.sandbox import GIB, TESTER, make_hosts
from virtlab.jobs.models import Job, JobSubject
from virtlab.jobs.operations.effects import StepFailed
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.bulk import Bulk
from virtlab.jobs.runner.drive import drive
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db
FEW, MANY = 2, 12
PARAMS: dict[str, dict[str, Any]] = {
    "vm.resize": {"vcpu": 3, "disk_gib": 60},
    "snapshot.take": {"name": "x", "with_memory": "on"},
    "template.deploy": {"count": 2, "pattern": "x-{n}", "first": 1, "vcpu": 1, "memory_mib": GIB, "start": "on"},
}
PER_OBJECT = {"vm.move": 1, "template.deploy": 3}
"""A form that asks for what its own object may choose, or for names (of rows, of jobs); the job that takes a template
away.
"""
STATES = {"vm.start": PowerState.STOPPED, "vm.delete": PowerState.STOPPED, "vm.resume": PowerState.SUSPENDED}
HOST_STATES = {"host.power_on": HostState.OFF, "host.repair": HostState.FAILED}
LOADED = ("host__cluster", "cluster", "lab", "datastore__lab")


def asked(work: Callable[[], object]) -> int:
    """How many queries it takes."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def large(guests: int = MANY, **columns: Any) -> Operated:
    """Guests with a snapshot each, whose hosts and datastore have room for all."""
    estate = make_operated(Hypervisor.ESXI, guests=guests, capacity_gib=100_000)
    Host.objects.update(memory_mib=1024 * GIB, cores=256)
    for vm in estate.vms:
        state = {"health": "well"}
        snapshot = Snapshot.objects.create(vm=vm, name="s", taken_lab_at=estate.lab.lab_time(), configuration=state)
        running = {"snapshot": snapshot, "delta_gib": 0.0, "delta_lab_at": estate.lab.lab_time()}
        VirtualMachine.objects.filter(pk=vm.pk).update(**running | columns)
    return estate


class TestBulk:
    def counts(self, estate: Operated, name: str, every: list[models.Model]) -> list[int]:
        """Queries of a look at a few of them, and of a look at all; each can start."""
        operation, params = operation_named(name), dict(PARAMS.get(name, {}))
        if name == "vm.move":
            params["host"] = estate.hosts[1].pk
        counts = []
        for many in (FEW, MANY):
            chosen = list(operation.subjects(estate.lab).filter(pk__in=[each.pk for each in every[:many]]))
            bulk = Bulk(estate.lab, operation, chosen, params, TESTER)
            counts.append(asked(bulk.look))
            assert bulk.can == many, [row.sentences for row in bulk.rows]
        return counts

    def require_few(self, name: str, counts: list[int]) -> None:
        few, many = counts
        assert many <= few + PER_OBJECT.get(name, 0) * (MANY - FEW)

    @pytest.mark.parametrize("name", BULK)
    def test_it_asks_no_more_for_more_guests(self, name: str) -> None:
        estate = large(power_state=STATES.get(name, PowerState.RUNNING))
        if name == "vm.resize":
            Snapshot.objects.all().delete()
        self.require_few(name, self.counts(estate, name, [*estate.vms]))

    @pytest.mark.parametrize("name", TEMPLATE_BULK)
    def test_it_asks_no_more_for_more_templates(self, name: str) -> None:
        estate = large(power_state=PowerState.STOPPED, is_template=True, snapshot=None)
        Snapshot.objects.all().delete()
        self.require_few(name, self.counts(estate, name, [*estate.vms]))

    @pytest.mark.parametrize("name", HOST_BULK)
    def test_it_asks_no_more_for_more_hosts(self, name: str) -> None:
        estate = make_operated()
        hosts = make_hosts(estate.cluster, [f"more-{n:02}" for n in range(MANY)], 64 * GIB)
        Host.objects.update(state=HOST_STATES.get(name, HostState.ON))
        self.require_few(name, self.counts(estate, name, [*hosts]))

    def test_it_asks_no_more_where_more_find_no_room(self) -> None:
        estate = large(power_state=PowerState.STOPPED)
        Host.objects.update(memory_mib=GIB)
        operation = operation_named("vm.start")
        counts = []
        for many in (FEW, MANY):
            bulk = Bulk(estate.lab, operation, list(operation.subjects(estate.lab)[:many]), {}, TESTER)
            counts.append(asked(bulk.look))
            assert bulk.cannot == many
        assert counts[1] <= counts[0]


class TestPlacement:
    def test_it_asks_for_a_group_once_and_not_for_each_host(self) -> None:
        counts = []
        for more in (0, 10):
            estate = make_operated()
            make_hosts(estate.cluster, [f"more-{n:02}" for n in range(more)], 64 * GIB)
            new: dict[str, Any] = {
                "name": "new",
                "cluster": estate.cluster.pk,
                "vcpu": 2,
                "memory_mib": 4 * GIB,
                "disk_gib": 20,
            }
            new |= {"operating_system": "linux", "anti_affinity": "web"}
            counts.append(asked(partial(estate.prepared, "vm.create", None, **new)))
        assert counts[1] <= counts[0]

    def test_it_says_why_the_host_was_chosen_on_which_it_is(self) -> None:
        estate = make_operated()
        new: dict[str, Any] = {"cluster": estate.cluster.pk, "vcpu": 2, "memory_mib": 4 * GIB, "disk_gib": 20}
        new |= {"operating_system": "linux", "anti_affinity": "web"}
        job = estate.run("vm.create", None, name="new", **new)
        host = estate.vm("new").host
        assert host
        assert [str(line.text).startswith(f"{host.name}: ") for line in job.log.all()] == [True]


class TestManyAtOnce:
    @pytest.fixture
    def estate(self) -> Operated:
        """Eight guests that are off, on three hosts: one is full after two, one is not on, two guests are a group."""
        made = make_operated(guests=8)
        third = make_hosts(made.cluster, ["h-03"], 64 * GIB)[0]
        Host.objects.filter(pk=made.hosts[1].pk).update(state=HostState.OFF)
        VirtualMachine.objects.update(power_state=PowerState.STOPPED, memory_mib=24 * GIB)
        for number, host in enumerate((made.hosts[0],) * 3 + (made.hosts[1],) + (third,) * 3 + (None,)):
            VirtualMachine.objects.filter(pk=made.vms[number].pk).update(host=host, vcpu_at_start=1)
        VirtualMachine.objects.filter(name__in=("db-05", "db-06")).update(anti_affinity="apart")
        return made

    def stopped(self) -> list[VirtualMachine]:
        return list(VirtualMachine.objects.select_related(*LOADED).order_by("name"))

    def columns(self) -> list[tuple[Any, ...]]:
        names = ("name", "power_state", "delta_gib", "delta_lab_at", "vcpu_at_start", "powered_on_lab_at")
        return list(VirtualMachine.objects.order_by("name").values_list(*names))

    def test_it_starts_those_that_would_start_one_after_the_other(self, estate: Operated) -> None:
        lab_at = estate.lab.lab_time()
        why = {vm.name: str(text) for vm, text in start_many(self.stopped(), lab_at)}
        together = self.columns()
        VirtualMachine.objects.update(power_state=PowerState.STOPPED, vcpu_at_start=1, powered_on_lab_at=None)
        VirtualMachine.objects.update(delta_lab_at=None)
        one_by_one: dict[str, str] = {}
        for vm in self.stopped():
            try:
                change_power(vm, PowerState.RUNNING, lab_at)
            except StepFailed as failure:
                one_by_one[vm.name] = str(failure.text)
        assert why == one_by_one
        assert together == self.columns()
        assert set(why) == {"db-03", "db-04", "db-05", "db-06", "db-08"}

    def test_it_asks_no_more_for_more_guests(self) -> None:
        counts = []
        for guests in (FEW, MANY):
            estate = large(guests)
            vms = list(VirtualMachine.objects.filter(lab=estate.lab).select_related(*LOADED))
            stopped = asked(partial(stop_many, vms, estate.lab.lab_time()))
            counts.append((stopped, asked(partial(start_many, vms, estate.lab.lab_time()))))
        assert counts[0] == counts[1]

    def test_it_asks_no_more_where_more_guests_stop_with_their_host(self) -> None:
        counts = []
        for guests in (FEW, MANY):
            estate = large(guests)
            job = estate.start("host.fail", estate.hosts[0])
            counts.append(asked(partial(drive, estate.lab.pk)))
            assert not VirtualMachine.objects.filter(lab=estate.lab, power_state=PowerState.RUNNING).exists()
            assert JobSubject.objects.filter(job=job, object_id__in=[vm.pk for vm in estate.vms]).count() >= guests
        assert counts[0] == counts[1]


class TestWaiting:
    def test_it_asks_once_a_minute_for_a_part_that_queues(self) -> None:
        estate = make_operated()
        estate.run_now("host.fail", estate.hosts[1])
        Assumption.objects.create(lab=estate.lab, key="jobs_at_once", value=1)
        scene = estate.start("scene.failed_update", estate.vms[0])
        estate.start("host.repair", estate.hosts[1])
        drive(estate.lab.pk)
        assert Job.objects.get(parent=scene).state == "queued"
        before = drive(estate.lab.pk).events
        assert estate.let_pass(600).steps + before <= 12
