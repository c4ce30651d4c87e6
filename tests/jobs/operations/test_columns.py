"""Columns that an effect sets, and their undoing."""

import json
from datetime import timedelta

import pytest

from hosts.models import VirtualMachine
from tests.jobs.estate import Estate
from tests.support.sandbox import GIB
from virtlab.jobs.models import Job, Step
from virtlab.jobs.operations.columns import remember_columns, restore_columns, set_columns
from virtlab.jobs.operations.effects import Run


@pytest.fixture
def vm(estate: Estate) -> VirtualMachine:
    return estate.vms[0]


@pytest.fixture
def run(estate: Estate) -> Run:
    """A step's run, as it comes from the database."""
    return Run(estate.lab, Job(lab=estate.lab), Step(memory={}), estate.lab.lab_time())


def later(run: Run) -> Run:
    """The same step when it is undone: its memory has been JSON meanwhile."""
    return Run(run.lab, run.job, Step(memory=json.loads(json.dumps(run.step.memory))), run.lab_time)


def again(vm: VirtualMachine) -> VirtualMachine:
    """The guest as the database has it."""
    return VirtualMachine.objects.get(pk=vm.pk)


class TestColumns:
    def test_it_sets_them_and_gives_them_back(self, estate: Estate, vm: VirtualMachine, run: Run) -> None:
        set_columns(run, vm, {"memory_mib": 4 * GIB, "host": estate.hosts[1].pk, "pinned": True})
        assert (again(vm).memory_mib, again(vm).host, again(vm).pinned) == (4 * GIB, estate.hosts[1], True)
        assert run.memory == {"memory_mib": 8 * GIB, "host": estate.hosts[0].pk, "pinned": False}
        restore_columns(later(run), again(vm))
        assert (again(vm).memory_mib, again(vm).host, again(vm).pinned) == (8 * GIB, estate.hosts[0], False)

    def test_it_gives_back_a_moment_and_nothing(self, estate: Estate, vm: VirtualMachine, run: Run) -> None:
        moment = estate.lab.lab_time()
        VirtualMachine.objects.filter(pk=vm.pk).update(delta_lab_at=moment)
        set_columns(run, again(vm), {"delta_lab_at": moment + timedelta(days=1), "host": None})
        assert (again(vm).delta_lab_at, again(vm).host) == (moment + timedelta(days=1), None)
        restore_columns(later(run), again(vm))
        assert (again(vm).delta_lab_at, again(vm).host) == (moment, estate.hosts[0])

    def test_it_saves_no_other_column(self, vm: VirtualMachine, run: Run) -> None:
        stale = again(vm)
        VirtualMachine.objects.filter(pk=vm.pk).update(vcpu=7)
        set_columns(run, stale, {"memory_mib": 4 * GIB})
        restore_columns(later(run), stale)
        assert again(vm).vcpu == 7

    def test_it_gives_back_only_those_that_are_named(self, vm: VirtualMachine, run: Run) -> None:
        remember_columns(run, vm, ["vcpu", "memory_mib"])
        VirtualMachine.objects.filter(pk=vm.pk).update(vcpu=7, memory_mib=4 * GIB)
        restore_columns(later(run), again(vm), "vcpu")
        assert (again(vm).vcpu, again(vm).memory_mib) == (2, 4 * GIB)
