"""A datastore that growing deltas have filled: what runs there runs on, which is said; a temporary snapshot finds no
room there."""

import pytest
from django.test import Client
from django.urls import reverse

from hosts.choices import Hypervisor
from hosts.live.live import live
from hosts.models import VirtualMachine
from hosts.rules.snapshot_kinds import LEAST_GIB
from tests.hosts.operations.guest.space import filling, free, leave, state
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.guests import shut_down
from tests.support.sandbox import DAY_S, GIB
from tests.support.visitors import give_to
from virtlab.jobs.choices import JobState
from virtlab.labs.models import Assumption

pytestmark = pytest.mark.django_db
SAID = "stands still at its next write that needs room there"
HOUR_S = 3600.0


@pytest.fixture
def full() -> Operated:
    """db-01 and db-02 have filled it for 19.5 hours."""
    estate = filling()
    estate.let_pass(DAY_S)
    return estate


def notes(estate: Operated, operation: str, name: str, **params: object) -> str:
    return " ".join(str(note) for note in estate.preview(operation, estate.vm(name), **params)[0].notes)


class TestSaid:
    @pytest.mark.parametrize(
        ("operation", "params"), [("vm.restart", {}), ("vm.resize", {"vcpu": 1, "memory_mib": 4 * GIB})]
    )
    def test_it_is_said_of_what_lets_a_vm_run_on_there(
        self, full: Operated, operation: str, params: dict[str, object]
    ) -> None:
        assert SAID in notes(full, operation, "db-01", **params)
        assert "has been full since" in notes(full, operation, "db-01", **params)

    def test_it_is_said_of_a_start_when_nothing_grows_any_more(self, full: Operated) -> None:
        shut_down(full.vm("db-01"), full.vm("db-02"))
        VirtualMachine.objects.filter(name__in=["db-01", "db-02"]).update(delta_gib=4.5)
        leave(full, 0)
        said = notes(full, "vm.start", "db-01")
        assert SAID in said
        assert "Datastore ds-01 is full:" in said

    def test_it_is_not_said_where_a_resume_makes_room(self, full: Operated) -> None:
        VirtualMachine.objects.filter(name="db-01").update(power_state="suspended", suspended_gib=8.0)
        leave(full, 0)
        assert SAID not in notes(full, "vm.resume", "db-01")
        VirtualMachine.objects.filter(name="db-01").update(suspended_gib=LEAST_GIB / 2)
        leave(full, 0)
        assert SAID in notes(full, "vm.resume", "db-01")

    def test_it_is_not_said_of_a_disk_that_needs_no_more_room(self, full: Operated) -> None:
        VirtualMachine.objects.filter(name="db-03").update(thin=False, disk_gib=24.0)
        assert SAID not in notes(full, "vm.restart", "db-03")

    def test_it_is_not_said_where_there_is_room(self) -> None:
        assert SAID not in notes(filling(), "vm.restart", "db-01")

    def test_it_is_said_on_the_pages_of_vm_and_datastore(self, full: Operated, aiko: Client) -> None:
        give_to(aiko, full.lab)
        page = aiko.get(reverse("hosts:vm", args=[full.lab.slug, full.vm("db-01").pk])).content.decode()
        assert SAID in page
        assert "Grow the datastore" in page
        assert "Delete all snapshots" in page
        store = aiko.get(reverse("hosts:datastore", args=[full.lab.slug, full.datastore.pk])).content.decode()
        assert "Full since" in store
        assert "in this lab they run on" in store

    def test_it_is_full_since_the_moment_at_which_it_was(self, full: Operated) -> None:
        since = live(full.lab).datastores[full.datastore.pk].full_since
        assert since
        assert (full.lab.lab_time() - since).total_seconds() == pytest.approx(DAY_S - 4.5 * HOUR_S, abs=5)


class TestTemporarySnapshot:
    @pytest.fixture
    def estate(self) -> Operated:
        return make_operated(Hypervisor.ESXI)

    @pytest.mark.parametrize(
        ("operation", "params", "taken_gib"),
        [
            ("backup.take", {}, 0.0),
            ("vm.clone", {"name": "c"}, 20.0),
            ("vm.clone", {"name": "c", "linked": True}, 0.0),
            ("template.save", {"name": "t", "how": "copy"}, 20.0),
            ("snapshot.take", {"name": "s"}, 0.0),
        ],
    )
    def test_it_is_refused_without_room_for_it(
        self, estate: Operated, operation: str, params: dict[str, object], taken_gib: float
    ) -> None:
        leave(estate, taken_gib + LEAST_GIB / 2)
        [refusal] = {
            str(each.text): each for each in estate.refused(operation, estate.vms[0], **params).refusals
        }.values()
        assert "datastore ds-01 has" in str(refusal.text)
        assert [way.operation for way in refusal.ways_out] == ["datastore.grow"]
        leave(estate, taken_gib + LEAST_GIB)
        estate.run(operation, estate.vms[0], **params)

    def test_it_needs_none_of_a_vm_that_is_off(self, estate: Operated) -> None:
        shut_down(estate.vms[0])
        leave(estate, 0)
        estate.run("backup.take", estate.vm("db-01"))

    def test_it_needs_none_where_an_agent_reads_the_disk(self) -> None:
        estate = make_operated(Hypervisor.VIRTUALBOX)
        leave(estate, 0)
        estate.run("backup.take", estate.vms[0])

    def test_it_is_refused_of_a_running_copy_that_another_is_restored_from(self, estate: Operated) -> None:
        VirtualMachine.objects.filter(pk=estate.vms[1].pk).update(made_from=estate.vms[0])
        leave(estate, 20.0)
        assert "datastore ds-01" in str(estate.refused("vm.restore", estate.vms[0], source=estate.vms[1].pk))
        leave(estate, 20.0 + LEAST_GIB)
        estate.run("vm.restore", estate.vms[0], source=estate.vms[1].pk)

    def test_it_fails_a_backup_when_the_room_is_gone(self, estate: Operated) -> None:
        estate.run("snapshot.take", estate.vms[1], name="s")
        Assumption.objects.create(lab=estate.lab, key="delta_pct_per_day", value=12_000.0)
        VirtualMachine.objects.filter(name="db-02").update(delta_gib=0.0, delta_lab_at=estate.lab.lab_time())
        leave(estate, LEAST_GIB + 0.1)
        job = estate.start("backup.take", estate.vms[0])
        estate.let_pass(DAY_S)
        assert free(estate) == pytest.approx(0, abs=1e-6)
        assert state(job) == JobState.FAILED
