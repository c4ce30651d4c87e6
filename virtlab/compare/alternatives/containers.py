"""Linux workloads as containers on shared nodes; the rest as right-sized instances."""

from dataclasses import replace

import numpy as np

from instances.catalog.queries import w_per_vcpu_of
from instances.catalog.type_table import TypeTable
from instances.pricing.power import InstancePower
from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.citations import cited_type
from virtlab.compare.alternatives.cloud import instance_load, quantities
from virtlab.compare.alternatives.demand import sized_memory_gib, sized_vcpu
from virtlab.compare.alternatives.pack import Packed, pack
from virtlab.compare.alternatives.selection import Selection
from virtlab.compare.alternatives.shape import Shape, Use, thin_gib
from virtlab.engine.arrays import F64, Ints
from virtlab.labs.choices import WINDOWS_SYSTEMS

LEAST_GIB, LEAST_VCPU = 0.0625, 0.05
NODE_KEEPS_VCPU, NODE_KEEPS_GIB = 0.1, 1.0
"""What a node's own agents take of it (kubelet reservations of Amazon EKS, rounded up)."""
CANDIDATES = 6
GRAIN = np.array([0.05, 0.0625])


def containers(basis: Basis, rightsized: Selection) -> Shape:
    """Containers hold what their workload is sized for without a guest's own system, on the nodes that cost least."""
    estate = basis.estate
    vms = estate.vms
    movable = vms.running & ~np.isin(vms.operating_system, WINDOWS_SYSTEMS)
    rows = np.flatnonzero(movable)
    needs = _needs(basis, rows)
    node, packed = _best_node(rightsized.table, needs, basis.values["container_node_vcpu"])
    carried = packed.host >= 0
    inside = np.zeros(len(vms), dtype=np.bool_)
    inside[rows[carried]] = True
    others = rightsized.without(inside)
    rest = np.flatnonzero(others.chosen)
    load = instance_load(basis, others, rest)
    nodes = _NodeLoad(basis, rightsized.table, node, packed.hosts, rows[carried])
    table = rightsized.table
    price = float(table.usd_per_hour[node]) if packed.hosts else 0.0
    return Shape(
        key="containers",
        machines=packed.hosts + len(rest),
        cpu=_sum(load.cpu, nodes.cpu),
        memory=_sum(load.memory, nodes.memory),
        power_w=load.power_w + nodes.power_w,
        cpu_share=np.concatenate([load.cpu_share, np.full(packed.hosts, nodes.cpu.share)]),
        quantities=replace(
            quantities(basis, others, rest, thin_gib(estate, basis.values)),
            nodes=packed.hosts,
            nodes_usd_per_hour=round(packed.hosts * price, 4),
            node_price=cited_type(table, node) if packed.hosts else None,
            containers=int(carried.sum()),
        ),
        facts={
            "guests": float(len(rest)),
            "containers": float(carried.sum()),
            "nodes": float(packed.hosts),
            "bound": float(packed.bound),
        },
        unfit=tuple(vms.names[row] for row in np.flatnonzero(vms.running & ~inside & ~others.chosen)),
    )


def _needs(basis: Basis, rows: Ints) -> F64:
    memory = sized_memory_gib(basis, rows) - basis.values["guest_os_memory_gib"]
    return np.column_stack([np.maximum(sized_vcpu(basis, rows), LEAST_VCPU), np.maximum(memory, LEAST_GIB)])


def _best_node(table: TypeTable, needs: F64, wanted_vcpu: float) -> tuple[int, Packed]:
    """The type of the wanted size whose nodes cost least in all, and the packing on it."""
    lasting = table.choosable & table.current_generation & table.x86 & ~table.burstable & ~table.flex
    sizes = np.unique(table.vcpu[lasting])
    vcpu = sizes[np.abs(sizes - wanted_vcpu).argmin()]
    rows = np.flatnonzero(lasting & (table.vcpu == vcpu))
    room = np.column_stack([table.vcpu[rows] - NODE_KEEPS_VCPU, table.memory_gib[rows] - NODE_KEEPS_GIB])
    at_least = np.ceil((needs.sum(axis=0) / room).max(axis=1)) * table.usd_per_hour[rows]
    best: tuple[float, int, Packed] | None = None
    for place in np.argsort(at_least, kind="stable")[:CANDIDATES]:
        packed = pack(needs, room[place], GRAIN)
        cost = packed.hosts * float(table.usd_per_hour[rows[place]]) + 1e6 * int((packed.host < 0).sum())
        if best is None or cost < best[0]:
            best = (cost, int(rows[place]), packed)
    assert best is not None
    return best[1], best[2]


class _NodeLoad:
    """What the nodes hold, use and draw."""

    def __init__(self, basis: Basis, table: TypeTable, node: int, nodes: int, rows: Ints) -> None:
        traces = basis.estate.traces
        vcpu, memory = nodes * float(table.vcpu[node]), nodes * float(table.memory_gib[node])
        used = np.minimum(traces.cpu_vcpu[rows].sum(axis=0, dtype=np.float64), vcpu)
        needs = _needs(basis, rows)
        idle_w, full_w = (float(watts[node]) for watts in w_per_vcpu_of(table.idle_w_per_vcpu, table.full_w_per_vcpu))
        memory_used = traces.memory_gib[rows].mean(axis=1, dtype=np.float64) - basis.values["guest_os_memory_gib"]
        self.cpu = Use(float(used.mean()) if used.size else 0.0, float(needs[:, 0].sum()), vcpu)
        self.memory = Use(float(np.maximum(memory_used, 0).sum()), float(needs[:, 1].sum()), memory)
        self.power_w = InstancePower.of(vcpu, memory, (idle_w, full_w), basis.values).power_w(used)


def _sum(one: Use, two: Use) -> Use:
    return Use(one.used + two.used, one.allocated + two.allocated, one.total + two.total)
