"""Reads a lab's racks: four queries, however many machines."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from hosts.choices import Hypervisor, PowerState
from hosts.models import Host, VirtualMachine
from hosts.racks import MIB_PER_GIB, Block, Estate, Rack, Slab
from virtlab.engine.power import HostPower, PowerCurve
from virtlab.labs.models import Lab
from virtlab.labs.parameters import lab_values
from virtlab.web import formats

# A row has 24 columns (48 on a wide page). Blocks narrower than three could not be read.
COLUMNS_PER_VCPU = 0.75
FEWEST_COLUMNS, MOST_COLUMNS = 3, 24

VM_FIELDS = (
    "host_id",
    "name",
    "vcpu",
    "memory_mib",
    "power_state",
    "is_template",
    "workload__trace__cpu_mean_vcpu",
)


def rack_view(lab: Lab) -> Estate:
    """A lab's hosts by cluster and name with the machines on them, largest first."""
    hosts = Host.objects.filter(lab=lab).select_related("cluster", "model").order_by("cluster__name", "name")
    slabs = {host.pk: Slab(host) for host in hosts}
    homeless = _fill(slabs, VirtualMachine.objects.filter(lab=lab).order_by("-vcpu", "name").values_list(*VM_FIELDS))
    _measure(list(slabs.values()), lab_values(lab).get("smt_gain", 1.0))
    return _estate(list(slabs.values()), homeless)


def _fill(slabs: dict[int, Slab], rows: Iterable[tuple[Any, ...]]) -> list[Block]:
    homeless = []
    for host_id, name, vcpu, memory_mib, power_state, is_template, mean_vcpu in rows:
        runs = power_state == PowerState.RUNNING and not is_template
        block = _block(name, vcpu, memory_mib, _note(power_state, template=is_template), mean_vcpu if runs else None)
        slab = slabs.get(host_id)
        if slab is None:
            homeless.append(block)
            continue
        slab.blocks.append(block)
        if runs:
            slab.promised_vcpu += vcpu
            slab.promised_gib += memory_mib / MIB_PER_GIB
            slab.used_vcpu += mean_vcpu or 0.0
    return homeless


def _block(name: str, vcpu: int, memory_mib: int, note: str, mean_vcpu: float | None) -> Block:
    span = min(MOST_COLUMNS, max(FEWEST_COLUMNS, round(vcpu * COLUMNS_PER_VCPU)))
    size = f"{vcpu} · {formats.number(memory_mib / MIB_PER_GIB)}"
    return Block(name, size, note, span, min(1.0, (mean_vcpu or 0.0) / vcpu) if vcpu else 0.0, bool(note))


def _note(power_state: str, *, template: bool) -> str:
    if template:
        return _("template")
    return "" if power_state == PowerState.RUNNING else str(PowerState(power_state).label)


def _measure(slabs: list[Slab], smt_gain: float) -> None:
    """Fills in capacities and watts: each host's power curve at its mean load."""
    for slab in slabs:
        slab.capacity_vcpu = slab.host.cores * (smt_gain if slab.host.threads_per_core > 1 else 1.0)
    on = [slab for slab in slabs if not slab.off]
    if not on:
        return
    curves = [PowerCurve(tuple(slab.host.model.watts), slab.host.model.memory_gib) for slab in on]
    power = HostPower.of(curves, np.array([slab.memory_gib for slab in on]))
    loads = np.array([slab.cpu_share for slab in on])
    for slab, watts in zip(on, power.power_w(loads[:, None])[:, 0], strict=True):
        slab.power_w = float(watts)


def _estate(slabs: list[Slab], homeless: list[Block]) -> Estate:
    racks: dict[int, Rack] = {}
    for slab in slabs:
        cluster = slab.host.cluster
        name = str(Hypervisor(cluster.hypervisor).label)
        racks.setdefault(cluster.pk, Rack(cluster.name, cluster.site, name)).slabs.append(slab)
    return Estate(
        racks=list(racks.values()),
        homeless=homeless,
        host_count=len(slabs),
        vm_count=sum(len(slab.blocks) for slab in slabs) + len(homeless),
        promised_vcpu=sum(slab.promised_vcpu for slab in slabs),
        threads=sum(slab.host.cores * slab.host.threads_per_core for slab in slabs),
        promised_gib=sum(slab.promised_gib for slab in slabs),
        memory_gib=sum(slab.memory_gib for slab in slabs),
        used_vcpu=sum(slab.used_vcpu for slab in slabs),
        capacity_vcpu=sum(slab.capacity_vcpu for slab in slabs),
        power_w=sum(slab.power_w or 0.0 for slab in slabs),
    )
