"""Linux workloads as containers on shared nodes of their architecture; the rest as right-sized instances."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from instances.catalog.processors import extra_memory_of
from instances.catalog.queries import w_per_vcpu_of
from instances.catalog.type_table import TypeTable
from instances.pricing.power import InstancePower
from instances.rules.sizing_candidates import ARM, X86, left_by_rules
from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.citations import cited_type
from virtlab.compare.alternatives.cloud import instance_load, off_without_type, quantities, rented, upgrades
from virtlab.compare.alternatives.manufacture import made_instances
from virtlab.compare.alternatives.on_hosts.pack import Packed, pack
from virtlab.compare.alternatives.shape import Shape, Use, rows_of, thin_gib
from virtlab.compare.alternatives.sizing.demand import in_memory, sized_memory_gib, sized_vcpu
from virtlab.compare.alternatives.sizing.selection import Selection, arch_bits
from virtlab.compare.bills.cloud.quantities import Rented
from virtlab.engine.arrays import F64, Bools, Ints
from virtlab.labs.choices import LINUX_SYSTEMS

LEAST_GIB, LEAST_VCPU = 0.0625, 0.05
NODE_KEEPS_VCPU, NODE_KEEPS_GIB = 0.1, 1.0
"""What a node's own agents take of it (kubelet reservations of Amazon EKS, rounded up)."""
CANDIDATES = 6
GRAIN = np.array([0.05, 0.0625])


@dataclass(frozen=True, slots=True)
class Pool:
    """Nodes of one type (`node`, a row of the table) and the VMs `rows` whose containers they carry."""

    node: int
    packed: Packed
    rows: Ints

    @property
    def carried(self) -> Ints:
        """The VMs that found a node."""
        return self.rows[self.packed.host >= 0]


def containers(basis: Basis, rightsized: Selection) -> Shape:
    """Containers hold what their workload is sized for without a guest's own system, on the nodes that cost least."""
    vms, table = basis.estate.vms, rightsized.table
    pools = _pools(basis, rightsized)
    carried = np.concatenate([np.zeros(0, dtype=np.intp), *(pool.carried for pool in pools)])
    inside = np.zeros(len(vms), dtype=np.bool_)
    inside[carried] = True
    others = rightsized.without(inside)
    rest, off = np.flatnonzero(others.chosen), off_without_type(basis.estate, rightsized)
    not_carried = vms.running & ~inside & ~others.chosen | off
    load = instance_load(basis, others, rest)
    nodes = [_NodeLoad(basis, rightsized, pool) for pool in pools]
    count = sum(pool.packed.hosts for pool in pools)
    instances = quantities(basis, others, thin_gib(basis.estate, basis.values), not_carried)
    of_nodes = np.array([pool.node for pool in pools for _ in range(pool.packed.hosts)], dtype=np.intp)
    made = instances.made + made_instances(table, of_nodes)
    return Shape(
        key="containers",
        machines=count + len(rest),
        cpu=_sum([load.cpu, *(node.cpu for node in nodes)]),
        memory=_sum([load.memory, *(node.memory for node in nodes)]),
        power_w=np.sum([load.power_w, *(node.power_w for node in nodes)], axis=0),
        cpu_share=np.concatenate([load.cpu_share, *(np.full(node.count, node.cpu.share) for node in nodes)]),
        quantities=replace(
            instances,
            sized_by_use=True,
            made=made.rounded,
            nodes=_nodes(table, pools),
            containers=carried.size,
            upgrades=instances.upgrades + upgrades(basis.estate, carried),
        ),
        facts={
            "guests": float(len(rest)),
            "containers": float(carried.size),
            "nodes": float(count),
            "bound": float(sum(pool.packed.bound for pool in pools)),
        },
        not_carried=rows_of(not_carried),
    )


def _nodes(table: TypeTable, pools: Sequence[Pool]) -> Rented:
    used = [pool for pool in pools if pool.packed.hosts]
    rows = np.repeat(np.array([pool.node for pool in used], dtype=np.intp), [pool.packed.hosts for pool in used])
    return replace(rented(table, rows), prices=tuple(cited_type(table, pool.node) for pool in used))


