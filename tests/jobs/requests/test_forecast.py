"""What a preview says of its duration is what comes: also beside others at work on the same datastore."""

import pytest

from hosts.models import Datastore, VirtualMachine
from tests.hosts.operations.operated import Operated, give_demand, make_operated
from tests.support.guests import save_template, shut_down
from tests.support.sandbox import GIB, TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.bulk import Bulk
from virtlab.jobs.requests.bulk_totals import Totals
from virtlab.jobs.requests.forecast import Forecast, forecast
from virtlab.jobs.requests.prepare import Request, prepare
from virtlab.jobs.runner.cancel import cancel
from virtlab.jobs.runner.drive import drive

pytestmark = pytest.mark.django_db
ALONE_S = 2 * 20 * 1024 / 500


@pytest.fixture
def estate() -> Operated:
    made = make_operated(capacity_gib=100_000)
    VirtualMachine.objects.update(disk_used_gib=20)
    return made


def foreseen(estate: Operated, name: str, vm: VirtualMachine, /, **params: object) -> Forecast:
    estate.lab.refresh_from_db()
    operation = prepare(estate.lab, Request(operation_named(name), vm, params, TESTER))
    return forecast(estate.lab, operation.plan())


def lasted_s(job: Job) -> float:
    """As its page tells it: while it runs, what is foreseen."""
    job = Job.objects.get(pk=job.pk)
    assert job.started_lab_at
    assert job.ends_lab_at
    return (job.ends_lab_at - job.started_lab_at).total_seconds()


def copying(estate: Operated, number: int) -> Job:
    shut_down(estate.vms[number])
    job = estate.start("vm.clone", estate.vms[number], name=f"copy-{number}")
    drive(estate.lab.pk)
    return job


class TestOne:
    def test_it_takes_as_long_as_alone_where_nobody_else_is_there(self, estate: Operated) -> None:
        shut_down(estate.vms[0])
        told = foreseen(estate, "vm.clone", estate.vms[0], name="one")
        assert told.later_s == pytest.approx(0)
        assert told.others == 0

    @pytest.mark.parametrize("passed_s", [0.0, 30.0, 100.0])
    def test_it_tells_the_time_beside_others_and_it_comes_so(self, estate: Operated, passed_s: float) -> None:
        copying(estate, 0)
        copying(estate, 1)
        estate.let_pass(passed_s)
        shut_down(estate.vms[2])
        told = foreseen(estate, "vm.clone", estate.vms[2], name="three")
        job = copying(estate, 2)
        estate.let_pass()
        assert (told.others, told.shared) == (2, "ds-01")
        assert told.duration_s > told.alone_s * 1.2
        assert lasted_s(job) == pytest.approx(told.duration_s, abs=0.01)
        assert Job.objects.get(pk=job.pk).planned_s == pytest.approx(told.duration_s, abs=0.01)

    def test_it_stays_the_plan_of_one_that_goes_back(self, estate: Operated) -> None:
        shut_down(estate.vms[0])
        told = foreseen(estate, "vm.clone", estate.vms[0], name="copy-0")
        job = copying(estate, 0)
        planned_s = Job.objects.get(pk=job.pk).planned_s
        assert planned_s == pytest.approx(told.duration_s)
        cancel(job, TESTER)
        estate.let_pass()
        ended = Job.objects.get(pk=job.pk)
        assert (ended.state, ended.planned_s) == (JobState.CANCELLED, planned_s)

    def test_it_tells_the_downtime_of_a_guest_that_waits_for_its_memory(self, estate: Operated) -> None:
        give_demand(estate.vms[2], 4.0)
        copying(estate, 0)
        told = foreseen(estate, "snapshot.take", estate.vms[2], name="with memory", with_memory=True)
        job = estate.start("snapshot.take", estate.vms[2], name="with memory", with_memory=True)
        estate.let_pass()
        assert told.down_later_s == pytest.approx(told.later_s)
        assert told.down_later_s > 1, "KVM pauses it until all of it is written"
        assert lasted_s(job) == pytest.approx(told.duration_s, abs=0.01)

    def test_it_leaves_alone_what_works_on_another_datastore(self, estate: Operated) -> None:
        other = Datastore.objects.create(lab=estate.lab, cluster=estate.cluster, name="ds-02", capacity_gib=10_000)
        VirtualMachine.objects.filter(pk=estate.vms[2].pk).update(datastore=other)
        copying(estate, 0)
        shut_down(estate.vms[2])
        told = foreseen(estate, "vm.clone", estate.vms[2], name="three")
        assert told.others == 0
        assert told.later_s == pytest.approx(0)

    @pytest.mark.parametrize("count", [3, 20])
    def test_it_tells_how_long_a_deployment_takes_beside_another(self, estate: Operated, count: int) -> None:
        save_template(estate, estate.vms[0])
        template = estate.vm("base")
        wanted = {"count": count, "pattern": "web-{n}", "first": 1, "vcpu": 1, "memory_mib": GIB, "start": False}
        alone = foreseen(estate, "template.deploy", template, **wanted)
        assert alone.later_s == pytest.approx(0, abs=0.01)
        copying(estate, 1)
        told = foreseen(estate, "template.deploy", template, **wanted)
        job = estate.start("template.deploy", template, **wanted)
        estate.let_pass()
        assert told.later_s > ALONE_S / 2
        assert lasted_s(job) == pytest.approx(told.duration_s, rel=0.02)

    @pytest.mark.parametrize("count", [1, 9])
    def test_it_ends_a_deployment_with_its_last_copy_where_the_others_end_before(
        self, estate: Operated, count: int
    ) -> None:
        VirtualMachine.objects.filter(name="db-03").update(disk_used_gib=1.5)
        copying(estate, 1)
        copying(estate, 2)
        save_template(estate, estate.vms[0])
        template = estate.vm("base")
        for number in (1, 2):
            estate.start("vm.clone", estate.vms[number], name=f"again-{number}")
        wanted = {"count": count, "pattern": "web-{n}", "first": 1, "vcpu": 1, "memory_mib": GIB, "start": False}
        told = foreseen(estate, "template.deploy", template, **wanted)
        job = estate.start("template.deploy", template, **wanted)
        estate.let_pass()
        assert told.later_s > 1
        assert lasted_s(job) == pytest.approx(told.duration_s, abs=2.5)

    def test_it_ends_a_deployment_at_once_with_its_last_copy_that_is_cancelled(self, estate: Operated) -> None:
        save_template(estate, estate.vms[0])
        wanted = {"count": 2, "pattern": "web-{n}", "first": 1, "vcpu": 1, "memory_mib": GIB, "start": False}
        job = estate.start("template.deploy", estate.vm("base"), **wanted)
        estate.let_pass(10)
        for part in job.children.all():
            cancel(part, TESTER)
        drive(estate.lab.pk)
        job.refresh_from_db()
        assert (job.state, str(job.error)) == (JobState.FAILED, "None of the copies was made.")

    @pytest.mark.parametrize(("count", "passed_s"), [(3, 30.0), (20, 30.0), (20, 800.0), (50, 10.0)])
    def test_it_counts_the_copies_that_wait_for_their_turn(self, estate: Operated, count: int, passed_s: float) -> None:
        save_template(estate, estate.vms[0])
        wanted = {"count": count, "pattern": "web-{n}", "first": 1, "vcpu": 1, "memory_mib": GIB, "start": False}
        estate.start("template.deploy", estate.vm("base"), **wanted)
        estate.let_pass(passed_s)
        shut_down(estate.vms[2])
        told = foreseen(estate, "vm.clone", estate.vms[2], name="beside")
        job = estate.start("vm.clone", estate.vms[2], name="beside")
        estate.let_pass()
        assert told.others == min(count, 8)
        assert lasted_s(job) == pytest.approx(told.duration_s, rel=0.01)


