"""Jobs from start to end: what happens, in which order, and what does not."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hosts.choices import HostState, PowerState
from hosts.models import VirtualMachine
from hosts.operations.guest.resize import ResizeVm
from tests.hosts.operations.operated import make_operated
from tests.jobs.estate import Estate, make_estate
from tests.support.sandbox import DAY_S, GIB, TESTER
from virtlab.jobs.choices import JobState, StepState
from virtlab.jobs.models import Agenda, AuditEntry, Job
from virtlab.jobs.operations.effects import EFFECTS, Effect, Run, StepFailed
from virtlab.jobs.operations.refusals import Refused, StaleForm
from virtlab.jobs.progress import progress
from virtlab.jobs.requests.retry import retry, run_again
from virtlab.jobs.runner.cancel import cancel, way_back_of
from virtlab.jobs.runner.drive import BATCH_JOBS, drive
from virtlab.jobs.runner.sweep import sweep
from virtlab.labs import clock
from virtlab.labs.models import Assumption, Lab


def again(job: Job) -> Job:
    """The job as the database has it."""
    return Job.objects.get(pk=job.pk)


class TestStart:
    def test_it_runs_to_the_end(self, estate: Estate) -> None:
        job = estate.resize()
        assert again(job).state == JobState.RUNNING
        estate.let_pass()
        assert again(job).state == JobState.SUCCEEDED
        vm = VirtualMachine.objects.get(pk=estate.vms[0].pk)
        assert (vm.vcpu, vm.memory_mib, vm.power_state) == (4, 16 * GIB, PowerState.RUNNING)

    def test_it_takes_its_steps_at_the_planned_lab_times_however_late_a_worker_comes(self, estate: Estate) -> None:
        job = again(estate.resize())
        estate.let_pass(86_400)
        steps = list(job.steps.all())
        assert [step.ended_lab_at for step in steps] == [step.planned_end_lab_at for step in steps]
        assert again(job).ends_lab_at == job.ends_lab_at

    def test_it_does_nothing_before_its_time(self, estate: Estate) -> None:
        clock.set_speed(estate.lab.pk, 0)
        job = estate.resize()
        assert drive(estate.lab.pk).steps == 0
        assert again(job).position == 0

    def test_it_does_nothing_twice(self, estate: Estate) -> None:
        estate.resize()
        assert estate.let_pass().steps == 3
        assert drive(estate.lab.pk).steps == 0

    def test_it_bumps_the_revision(self, estate: Estate) -> None:
        estate.resize()
        estate.let_pass()
        assert Lab.objects.get(pk=estate.lab.pk).revision > 0

    def test_it_writes_who_did_what(self, estate: Estate) -> None:
        job = estate.resize()
        entry = AuditEntry.objects.get(job=job)
        assert (entry.action, entry.target, entry.source) == ("vm.resize", "db-01", "command")
        assert entry.changes()["Memory"] == ("8192", "16384")


class TestBadInput:
    def test_it_refuses_a_busy_machine_by_the_name_of_the_job(self, estate: Estate) -> None:
        first = estate.resize()
        with pytest.raises(Refused) as refused:
            estate.move()
        assert "db-01 is busy" in str(refused.value)
        assert f"job {first.pk}" in str(refused.value)
        assert refused.value.refusals[0].job == first

    def test_it_refuses_a_machine_that_is_gone(self, estate: Estate) -> None:
        VirtualMachine.objects.filter(pk=estate.vms[0].pk).delete()
        with pytest.raises(Refused, match="db-01 does not exist any more"):
            estate.resize()

    def test_it_refuses_a_machine_of_another_lab(self, estate: Estate) -> None:
        other = Lab.objects.create(name="Other")
        VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(lab=other)
        with pytest.raises(Refused, match="does not exist any more"):
            estate.resize()

    def test_it_starts_one_job_for_a_double_click(self, estate: Estate) -> None:
        assert estate.resize(key="k1") == estate.resize(key="k1")
        assert Job.objects.count() == 1

    def test_it_says_what_changed_under_a_stale_form(self, estate: Estate) -> None:
        seen = ResizeVm.fingerprint(estate.vms[0])
        VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(memory_mib=12 * GIB)
        with pytest.raises(StaleForm) as stale:
            estate.resize(seen=seen)
        assert [(c.name, c.seen, c.now) for c in stale.value.changes] == [("memory_mib", "8192", "12288")]

    def test_it_refuses_what_the_host_has_no_room_for_and_names_a_way_out(self, estate: Estate) -> None:
        with pytest.raises(Refused, match=r"host kvm-01 has 40\.0 GiB left") as refused:
            estate.resize(memory_mib=48 * GIB)
        assert {"vm.resize", "vm.move"} <= {way.operation for way in refused.value.refusals[0].ways_out}

    def test_it_refuses_a_cancel_after_the_end(self, estate: Estate) -> None:
        job = estate.resize()
        estate.let_pass()
        with pytest.raises(Refused, match="has ended already"):
            cancel(job, TESTER)


class TestFailure:
    def test_it_undoes_its_steps_and_says_so(self, estate: Estate) -> None:
        job = estate.move()
        estate.hosts[1].state = HostState.FAILED
        estate.hosts[1].save()
        estate.let_pass()
        vm = VirtualMachine.objects.get(pk=estate.vms[0].pk)
        assert (vm.host, vm.power_state) == (estate.hosts[0], PowerState.RUNNING)
        assert str(again(job).error) == "Host kvm-02 is not on."
        states = [step.state for step in job.steps.all()]
        assert states == [StepState.UNDONE, StepState.FAILED, StepState.SKIPPED, StepState.DONE]
        assert "Undone: Shut down the guest OS" in [str(line) for line in job.log.all()]

    def test_it_lets_go_of_the_machine(self, estate: Estate) -> None:
        estate.move()
        estate.hosts[1].state = HostState.FAILED
        estate.hosts[1].save()
        estate.let_pass()
        assert again(estate.resize()).state == JobState.RUNNING

    def test_it_fails_where_the_machine_vanished_meanwhile(self, estate: Estate) -> None:
        job = estate.resize()
        VirtualMachine.objects.filter(pk=estate.vms[0].pk).delete()
        estate.let_pass()
        assert str(again(job).error) == "db-01 is gone."

    def test_it_continues_where_it_failed(self, estate: Estate) -> None:
        job = estate.move()
        estate.hosts[1].state = HostState.FAILED
        estate.hosts[1].save()
        estate.let_pass()
        with pytest.raises(Refused, match="kvm-02 is not on"):
            retry(again(job), TESTER)
        estate.hosts[1].state = HostState.ON
        estate.hosts[1].save()
        retry(again(job), TESTER)
        estate.let_pass()
        assert again(job).state == JobState.SUCCEEDED
        assert VirtualMachine.objects.get(pk=estate.vms[0].pk).host == estate.hosts[1]


class TestCancel:
    def test_it_undoes_what_was_done(self, estate: Estate) -> None:
        clock.set_speed(estate.lab.pk, 0)
        job = estate.resize()
        estate.let_pass(11)  # the guest is off, its size not changed yet
        assert VirtualMachine.objects.get(pk=estate.vms[0].pk).power_state == PowerState.STOPPED
        assert [str(step) for step in way_back_of(again(job)).steps] == ["Start the guest OS"]
        cancel(again(job), TESTER)
        assert (again(job).state, again(job).goes_back) == (JobState.RUNNING, True)
        assert VirtualMachine.objects.get(pk=estate.vms[0].pk).power_state == PowerState.STOPPED, "a boot takes time"
        with pytest.raises(Refused, match="already taking back"):
            cancel(again(job), TESTER)
        estate.let_pass()
        assert again(job).state == JobState.CANCELLED
        assert VirtualMachine.objects.get(pk=estate.vms[0].pk).power_state == PowerState.RUNNING
        assert [step.state for step in job.steps.all()] == ["undone", "skipped", "skipped", "done"]

    def test_it_lets_a_shutdown_come_to_its_end_before_it_starts_the_guest_again(self, estate: Estate) -> None:
        clock.set_speed(estate.lab.pk, 0)
        job = estate.resize()
        estate.let_pass(4)
        back = way_back_of(again(job))
        assert [str(step) for step in back.steps] == ["Shut down the guest OS", "Start the guest OS"]
        assert back.down_s == pytest.approx(6 + 20, abs=1)
        cancel(again(job), TESTER)
        estate.let_pass(7)
        assert VirtualMachine.objects.get(pk=estate.vms[0].pk).power_state == PowerState.STOPPED
        estate.let_pass()
        assert VirtualMachine.objects.get(pk=estate.vms[0].pk).power_state == PowerState.RUNNING
        assert again(job).state == JobState.CANCELLED
        lasted = (job.steps.latest("position").ended_lab_at or timezone.now()) - (job.started_lab_at or timezone.now())
        assert lasted.total_seconds() == pytest.approx(30)

    def test_it_never_lets_the_bar_of_a_way_back_go_back(self, estate: Estate) -> None:
        clock.set_speed(estate.lab.pk, 0)
        job = estate.resize()
        estate.let_pass(4)
        cancel(again(job), TESTER)
        seen = []
        for _second in range(26):
            now = Lab.objects.get(pk=estate.lab.pk).lab_time()
            seen.append(progress(again(job), now))
            estate.let_pass(1)
        assert seen == sorted(seen)
        assert seen[0] < 0.05
        assert seen[7] == pytest.approx(7 / 26, abs=0.04), "the rest of the shutdown, then the boot"
        assert seen[-1] > 0.9

    def test_it_gives_back_the_size_after_the_point_of_no_return(self, estate: Estate) -> None:
        clock.set_speed(estate.lab.pk, 0)
        job = estate.resize()
        estate.let_pass(20)  # it boots with its new size
        cancel(again(job), TESTER)
        estate.let_pass()
        vm = VirtualMachine.objects.get(pk=estate.vms[0].pk)
        assert (vm.memory_mib, vm.power_state, again(job).state) == (8 * GIB, PowerState.RUNNING, JobState.CANCELLED)

    def test_it_takes_back_the_rest_where_one_step_cannot_be(
        self, estate: Estate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def blocked(_run: Run) -> None:
            raise StepFailed(_("The disk is full."))

        clock.set_speed(estate.lab.pk, 0)
        job = estate.resize()
        estate.let_pass(20)
        cancel(again(job), TESTER)
        monkeypatch.setitem(EFFECTS, "vm.restore_size", Effect("vm.restore_size", blocked))
        estate.let_pass()
        vm = VirtualMachine.objects.get(pk=estate.vms[0].pk)
        assert (vm.memory_mib, vm.power_state) == (16 * GIB, PowerState.RUNNING), "of the new size, but not left off"
        assert (again(job).state, str(again(job).error)) == (JobState.FAILED, "The disk is full.")
        assert [step.state for step in job.steps.all()] == ["undone", "done", "skipped", "failed", "done"]

    def test_it_says_that_nothing_had_to_be_undone(self, estate: Estate) -> None:
        clock.set_speed(estate.lab.pk, 0)
        VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(power_state=PowerState.STOPPED)
        job = estate.resize()
        cancel(job, TESTER)
        assert "Nothing had to be undone." in [str(line) for line in job.log.all()]

    def test_it_can_run_again(self, estate: Estate) -> None:
        job = estate.resize()
        cancel(job, TESTER)
        estate.let_pass()
        other = run_again(again(job), TESTER)
        estate.let_pass()
        assert other != job
        assert again(other).state == JobState.SUCCEEDED


class TestQueue:
    def test_it_queues_beyond_the_limit_and_begins_when_one_ends(self, estate: Estate) -> None:
        Assumption.objects.create(lab=estate.lab, key="jobs_at_once", value=1)
        first, second, third = (again(estate.resize(n)) for n in range(3))
        assert [j.state for j in (first, second, third)] == ["running", "queued", "queued"]
        estate.let_pass(first.duration_s + 1)
        assert again(second).started_lab_at == again(first).ends_lab_at
        estate.let_pass()
        assert [again(j).state for j in (first, second, third)] == ["succeeded"] * 3
        assert again(third).started_lab_at == again(second).ends_lab_at

    def test_it_asks_again_before_a_queued_job_begins(self, estate: Estate) -> None:
        Assumption.objects.create(lab=estate.lab, key="jobs_at_once", value=1)
        estate.resize(0, 24 * GIB)
        second, third = estate.resize(1, 24 * GIB), estate.resize(2, 32 * GIB)
        estate.let_pass()
        assert again(second).state == JobState.SUCCEEDED
        assert again(third).state == JobState.FAILED
        assert "has 8.0 GiB left" in str(again(third).error)

    def test_it_leaves_the_room_of_one_that_cannot_begin_to_the_next(self, estate: Estate) -> None:
        Assumption.objects.create(lab=estate.lab, key="jobs_at_once", value=1)
        estate.resize(0, 40 * GIB)
        doomed, last = estate.resize(1, 30 * GIB), estate.resize(2, 8 * GIB)
        VirtualMachine.objects.filter(pk=estate.vms[3].pk).update(memory_mib=1 * GIB)
        estate.let_pass()
        assert (again(doomed).state, again(last).state) == (JobState.FAILED, JobState.SUCCEEDED)

    def test_it_begins_what_waits_for_no_other_job(self, estate: Estate) -> None:
        limit = Assumption.objects.create(lab=estate.lab, key="jobs_at_once", value=0)
        job = estate.resize()
        assert again(job).state == JobState.QUEUED
        limit.value = 1
        limit.save()
        sweep(timezone.now())
        assert again(job).state == JobState.RUNNING

    def test_it_drives_a_busy_lab_in_short_batches_so_that_others_get_their_turn(self, db: None) -> None:
        busy = make_estate("Busy", guests=BATCH_JOBS + 20)
        busy.hosts[0].memory_mib = 10_000 * GIB
        busy.hosts[0].save()
        Assumption.objects.create(lab=busy.lab, key="jobs_at_once", value=1_000)
        for number in range(len(busy.vms)):
            busy.resize(number)
        clock.move_forward(busy.lab.pk, busy.lab.lab_time() + timedelta(days=1))
        drive(busy.lab.pk)
        left = Job.objects.filter(lab=busy.lab, position=0, state=JobState.RUNNING).count()
        assert left >= 20
        assert Agenda.objects.filter(lab=busy.lab, next_due_at__lte=timezone.now()).exists()


class TestAgenda:
    def test_it_moves_with_the_clock(self, estate: Estate) -> None:
        clock.set_speed(estate.lab.pk, 0)
        job = again(estate.resize())
        clock.set_speed(estate.lab.pk, 1)
        at_1 = Agenda.objects.get(lab=estate.lab).next_due_at
        clock.set_speed(estate.lab.pk, 10)
        at_10 = Agenda.objects.get(lab=estate.lab).next_due_at
        clock.set_speed(estate.lab.pk, 0)
        assert at_1
        assert at_10
        assert at_1 - at_10 > timedelta(seconds=5)
        assert Agenda.objects.get(lab=estate.lab).next_due_at is None
        assert Agenda.objects.get(lab=estate.lab).next_due_lab_at == job.due_lab_at


class TestWaiting:
    def test_it_takes_no_place_while_it_is_ordered(self, db: None) -> None:
        estate = make_operated()
        Assumption.objects.create(lab=estate.lab, key="jobs_at_once", value=1)
        order = estate.start("datastore.grow", estate.datastore, capacity_gib=2000)
        stop = estate.start("vm.stop", estate.vms[0])
        assert {again(job).state for job in (order, stop)} == {JobState.RUNNING}
        estate.let_pass(100 * DAY_S)
        assert {again(job).state for job in (order, stop)} == {JobState.SUCCEEDED}

    def test_it_leaves_its_place_to_its_own_parts(self, db: None) -> None:
        estate = make_operated(capacity_gib=10_000)
        estate.run("template.save", estate.vms[0], name="base", how="copy")
        Assumption.objects.create(lab=estate.lab, key="jobs_at_once", value=2)
        more = {"vcpu": 1, "memory_mib": GIB, "first": 1, "start": False, "count": 3}
        jobs = [estate.start("template.deploy", estate.vm("base"), pattern=f"{n}-{{n}}", **more) for n in "abc"]
        for _turn in range(5):
            estate.let_pass()
        assert {again(job).state for job in jobs} == {JobState.SUCCEEDED}
        assert VirtualMachine.objects.filter(made_from__name="base").count() == 9


class TestRetryAfterGoingBack:
    def test_it_is_refused_where_all_steps_are_done(self, db: None) -> None:
        estate = make_operated()
        job = estate.start("vm.stop", estate.vms[0])
        estate.let_pass(4)
        cancel(again(job), TESTER)
        estate.let_pass(7)
        assert again(job).goes_back, "it is off, and starts again"
        estate.run_now("host.fail", estate.hosts[0])
        assert again(job).state == JobState.FAILED
        estate.run("host.repair", estate.hosts[0])
        with pytest.raises(Refused, match="nothing is left to try again"):
            retry(again(job), TESTER)

    def test_it_makes_the_parts_anew_that_were_cancelled_with_it(self, db: None) -> None:
        estate = make_operated(capacity_gib=10_000)
        estate.run("template.save", estate.vms[0], name="base", how="copy")
        more = {"vcpu": 1, "memory_mib": GIB, "first": 1, "start": False, "count": 2}
        job = estate.start("template.deploy", estate.vm("base"), pattern="w-{n}", **more)
        estate.let_pass(30)
        cancel(again(job), TESTER)
        estate.let_pass()
        assert not VirtualMachine.objects.filter(name__startswith="w-").exists()
        retry(again(job), TESTER)
        estate.let_pass()
        assert again(job).state == JobState.SUCCEEDED, str(again(job).error)
        assert VirtualMachine.objects.filter(name__startswith="w-").count() == 2

    def test_it_does_again_what_does_not_stand(self, db: None) -> None:
        estate = make_operated()
        job = estate.start("vm.suspend", estate.vms[0])
        write_s = job.steps.get(key="write").duration_s
        estate.let_pass(write_s + 1)
        cancel(again(job), TESTER)
        assert estate.vm("db-01").power_state == PowerState.RUNNING
        retry(again(job), TESTER)
        assert [step.state for step in job.steps.all()] == ["running", "pending"], "its memory is written anew"
        estate.let_pass()
        assert again(job).state == JobState.SUCCEEDED

    def test_it_copies_again_what_was_deleted(self, db: None) -> None:
        estate = make_operated()
        job = estate.start("vm.clone", estate.vms[0], name="copy", start=True)
        estate.let_pass(job.duration_s - 30)
        cancel(again(job), TESTER)
        assert not VirtualMachine.objects.filter(name="copy").exists()
        retry(again(job), TESTER)
        assert {step.state for step in job.steps.all()} == {"running", "pending"}

    def test_it_is_refused_while_what_it_needs_is_lost(self, db: None) -> None:
        estate = make_operated("workstation")
        job = estate.start("vm.resize", estate.vms[0], vcpu=4, memory_mib=8 * GIB, disk_gib=40)
        estate.let_pass(13)
        estate.run_now("host.fail", estate.hosts[0])
        with pytest.raises(Refused, match=r"Host h-01 failed\."):
            retry(again(job), TESTER)
        estate.run("host.repair", estate.hosts[0])
        Assumption.objects.create(lab=estate.lab, key="jobs_at_once", value=1)
        estate.start("vm.stop", estate.vms[1]) if estate.vm("db-02").power_state == PowerState.RUNNING else None
        retry(again(job), TESTER)
        estate.let_pass()
        assert (again(job).state, estate.vm("db-01").power_state) == (JobState.SUCCEEDED, PowerState.RUNNING)


class TestCancelOfAWhole:
    def test_it_says_what_its_parts_take(self, db: None) -> None:
        estate = make_operated(capacity_gib=10_000)
        estate.run("vm.stop", estate.vms[0])
        estate.run("template.save", estate.vms[0], name="db-01", how="convert")
        more = {"vcpu": 1, "memory_mib": GIB, "first": 1, "start": True}
        job = estate.start("template.deploy", estate.vm("db-01"), count=2, pattern="w-{n}", **more)
        estate.let_pass(10)
        back = way_back_of(again(job))
        assert back.parts == 2
        assert "Make room for it" in str(back.steps[0])

    def test_it_comes_after_all_that_was_due_before(self, db: None) -> None:
        estate = make_operated(guests=3, capacity_gib=10_000)
        jobs = [estate.start("vm.suspend", vm) for vm in estate.vms]
        clock.move_forward(estate.lab.pk, estate.lab.lab_time() + timedelta(days=1))
        with pytest.raises(Refused, match="has ended already"):
            cancel(jobs[0], TESTER)
        assert {again(job).state for job in jobs} == {JobState.SUCCEEDED}
