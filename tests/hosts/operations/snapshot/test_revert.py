"""Going back to a snapshot from a guest that runs, is suspended or off; and breaking off meanwhile."""

import pytest

from hosts.choices import PowerState
from hosts.live.live import live
from hosts.live.space import free_gib
from hosts.models import Datastore, VirtualMachine
from tests.hosts.operations.operated import Operated
from tests.operations.estates import quiet
from tests.support.sandbox import TESTER
from virtlab.jobs.choices import JobState, StepState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.runner.cancel import cancel, way_back_of

pytestmark = pytest.mark.django_db
DELTA_GIB = 10.0
STATES = PowerState.RUNNING, PowerState.STOPPED, PowerState.SUSPENDED


def with_snapshot(hypervisor: str = "kvm", *, memory: bool = True) -> Operated:
    """An estate whose first guest has written since its snapshot."""
    estate = quiet(hypervisor)
    estate.run("snapshot.take", estate.vms[0], name="s", with_memory=memory)
    VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(delta_gib=DELTA_GIB)
    return estate


def begun(estate: Operated, key: str) -> Job:
    """The job of going back, inside the step of that key."""
    job = estate.begin("snapshot.revert", estate.snapshot("s"))
    before_s = 0.0
    for step in job.steps.all():
        if step.key == key:
            estate.let_pass(before_s + step.duration_s / 2)
            break
        before_s += step.duration_s
    assert job.steps.get(key=key).state == StepState.RUNNING
    return Job.objects.get(pk=job.pk)


@pytest.mark.parametrize("hypervisor", ["esxi", "hyperv", "kvm", "workstation"])
def test_it_leaves_a_running_guest_off_where_it_is_cancelled(hypervisor: str) -> None:
    estate = with_snapshot(hypervisor)
    job = begun(estate, "read")
    back = way_back_of(job)
    assert [str(text) for text in back.lost] == [
        "What db-01 held in memory is gone: it stays off, and its disk as it was then."
    ]
    assert (back.steps, back.down_s) == ([], 0.0)
    assert cancel(job, TESTER).state == JobState.CANCELLED
    vm = estate.vm("db-01")
    assert (vm.power_state, vm.delta_gib, vm.snapshot) == (PowerState.STOPPED, DELTA_GIB, estate.snapshot("s"))
    estate.run("vm.start", vm)
    assert estate.vm("db-01").power_state == PowerState.RUNNING


@pytest.mark.parametrize("hypervisor", ["hyperv", "hyperv_2025", "virtualbox", "xen"])
def test_it_leaves_it_suspended_where_the_hypervisor_does(hypervisor: str) -> None:
    estate = with_snapshot(hypervisor)
    estate.run("vm.stop", estate.vms[0])
    kept_gib = estate.snapshot("s").memory_gib
    preview, plan = estate.preview("snapshot.revert", estate.snapshot("s"))
    assert "leaves it suspended: resume it" in " ".join(map(str, preview.notes))
    [state] = [row for row in preview.changes if str(row.label) == "State"]
    assert (str(state.before), str(state.after)) == ("Stopped", "Suspended")
    assert [str(step.title) for step in plan.steps] == ["Copy its kept memory", "Go back"]
    estate.run("snapshot.revert", estate.snapshot("s"))
    vm = estate.vm("db-01")
    assert (vm.power_state, vm.suspended_gib, vm.delta_gib) == (PowerState.SUSPENDED, kept_gib, 0.0)
    assert preview.cost_usd_per_month
    cost = live(estate.lab).clusters[estate.cluster.pk].cost_usd_per_month
    assert float(cost) == pytest.approx(preview.cost_usd_per_month[1])
    # Its memory is read by the resume alone.
    assert [step.key for step in estate.run("vm.resume", vm).steps.all()] == ["read", "resume"]
    assert estate.vm("db-01").power_state == PowerState.RUNNING


@pytest.mark.parametrize("hypervisor", ["esxi", "kvm", "workstation"])
def test_it_goes_on_running_where_the_hypervisor_does(hypervisor: str) -> None:
    estate = with_snapshot(hypervisor)
    estate.run("vm.stop", estate.vms[0])
    preview, plan = estate.preview("snapshot.revert", estate.snapshot("s"))
    assert "suspended" not in " ".join(map(str, preview.notes))
    gib = estate.snapshot("s").memory_gib
    assert [step.key for step in plan.steps] == ["read", "revert"]
    assert plan.steps[0].duration_s == pytest.approx(gib * 1024 / 500)
    estate.run("snapshot.revert", estate.snapshot("s"))
    vm = estate.vm("db-01")
    assert (vm.power_state, vm.suspended_gib) == (PowerState.RUNNING, 0.0)


def test_it_refuses_a_running_one_under_virtualbox_and_leads_to_a_stop() -> None:
    estate = with_snapshot("virtualbox")
    [refusal] = estate.refused("snapshot.revert", estate.snapshot("s")).refusals
    assert str(refusal.text) == "Oracle VirtualBox takes no VM back to a snapshot while it runs: stop db-01 first."
    assert (refusal.code, [way.operation for way in refusal.ways_out]) == ("VBOX_E_INVALID_VM_STATE", ["vm.stop"])
    estate.run("vm.suspend", estate.vms[0])
    estate.run("snapshot.revert", estate.snapshot("s"))
    assert estate.vm("db-01").power_state == PowerState.SUSPENDED


def test_it_lets_nobody_cancel_it_under_xen() -> None:
    estate = with_snapshot("xen")
    assert "lets nobody cancel" in " ".join(map(str, estate.preview("snapshot.revert", estate.snapshot("s"))[0].notes))
    job = begun(estate, "read")
    with pytest.raises(Refused, match="cannot be taken back: the job goes on to its end"):
        cancel(job, TESTER)
    estate.let_pass()
    job.refresh_from_db()
    assert (job.state, estate.vm("db-01").power_state) == (JobState.SUCCEEDED, PowerState.SUSPENDED)


