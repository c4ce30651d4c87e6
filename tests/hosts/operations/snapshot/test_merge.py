"""Deletions of snapshots, and who lets them be cancelled."""

import pytest

from hosts.models import Snapshot, VirtualMachine
from tests.hosts.operations.operated import Operated
from tests.operations.estates import quiet
from tests.support.sandbox import TESTER
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.jobs.operations.refusals import Refused
from virtlab.jobs.runner.cancel import cancel

pytestmark = pytest.mark.django_db
TO_THE_END, BROKEN_OFF = ["esxi", "hyperv", "virtualbox", "workstation"], ["kvm", "xen"]
DELETIONS = ["snapshot.delete", "snapshot.delete_all"]
DELTA_GIB = 10.0


def deletion(hypervisor: str, name: str) -> tuple[Operated, Job]:
    """The job of a deletion in the middle of its merge."""
    estate = quiet(hypervisor)
    estate.run("vm.stop", estate.vms[0])
    estate.run("snapshot.take", estate.vms[0], name="s")
    estate.run("vm.start", estate.vm("db-01"))
    VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(delta_gib=DELTA_GIB)
    job = estate.start(name, estate.vm("db-01") if name == "snapshot.delete_all" else estate.snapshot("s"))
    estate.let_pass(20.0)
    return estate, Job.objects.get(pk=job.pk)


@pytest.mark.parametrize("name", DELETIONS)
@pytest.mark.parametrize("hypervisor", TO_THE_END)
def test_it_goes_on_to_its_end(hypervisor: str, name: str) -> None:
    estate, job = deletion(hypervisor, name)
    with pytest.raises(Refused, match="“Merge into the disk below” cannot be taken back: the job goes on to its end"):
        cancel(job, TESTER)
    estate.let_pass()
    job.refresh_from_db()
    assert (job.state, Snapshot.objects.count()) == (JobState.SUCCEEDED, 0)


@pytest.mark.parametrize("name", DELETIONS)
@pytest.mark.parametrize("hypervisor", BROKEN_OFF)
def test_it_leaves_the_chain_as_it_was_where_it_can_be_cancelled(hypervisor: str, name: str) -> None:
    estate, job = deletion(hypervisor, name)
    assert cancel(job, TESTER).state == JobState.CANCELLED
    vm = estate.vm("db-01")
    assert (vm.snapshot, vm.delta_gib) == (estate.snapshot("s"), DELTA_GIB)


@pytest.mark.parametrize("hypervisor", [*TO_THE_END, *BROKEN_OFF])
def test_it_says_before_that_nobody_cancels_it(hypervisor: str) -> None:
    estate = quiet(hypervisor)
    estate.run("snapshot.take", estate.vms[0], name="s")
    for name, subject in (("snapshot.delete", estate.snapshot("s")), ("snapshot.delete_all", estate.vm("db-01"))):
        said = " ".join(map(str, estate.preview(name, subject)[0].notes))
        assert ("lets nobody cancel" in said) == (hypervisor in TO_THE_END)