class TestMany:
    def test_it_counts_those_that_begin_together(self, estate: Operated) -> None:
        many = Bulk(estate.lab, operation_named("vm.suspend"), estate.vms, {}, TESTER)
        many.look()
        totals = Totals.of(many.rows)
        jobs = [estate.start("vm.suspend", vm) for vm in estate.vms]
        estate.let_pass()
        assert totals.duration_s == pytest.approx(max(lasted_s(job) for job in jobs), abs=0.01)
        assert totals.duration_s
        assert totals.duration_s > max(row.plan.duration_s for row in many.rows if row.plan) * 1.5


class TestWhileItRuns:
    """The end that is shown: what shares the resources now ends too, and leaves its part."""

    def test_it_tells_the_end_of_a_copy_beside_short_ones_as_it_comes(self, estate: Operated) -> None:
        VirtualMachine.objects.exclude(name="db-01").update(disk_used_gib=1)
        job = copying(estate, 0)
        alone_s = lasted_s(job)
        shut_down(estate.vms[1])
        told = foreseen(estate, "vm.clone", estate.vms[1], name="short").duration_s
        short = [copying(estate, 1), copying(estate, 2)]
        shown_s = lasted_s(job)
        assert shown_s == pytest.approx(alone_s + 2 * 2 * 1024 / 500, abs=1), "not three times as long"
        assert lasted_s(short[0]) > told, "two began"
        estate.let_pass(1)
        cancel(short[1], TESTER)
        sooner_s = lasted_s(job)
        assert alone_s < sooner_s < shown_s - 1
        estate.let_pass()
        assert lasted_s(job) == pytest.approx(sooner_s, abs=0.6)

    @pytest.mark.parametrize("count", [3, 20])
    def test_it_tells_the_end_of_a_deployment_beside_a_copy(self, estate: Operated, count: int) -> None:
        save_template(estate, estate.vms[0])
        wanted = {"count": count, "pattern": "web-{n}", "first": 1, "vcpu": 1, "memory_mib": GIB, "start": False}
        job = estate.start("template.deploy", estate.vm("base"), **wanted)
        copying(estate, 1)
        estate.let_pass(30)
        shown_s = lasted_s(job)
        estate.let_pass()
        assert lasted_s(job) == pytest.approx(shown_s, rel=0.02)


def test_it_foresees_the_parts_of_a_scene_beside_others() -> None:
    estate = make_operated("esxi")
    copying(estate, 1)
    estate.let_pass(10)
    told = foreseen(estate, "scene.failed_update", estate.vms[0])
    assert told.later_s > 1
    assert (told.others, told.shared) == (1, "ds-01")
    job = estate.start("scene.failed_update", estate.vms[0])
    estate.let_pass()
    assert lasted_s(job) == pytest.approx(told.duration_s, abs=1)
