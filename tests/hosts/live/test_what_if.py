"""Previews compute only the hosts that a change touches; the figures are those of the whole cluster."""

from typing import Any

import pytest

from hosts.choices import Hypervisor, PowerState
from hosts.demo.service import fill_with_demo
from hosts.live.facts import EstateFacts, facts_of
from hosts.live.live import Live, live_of
from hosts.live.what_if import ChangeScope, CostAndPower, baseline, what_if_of
from hosts.models import Host, VirtualMachine
from tests.hosts.operations.operated import make_operated
from virtlab.labs.choices import OperatingSystem
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values

pytestmark = pytest.mark.django_db
SIZES: tuple[dict[str, Any], ...] = ({"vcpu": 7, "memory_mib": 3000, "disk_gib": 77.7}, {"vcpu": 1, "memory_mib": 512})
STATES: tuple[dict[str, Any], ...] = (
    {"power_state": "stopped"},
    {"power_state": "running"},
    {"is_template": True},
    {"host_id": None},
)


def _changed(facts: EstateFacts, pk: int, changes: dict[str, Any]) -> EstateFacts:
    return facts._replace(guests=[g._replace(**changes) if g.pk == pk else g for g in facts.guests])


def _usd(now: Live) -> float:
    return float(sum(cluster.cost_usd_per_month for cluster in now.clusters.values()))


def _watts(now: Live) -> float:
    return round(sum(cluster.power_w for cluster in now.clusters.values()), 1)


def _both_ways(vm: VirtualMachine, changes: dict[str, Any]) -> tuple[CostAndPower, CostAndPower]:
    """By the hosts that are touched, and by the whole cluster row by row."""
    lab, values = vm.lab, lab_values(vm.lab)
    now = baseline(lab, vm.cluster_id)
    part = ChangeScope(vm.pk, {vm.host_id, changes.get("host_id", vm.host_id)})
    quick = what_if_of(lab, lambda facts: _changed(facts, vm.pk, changes), now, part)
    facts = facts_of(lab, vm.cluster_id)
    before, after = (live_of(lab, rows, now.lab_at, values) for rows in (facts, _changed(facts, vm.pk, changes)))
    return quick, CostAndPower((_usd(before), _usd(after)), (_watts(before), _watts(after)))


def test_it_gives_the_figures_of_the_whole_cluster_to_the_digit() -> None:
    lab = Lab.objects.create(name="Demo", clock_speed=0.0)
    fill_with_demo(lab)
    guests = list(VirtualMachine.objects.filter(lab=lab).select_related("lab").order_by("pk"))[::5]
    for vm in guests:
        others = Host.objects.filter(cluster=vm.cluster).exclude(pk=vm.host_id or 0)
        moves: list[dict[str, Any]] = [{"host_id": other.pk} for other in others[:1]]
        for changes in (*SIZES, *STATES, *moves):
            quick, whole = _both_ways(vm, changes)
            assert quick == whole, (vm.name, changes)


@pytest.mark.parametrize("others", ["running", "stopped"])
def test_it_gives_them_where_windows_licences_come_and_go(others: str) -> None:
    estate = make_operated(hypervisor=Hypervisor.HYPERV, system=OperatingSystem.WINDOWS)
    first, second, third = estate.vms
    VirtualMachine.objects.filter(pk__in=[second.pk, third.pk]).update(power_state=others, host=estate.hosts[1])
    for state in (PowerState.RUNNING, PowerState.STOPPED):
        VirtualMachine.objects.filter(pk=first.pk).update(power_state=state)
        for changes in (*SIZES, *STATES, {"host_id": estate.hosts[1].pk}):
            quick, whole = _both_ways(estate.vm(first.name), changes)
            assert quick == whole, (state, changes)


def test_it_gives_them_for_a_guest_that_is_on_no_host() -> None:
    estate = make_operated()
    VirtualMachine.objects.filter(pk=estate.vms[0].pk).update(host=None, power_state="stopped")
    for changes in ({"disk_gib": 999.0, "thin": False}, {"host_id": estate.hosts[0].pk, "power_state": "running"}):
        quick, whole = _both_ways(estate.vm("db-01"), changes)
        assert quick == whole
