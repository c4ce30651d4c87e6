"""Growing deltas fill a datastore: nothing grows beyond it, and what still writes fails at the moment at which it no
longer fits."""

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from hosts.choices import PowerState
from hosts.live.disks import DELTA_RATE
from hosts.live.live import live
from hosts.models import Datastore, Snapshot, VirtualMachine
from tests.hosts.operations.guest.space import filling, free, leave, state
from tests.hosts.operations.operated import Operated
from tests.support.guests import shut_down
from tests.support.invariants import require_possible
from tests.support.sandbox import DAY_S, TESTER
from tests.support.visitors import give_to
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Agenda, Job
from virtlab.jobs.requests.forecast import forecast
from virtlab.jobs.runner.cancel import cancel
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db
HOUR_S = 3600.0


def took_s(job: Job) -> float:
    """Seconds of lab time that a job took that has ended."""
    return Job.objects.get(pk=job.pk).took_s or 0.0


class TestFull:
    """Two guests each write 1 GiB an hour to their deltas: 9 GiB are full after 4.5 hours."""

    @pytest.fixture
    def estate(self) -> Operated:
        return filling()

    def test_it_is_never_more_than_full(self, estate: Operated) -> None:
        estate.let_pass(4.4 * HOUR_S)
        assert free(estate) == pytest.approx(0.2, abs=0.01)
        estate.let_pass(DAY_S)
        require_possible(estate.lab)
        assert free(estate) == pytest.approx(0, abs=1e-6)
        shown = live(estate.lab)
        assert sum(disk.taken_gib for disk in shown.disks) == pytest.approx(shown.facts.datastores[0].capacity_gib)
        refused = str(estate.refused("vm.suspend", estate.vms[2]))
        assert "Needs 8.0 GiB; datastore ds-01 has 0.0 GiB left" in refused

    def test_it_is_written_down_as_full(self, estate: Operated) -> None:
        estate.let_pass(DAY_S)
        for vm in estate.vms[:2]:
            estate.start("vm.stop", vm)
        estate.let_pass(HOUR_S)
        assert estate.vm("db-01").power_state == PowerState.STOPPED
        assert estate.vm("db-01").delta_gib == pytest.approx(4.5, abs=0.01)
        require_possible(estate.lab)

    @pytest.mark.parametrize(
        ("freed_by", "number", "freed_gib"),
        [
            ("datastore.grow", 0, 10),
            ("vm.delete", 2, 20),
            ("snapshot.delete_all", 1, 4.5),
            ("snapshot.revert", 1, 4.5),
            ("vm.discard_suspended", 2, 8),
            ("vm.resume", 2, 8),
        ],
    )
    def test_it_goes_on_from_there_once_there_is_room(
        self, estate: Operated, freed_by: str, number: int, freed_gib: float
    ) -> None:
        state, kept = (PowerState.STOPPED, 0.0) if freed_by == "vm.delete" else (PowerState.SUSPENDED, 8.0)
        VirtualMachine.objects.filter(name="db-03").update(power_state=state, suspended_gib=kept)
        leave(estate, 9)
        estate.let_pass(DAY_S)
        capacity_gib = Datastore.objects.get(pk=estate.datastore.pk).capacity_gib
        subject: Model = estate.vms[number]
        if freed_by == "datastore.grow":
            estate.start(freed_by, estate.datastore, capacity_gib=capacity_gib + 10, from_shelf=True)
        else:
            subject = Snapshot.objects.get(vm=subject.pk) if freed_by == "snapshot.revert" else subject
            estate.start(freed_by, subject)
        estate.let_pass(HOUR_S)
        writing = 1 if freed_by.startswith("snapshot") else 2
        assert free(estate) == pytest.approx(freed_gib - writing, abs=0.1)
        require_possible(estate.lab)

    @pytest.mark.parametrize("value", [0.0, 500.0])
    def test_it_keeps_what_is_written_where_guests_write_more_or_less_from_now_on(
        self, estate: Operated, value: float
    ) -> None:
        estate.let_pass(HOUR_S)
        assert free(estate) == pytest.approx(7, abs=0.01)
        rate = Assumption.objects.get(key=DELTA_RATE)
        rate.value = value
        rate.save()
        assert free(estate) == pytest.approx(7, abs=0.01)
        estate.let_pass(HOUR_S)
        assert free(estate) == pytest.approx(max(7 - 2 * value / 100, 0), abs=0.01)
        rate.delete()
        assert free(estate) == pytest.approx(max(7 - 2 * value / 100, 0), abs=0.01)

    def test_it_does_not_catch_up_where_a_copy_is_cancelled(self, estate: Operated) -> None:
        shut_down(estate.vms[2])
        leave(estate, 29)
        Datastore.objects.update(mib_per_s=1)
        job = estate.start("vm.clone", estate.vm("db-03"), name="copy")
        estate.let_pass(6 * HOUR_S)
        assert free(estate) == pytest.approx(0, abs=0.01)
        cancel(Job.objects.get(pk=job.pk), TESTER)
        assert free(estate) == pytest.approx(20, abs=0.01)


