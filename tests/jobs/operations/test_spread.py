"""Durations that vary: one case of many, the same where a lab is repeated, within what the preview says."""

from statistics import median

import pytest

from hosts.models import VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.sandbox import TESTER
from virtlab.jobs.models import Job
from virtlab.jobs.runner.cancel import cancel, way_back_of
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate() -> Operated:
    made = make_operated(guests=5)
    Assumption.objects.create(lab=made.lab, key="duration_p95_ratio", value=1.5)
    return made


def stops(estate: Operated) -> list[Job]:
    return [estate.start("vm.stop", vm) for vm in estate.vms]


class TestSpread:
    def test_it_does_not_let_all_end_in_the_same_second(self, estate: Operated) -> None:
        lasted = [job.duration_s for job in stops(estate)]
        assert len(set(lasted)) == len(lasted)
        assert 5 < median(lasted) < 20
        assert {step.planned_s for job in Job.objects.all() for step in job.steps.all()} == {10.0}

    def test_it_is_the_same_when_the_lab_is_repeated(self, estate: Operated) -> None:
        first = [job.duration_s for job in stops(estate)]
        Job.objects.all().delete()
        assert [job.duration_s for job in stops(estate)] == first

    def test_it_says_within_what_time_most_end(self, estate: Operated) -> None:
        plan = estate.prepared("vm.stop", estate.vms[0]).plan()
        assert plan.p95_s(1.5) == pytest.approx(15)

    def test_it_ends_when_its_draw_says(self, estate: Operated) -> None:
        job = estate.start("vm.stop", estate.vms[0])
        estate.let_pass(job.duration_s - 0.01)
        assert Job.objects.get(pk=job.pk).state == "running"
        estate.let_pass(0.02)
        assert Job.objects.get(pk=job.pk).state == "succeeded"

    def test_it_spreads_what_varies_on_the_side_of_the_hosts(self, estate: Operated) -> None:
        host, cluster = estate.hosts[1], estate.cluster
        model = {"count": 1, "pattern": "x-{n}", "first": 1, "model": host.model_id, "from_shelf": True}
        shape = {"vcpu": 1, "memory_mib": 1024, "disk_gib": 10, "operating_system": "linux", "start": True}
        plans = {
            "host.power_off": estate.prepared("host.power_off", host),
            "host.add": estate.prepared("host.add", cluster=cluster.pk, **model),
            "host.remove": estate.prepared("host.remove", host),
            "cluster.change_hypervisor": estate.prepared("cluster.change_hypervisor", cluster, hypervisor="esxi"),
            "vm.create": estate.prepared("vm.create", name="new", cluster=cluster.pk, **shape),
        }
        varying = {name: {s.key for s in each.plan().steps if s.varies} for name, each in plans.items()}
        assert varying == {
            "host.power_off": {"off"},
            "host.add": {"install", "boot"},
            "host.remove": {"off"},
            "cluster.change_hypervisor": {"stop", "install", "start"},
            "vm.create": {"install", "start"},
        }
        estate.run_now("host.fail", host)
        steps = estate.prepared("host.repair", host).plan().steps
        assert [(step.key, step.varies) for step in steps] == [("repair", True), ("on", True)]
        estate.run("host.repair", host)
        VirtualMachine.objects.update(power_state="stopped")
        job = estate.start("cluster.change_hypervisor", cluster, hypervisor="xen")
        assert [step.duration_s > 0 for step in job.steps.order_by("position") if step.key in {"stop", "start"}] == [
            False,
            False,
        ]

    def test_it_spreads_the_way_back_too(self, estate: Operated) -> None:
        """A cancel in the middle: what it takes back lasts as long as it does, not as planned, and says so before."""
        lasted: list[tuple[float, ...]] = []
        for vm in estate.vms[:3]:
            job = estate.start("vm.stop", vm)
            estate.let_pass(job.duration_s - 0.5)
            back = way_back_of(Job.objects.get(pk=job.pk))
            cancel(Job.objects.get(pk=job.pk), TESTER)
            estate.let_pass()
            steps = list(Job.objects.get(pk=job.pk).steps.filter(undoes__isnull=False))
            assert back.duration_s == pytest.approx(0.5 + sum(step.duration_s for step in steps)), "the shutdown first"
            lasted.append(tuple(step.duration_s for step in steps))
            assert all(step.duration_s != step.planned_s for step in steps if step.planned_s)
        assert len(set(lasted)) == 3