def _pools(basis: Basis, rightsized: Selection) -> list[Pool]:
    """The nodes of each architecture that containers need; what runs on both is on Arm where the rule allows it.

    Databases stay on instances of their own: they keep all their memory, and their disks do not move to another node.
    """
    vms, table = basis.estate.vms, rightsized.table
    bits = arch_bits(basis)
    # Containers share the kernel of their node: what is not Linux stays on an instance of its own.
    movable = vms.running & np.isin(vms.operating_system, LINUX_SYSTEMS) & (bits != 0) & ~in_memory(basis)
    on_arm = (bits & ARM != 0) & bool(table.arm.any())
    found = (
        _pool(basis, rightsized, table.arm, np.flatnonzero(movable & on_arm)),
        _pool(basis, rightsized, table.x86, np.flatnonzero(movable & ~on_arm & (bits & X86 != 0))),
    )
    return [pool for pool in found if pool is not None]


def _pool(basis: Basis, rightsized: Selection, of_architecture: Bools, rows: Ints) -> Pool | None:
    table = rightsized.table
    lasting = left_by_rules(table, basis.values) & of_architecture & ~table.burstable & ~table.flex
    if not rows.size or not lasting.any():
        return None
    sizes = np.unique(table.vcpu[lasting])
    vcpu = sizes[np.abs(sizes - basis.values["container_node_vcpu"]).argmin()]
    nodes = np.flatnonzero(lasting & (table.vcpu == vcpu))
    needs = _needs(basis, rows) * np.column_stack([rightsized.demand_worth[rows], np.ones(rows.size)])
    room = _room(table, nodes) * np.column_stack([rightsized.vcpu_worth[nodes], np.ones(nodes.size)])
    return Pool(*_cheapest(needs, nodes, room, table.usd_per_hour[nodes]), rows)


def _needs(basis: Basis, rows: Ints) -> F64:
    memory = sized_memory_gib(basis, rows) - basis.values["guest_os_memory_gib"]
    return np.column_stack([np.maximum(sized_vcpu(basis, rows), LEAST_VCPU), np.maximum(memory, LEAST_GIB)])


def _room(table: TypeTable, nodes: Ints) -> F64:
    return np.column_stack([table.vcpu[nodes] - NODE_KEEPS_VCPU, table.memory_gib[nodes] - NODE_KEEPS_GIB])


def _cheapest(needs: F64, nodes: Ints, room: F64, usd_per_hour: F64) -> tuple[int, Packed]:
    """The type of those whose nodes cost least in all, and the packing on it."""
    at_least = np.ceil((needs.sum(axis=0) / room).max(axis=1)) * usd_per_hour
    best: tuple[float, int, Packed] | None = None
    for place in np.argsort(at_least, kind="stable")[:CANDIDATES]:
        if best is not None and at_least[place] >= best[0]:
            break
        packed = pack(needs, room[place], GRAIN)
        cost = packed.hosts * float(usd_per_hour[place]) + 1e6 * int((packed.host < 0).sum())
        if best is None or cost < best[0]:
            best = (cost, int(nodes[place]), packed)
    assert best is not None
    return best[1], best[2]


class _NodeLoad:
    """What a pool's nodes hold, use and draw."""

    def __init__(self, basis: Basis, rightsized: Selection, pool: Pool) -> None:
        traces, table, rows, node = basis.estate.traces, rightsized.table, pool.carried, pool.node
        self.count = pool.packed.hosts
        vcpu, memory = self.count * float(table.vcpu[node]), self.count * float(table.memory_gib[node])
        worth = rightsized.demand_worth[rows] / rightsized.vcpu_worth[node]
        used = np.minimum((traces.cpu_vcpu[rows] * worth[:, None]).sum(axis=0, dtype=np.float64), vcpu)
        needs = _needs(basis, rows)
        idle_w, full_w = (float(watts[node]) for watts in w_per_vcpu_of(table.idle_w_per_vcpu, table.full_w_per_vcpu))
        memory_used = traces.memory_mean_gib[rows] - basis.values["guest_os_memory_gib"]
        self.cpu = Use(float(used.mean()) if used.size else 0.0, float((needs[:, 0] * worth).sum()), vcpu)
        self.memory = Use(float(np.maximum(memory_used, 0).sum()), float(needs[:, 1].sum()), memory)
        extra_gib = self.count * float(extra_memory_of(table)[node])
        self.power_w = InstancePower.of(vcpu, extra_gib, (idle_w, full_w), basis.values).power_w(used)


def _sum(uses: Sequence[Use]) -> Use:
    return Use(sum(one.used for one in uses), sum(one.allocated for one in uses), sum(one.total for one in uses))