class TestFills:
    """As above, while db-03 writes 8 GiB of memory at 1 MiB/s, in 2.3 hours: after half an hour that does not fit any
    more beside what the deltas take.
    """

    fails_after_s = HOUR_S / 2

    @pytest.fixture
    def estate(self) -> Operated:
        made = filling()
        Datastore.objects.update(mib_per_s=1)
        return made

    @pytest.fixture
    def job(self, estate: Operated) -> Job:
        return estate.start("vm.suspend", estate.vms[2])

    def failed_after_s(self, job: Job) -> float:
        job.refresh_from_db()
        assert job.state == JobState.FAILED
        return took_s(job)

    @pytest.mark.parametrize("stride_s", [60.0, DAY_S])
    def test_it_fails_what_writes_at_the_moment_at_which_it_no_longer_fits(
        self, estate: Operated, job: Job, stride_s: float
    ) -> None:
        while Job.objects.get(pk=job.pk).is_active:
            estate.let_pass(stride_s)
        assert self.failed_after_s(job) == pytest.approx(self.fails_after_s, abs=1)
        assert "Needs 8.0 GiB; datastore ds-01 has 8.0 GiB left" in str(job.error)
        assert estate.vm("db-03").power_state == PowerState.RUNNING
        require_possible(estate.lab)

    def test_it_is_due_then_and_not_before(self, estate: Operated, job: Job) -> None:
        estate.let_pass(1)
        job.refresh_from_db()
        due = Agenda.objects.get(lab=estate.lab).next_due_lab_at
        assert due == job.needs_until_lab_at
        assert due
        assert job.started_lab_at
        assert (due - job.started_lab_at).total_seconds() == pytest.approx(self.fails_after_s, abs=1)

    def test_it_is_said_before_it_begins(self, estate: Operated) -> None:
        _preview, plan = estate.preview("vm.suspend", estate.vms[2])
        fails_after_s = forecast(estate.lab, plan).fails_after_s
        assert fails_after_s == pytest.approx(self.fails_after_s, abs=1)
        Datastore.objects.update(mib_per_s=100)
        _preview, plan = estate.preview("vm.suspend", estate.vms[2])
        assert forecast(estate.lab, plan).fails_after_s is None, "it has ended by then"

    def test_it_is_said_on_its_page_and_on_that_of_its_start(self, estate: Operated, aiko: Client) -> None:
        give_to(aiko, estate.lab)
        address = reverse("jobs:operate", args=[estate.lab.slug, "vm.suspend"])
        shown = aiko.get(address, {"subject": estate.vms[2].pk}).content.decode()
        assert "As things stand it fails after" in shown
        job = estate.begin("vm.suspend", estate.vms[2])
        estate.let_pass(1)
        assert "As things stand it fails at" in aiko.get(job.get_absolute_url()).content.decode()

    def test_it_goes_on_where_there_is_more_room_by_then(self, estate: Operated, job: Job) -> None:
        estate.let_pass(60)
        estate.start("datastore.grow", estate.datastore, capacity_gib=300, from_shelf=True)
        estate.let_pass(DAY_S)
        assert state(job) == JobState.SUCCEEDED

    def test_it_is_sooner_where_another_begins_to_write(self, estate: Operated) -> None:
        estate.run("vm.stop", estate.vm("db-02"))
        VirtualMachine.objects.update(delta_gib=0.0, delta_lab_at=estate.lab.lab_time())
        leave(estate, 9)
        job = estate.start("vm.suspend", estate.vms[2])
        start = estate.start("vm.start", estate.vm("db-02"))
        estate.let_pass(DAY_S)
        alone_s = took_s(start)
        assert self.failed_after_s(job) == pytest.approx(self.fails_after_s + alone_s / 2, abs=5)

    def test_it_is_later_where_one_writes_no_longer(self, estate: Operated, job: Job) -> None:
        stop = estate.start("vm.stop", estate.vm("db-01"))
        estate.let_pass(DAY_S)
        longer_s = 2 * self.fails_after_s - took_s(stop)
        assert self.failed_after_s(job) == pytest.approx(longer_s, abs=5)

    def test_it_counts_a_parameter_that_changes_meanwhile(self, estate: Operated, job: Job) -> None:
        Assumption.objects.get(key="delta_pct_per_day").delete()
        estate.let_pass(60)
        Assumption.objects.create(lab=estate.lab, key="delta_pct_per_day", value=100.0)
        estate.let_pass(DAY_S)
        assert self.failed_after_s(job) == pytest.approx(self.fails_after_s + 60, abs=2), (
            "what is written stays, what is to be written follows from the rate of now"
        )

    def test_it_fails_those_that_were_admitted_last_first(self, estate: Operated, job: Job) -> None:
        leave(estate, 17)
        last = estate.start("vm.suspend", estate.vm("db-02"))
        estate.let_pass(HOUR_S)
        assert self.failed_after_s(last) == pytest.approx(HOUR_S / 2, abs=1)
        assert state(job) == JobState.RUNNING