@pytest.mark.parametrize("hypervisor", ["hyperv", "virtualbox", "xen"])
def test_it_asks_the_datastore_for_the_memory_that_is_kept(hypervisor: str) -> None:
    estate = with_snapshot(hypervisor)
    estate.run("vm.stop", estate.vms[0])
    taken = estate.datastore.capacity_gib - free_gib(estate.datastore, estate.lab.lab_time())
    Datastore.objects.update(capacity_gib=taken + 1)
    [refusal] = estate.refused("snapshot.revert", estate.snapshot("s")).refusals
    assert [way.operation for way in refusal.ways_out] == ["datastore.grow"]


def test_it_leaves_it_off_without_memory_too() -> None:
    estate = with_snapshot(memory=False)
    job = begun(estate, "revert")
    assert way_back_of(job).lost
    cancel(job, TESTER)
    vm = estate.vm("db-01")
    assert (vm.power_state, vm.delta_gib) == (PowerState.STOPPED, DELTA_GIB)


def test_it_leaves_it_off_where_its_host_fails_meanwhile() -> None:
    estate = with_snapshot()
    job = begun(estate, "read")
    estate.run_now("host.fail", estate.hosts[0])
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    vm = estate.vm("db-01")
    assert (vm.power_state, vm.delta_gib) == (PowerState.STOPPED, DELTA_GIB)


def test_it_goes_on_where_it_is_tried_again() -> None:
    estate = with_snapshot()
    cancel(begun(estate, "read"), TESTER)
    estate.run("snapshot.revert", estate.snapshot("s"))
    vm = estate.vm("db-01")
    assert (vm.power_state, vm.delta_gib) == (PowerState.RUNNING, 0.0)


def test_it_is_off_while_other_memory_takes_the_place_of_its_own() -> None:
    estate = with_snapshot()
    allocated = live(estate.lab).hosts[estate.hosts[0].pk].memory_allocated_gib
    begun(estate, "read")
    now = live(estate.lab)
    guest = now.guests[estate.vms[0].pk]
    assert (guest.power_state, guest.paused, guest.cpu_used_vcpu) == (PowerState.STOPPED, False, 0.0)
    assert now.hosts[estate.hosts[0].pk].memory_allocated_gib <= allocated
    estate.let_pass()
    assert estate.vm("db-01").power_state == PowerState.RUNNING


def test_it_keeps_the_memory_of_a_suspended_guest_until_its_end() -> None:
    estate = with_snapshot(memory=False)
    estate.run("vm.suspend", estate.vms[0])
    kept_gib = estate.vm("db-01").suspended_gib
    job = begun(estate, "revert")
    cancel(job, TESTER)
    vm = estate.vm("db-01")
    assert (vm.power_state, vm.suspended_gib) == (PowerState.SUSPENDED, kept_gib)
    assert not way_back_of(job).lost
    estate.run("snapshot.revert", estate.snapshot("s"))
    vm = estate.vm("db-01")
    assert (vm.power_state, vm.suspended_gib) == (PowerState.STOPPED, 0.0)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (PowerState.RUNNING, "it ends at once"),
        (PowerState.SUSPENDED, "What is kept of the memory of db-01 is lost"),
        (PowerState.STOPPED, ""),
    ],
)
def test_it_says_whose_memory_is_lost(state: str, said: str) -> None:
    estate = with_snapshot()
    if state != PowerState.RUNNING:
        estate.run("vm.suspend" if state == PowerState.SUSPENDED else "vm.stop", estate.vms[0])
    preview, plan = estate.preview("snapshot.revert", estate.snapshot("s"))
    notes = " ".join(map(str, preview.notes))
    assert said in notes
    assert ("memory" in notes) == bool(said)
    assert [step.key for step in plan.steps] == [*(["off"] if state == PowerState.RUNNING else []), "read", "revert"]


def test_it_copies_the_memory_of_one_that_is_suspended_afterwards() -> None:
    estate = quiet()
    estate.run("vm.suspend", estate.vms[0])
    # Under KVM a suspended guest may have none taken: as one from ESXi.
    estate.cluster.hypervisor = "esxi"
    estate.cluster.save()
    estate.run("snapshot.take", estate.vm("db-01"), name="s")
    estate.run("vm.discard_suspended", estate.vm("db-01"))
    job = estate.start("snapshot.revert", estate.snapshot("s"))
    [read] = [step for step in job.steps.all() if step.key == "read"]
    assert read.flow["through"].count(f"datastore:{estate.datastore.pk}") == 2
    estate.let_pass()
    assert estate.vm("db-01").power_state == PowerState.SUSPENDED


def test_it_says_what_an_update_wrote_beside_the_snapshot() -> None:
    """Blocks that were not in use before are no rewritten ones: the disk in use shrinks back by them."""
    estate = quiet()
    estate.run("snapshot.take", estate.vms[0], name="s")
    estate.run("guest.update", estate.vms[0], outcome="good")
    written_gib = estate.vm("db-01").disk_used_gib - 20
    assert written_gib > 0
    preview, _plan = estate.preview("snapshot.revert", estate.snapshot("s"))
    [used] = [row for row in preview.changes if str(row.label) == "Disk in use"]
    assert (used.before, used.after) == (20 + written_gib, 20)
    assert f"What was written since is lost: {written_gib:.1f} GiB." in [str(note) for note in preview.notes]
    estate.run("snapshot.revert", estate.snapshot("s"))
    assert estate.vm("db-01").disk_used_gib == used.after
