"""Which hypervisor copies a guest whole that is not off, and what the copy is then."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hosts.choices import Hypervisor, PowerState
from hosts.models import VirtualMachine
from tests.hosts.operations.operated import Operated, make_operated
from tests.support.guests import off, shut_down
from tests.support.visitors import give_to
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job

pytestmark = pytest.mark.django_db
COPY: dict[str, Any] = {"name": "copy"}
TEMPLATE: dict[str, Any] = {"name": "golden", "how": "copy"}
BOTH = [("vm.clone", COPY), ("template.save", TEMPLATE)]
WHILE_RUNNING = [Hypervisor.ESXI, Hypervisor.HYPERV, Hypervisor.HYPERV_2025]
ONLY_OFF = [Hypervisor.XEN, Hypervisor.WORKSTATION]
ALSO_SUSPENDED = [*WHILE_RUNNING, Hypervisor.KVM, Hypervisor.VIRTUALBOX]
ALL = [each for each in Hypervisor if each != Hypervisor.NONE]


def suspended(hypervisor: str) -> Operated:
    estate = make_operated(hypervisor, guests=1)
    estate.run("vm.suspend", estate.vms[0])
    estate.vms[0].refresh_from_db()
    return estate


def ways(estate: Operated, name: str, params: dict[str, Any]) -> list[str]:
    """Where the refusal leads to."""
    return [way.operation for way in estate.refused(name, estate.vms[0], **params).refusals[0].ways_out]


def notes(estate: Operated, name: str, params: dict[str, Any]) -> str:
    return " ".join(map(str, estate.prepared(name, estate.vms[0], **params).preview().notes))


@pytest.mark.parametrize(("name", "params"), BOTH)
class TestRunning:
    @pytest.mark.parametrize("hypervisor", WHILE_RUNNING)
    def test_it_is_copied_through_a_temporary_snapshot(
        self, hypervisor: Hypervisor, name: str, params: dict[str, Any]
    ) -> None:
        estate = make_operated(hypervisor, guests=1)
        said = notes(estate, name, params)
        assert "through a temporary snapshot" in said
        assert "crash-consistent, as after a power cut: what was in memory is not in it" in said
        job = estate.run(name, estate.vms[0], **params)
        assert "hold" in [step.key for step in job.steps.all()]
        assert estate.vm("db-01").power_state == PowerState.RUNNING
        assert estate.vm(params["name"]).power_state == PowerState.STOPPED
        assert not estate.vms[0].snapshots.exists(), "it was temporary"

    @pytest.mark.parametrize("hypervisor", [each for each in ALL if each not in WHILE_RUNNING])
    def test_it_is_refused_elsewhere(self, hypervisor: Hypervisor, name: str, params: dict[str, Any]) -> None:
        estate = make_operated(hypervisor, guests=1)
        refused = str(estate.refused(name, estate.vms[0], **params))
        assert "makes no full copy of a VM while it runs: db-01 runs." in refused
        suspend = ["vm.suspend"] if hypervisor in ALSO_SUSPENDED else []
        assert ways(estate, name, params)[: 1 + len(suspend)] == ["vm.stop", *suspend]
        for way in ways(estate, name, params)[: 1 + len(suspend)]:
            estate.run(way, estate.vm("db-01"))
            estate.prepared(name, estate.vm("db-01"), **params)
            estate.run("vm.resume" if way == "vm.suspend" else "vm.start", estate.vm("db-01"))

    def test_it_is_refused_of_a_physical_server(self, name: str, params: dict[str, Any]) -> None:
        estate = make_operated(Hypervisor.NONE, guests=1)
        refused = str(estate.refused(name, estate.vms[0], **params))
        assert "a server's disk is copied only while it is off: db-01 runs." in refused
        assert ways(estate, name, params)[0] == "vm.stop"

    def test_it_stands_still_for_a_moment_under_esxi(self, name: str, params: dict[str, Any]) -> None:
        estate = make_operated(Hypervisor.ESXI, guests=1)
        preview, plan = estate.preview(name, estate.vms[0], **params)
        assert [step.key for step in plan.steps][:2] == ["stun", "hold"]
        assert preview.downtime_s == 0.8
        shut_down(estate.vms[0])
        preview, plan = estate.preview(name, estate.vms[0], **params)
        assert plan.steps[0].key == "make"
        assert not preview.downtime_s


@pytest.mark.parametrize(("name", "params"), BOTH)
class TestSuspended:
    @pytest.mark.parametrize("hypervisor", ALSO_SUSPENDED)
    def test_it_is_copied_without_its_memory(self, hypervisor: Hypervisor, name: str, params: dict[str, Any]) -> None:
        estate = suspended(hypervisor)
        assert "its disk alone is copied, without its kept memory" in notes(estate, name, params)
        estate.run(name, estate.vms[0], **params)
        copy = estate.vm(params["name"])
        assert (copy.power_state, copy.suspended_gib) == (PowerState.STOPPED, 0.0)
        assert estate.vm("db-01").power_state == PowerState.SUSPENDED

    @pytest.mark.parametrize("hypervisor", ONLY_OFF)
    def test_it_is_refused_where_only_one_that_is_off_is(
        self, hypervisor: Hypervisor, name: str, params: dict[str, Any]
    ) -> None:
        estate = suspended(hypervisor)
        assert "no full copy of a suspended VM" in str(estate.refused(name, estate.vms[0], **params))
        assert ways(estate, name, params)[:2] == ["vm.resume", "vm.discard_suspended"]


class TestOtherWays:
    def test_it_leads_to_a_linked_clone_and_a_backup(self) -> None:
        estate = make_operated(guests=1)
        linked, backup = estate.refused("vm.clone", estate.vms[0], **COPY, start=True).refusals[0].ways_out[2:]
        assert (linked.operation, backup.operation) == ("vm.clone", "backup.take")
        estate.run(linked.operation, estate.vms[0], **linked.params)
        assert estate.vm("copy").base_snapshot == estate.snapshot("base-copy")
        assert estate.vm("copy").power_state == PowerState.RUNNING, "as it was asked for"
        estate.run(backup.operation, estate.vms[0])
        assert estate.vm("db-01").power_state == PowerState.RUNNING

    def test_it_leads_to_no_linked_clone_where_there_is_none(self) -> None:
        for hypervisor in (Hypervisor.NONE, Hypervisor.WORKSTATION):
            assert ways(make_operated(hypervisor, guests=1), "vm.clone", COPY)[-1] == "backup.take"


def test_it_is_shown_with_the_ways_out_before_it_is_asked_for(aiko: Client) -> None:
    estate = make_operated(guests=1)
    give_to(aiko, estate.lab)
    address = reverse("jobs:operate", args=[estate.lab.slug, "vm.clone"])
    page = aiko.get(address, {"subject": estate.vms[0].pk}).content.decode()
    assert "KVM makes no full copy of a VM while it runs" in page
    [way] = re.findall(r'href="([^"]*vm\.clone[^"]*linked=True[^"]*)"', page)
    linked = aiko.get(unescape(way)).content.decode()
    assert "makes no full copy" not in linked
    assert "It goes on from snapshot base-db-01-copy" in linked


class TestLinkedUnderWorkstation:
    """Its wizard clones the current state of a VM that is off, or a snapshot of one that was."""

    @pytest.fixture
    def estate(self) -> Operated:
        return make_operated(Hypervisor.WORKSTATION, guests=1)

    def test_it_is_refused_of_one_that_runs(self, estate: Operated) -> None:
        refused = estate.refused("vm.clone", estate.vms[0], **COPY, linked=True)
        assert "only from a snapshot of a VM that was off: stop db-01, then clone it." in str(refused)
        assert ways(estate, "vm.clone", COPY | {"linked": True}) == ["vm.stop"]
        estate.run("vm.stop", estate.vms[0])
        estate.run("vm.clone", estate.vm("db-01"), **COPY, linked=True)
        assert estate.vm("copy").base_snapshot == estate.snapshot("base-copy")

    def test_it_goes_by_the_state_at_the_snapshot(self, estate: Operated) -> None:
        estate.run("snapshot.take", estate.vms[0], name="running")
        with off(estate.vms[0]):
            estate.run("snapshot.take", estate.vms[0], name="off")
            late = COPY | {"linked": True, "snapshot": estate.snapshot("running").pk}
            assert "of a VM that was off" in str(estate.refused("vm.clone", estate.vms[0], **late))
        estate.run("vm.clone", estate.vms[0], **COPY, linked=True, snapshot=estate.snapshot("off").pk)
        assert estate.vm("copy").base_snapshot == estate.snapshot("off")


class TestRestoreFromACopy:
    def copied(self, hypervisor: str) -> Operated:
        """Two guests, the second a copy of the first."""
        estate = make_operated(hypervisor, guests=2)
        VirtualMachine.objects.filter(pk=estate.vms[1].pk).update(made_from=estate.vms[0])
        return estate

    def test_it_reads_no_running_copy_where_none_is_copied(self) -> None:
        estate = self.copied(Hypervisor.KVM)
        [refusal] = estate.refused("vm.restore", estate.vms[0], source=estate.vms[1].pk).refusals
        assert "while it runs: db-02 runs." in str(refusal.text)
        assert [(way.operation, way.subject) for way in refusal.ways_out] == [
            ("vm.stop", estate.vms[1]),
            ("vm.suspend", estate.vms[1]),
        ]

    def test_it_says_what_it_reads_of_a_running_copy(self) -> None:
        estate = self.copied(Hypervisor.ESXI)
        assert "db-02 runs: its disk is read" in notes(estate, "vm.restore", {"source": estate.vms[1].pk})

    def test_it_reads_a_running_copy_through_a_temporary_snapshot(self) -> None:
        estate = self.copied(Hypervisor.ESXI)
        shut_down(estate.vms[0])
        job = estate.run("vm.restore", estate.vms[0], source=estate.vms[1].pk)
        steps = {step.key: step for step in job.steps.all()}
        assert list(steps) == ["stun", "hold", "copy", "stun_again", "swap"]
        assert not any(step.down for step in steps.values()), "db-01 is off, and it is the one whose downtime is told"
        assert steps["stun"].pauses

    def test_it_keeps_the_copy_from_starting_meanwhile(self) -> None:
        estate = self.copied(Hypervisor.KVM)
        shut_down(*estate.vms)
        job = estate.start("vm.restore", estate.vms[0], source=estate.vms[1].pk)
        estate.let_pass(5)
        assert "“Restore db-01 from db-02”" in str(estate.refused("vm.start", estate.vm("db-02")))
        estate.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED
