"""The servers that an alternative stands on, as their manufacture is counted: whole ones, or an instance's part."""

from collections.abc import Sequence

import numpy as np

from hosts.models import ServerModel
from instances.catalog.processors import processor_of
from instances.catalog.type_table import TypeTable
from virtlab.compare.bills.made import Made
from virtlab.engine.arrays import F64, Ints
from virtlab.engine.units import GB_PER_TB

INCLUDED_GIB = 16.0
"""Memory of the server that the published figure is for (Cloud Carbon Footprint, DRAM threshold)."""


def made_servers(models: Sequence[ServerModel], memory_gib: F64) -> Made:
    """Servers (N,) of these models with so much memory (N,)."""
    cpus = sum(model.sockets for model in models) - len(models)
    more_gib = float(np.maximum(0.0, memory_gib - INCLUDED_GIB).sum())
    return Made(len(models), cpus, round(more_gib, 3))


def made_instances(table: TypeTable, rows: Ints) -> Made:
    """The parts that instances of these types (rows of the table, one an instance) take of AWS's servers, by vCPU."""
    share, more_cpus = _server_parts(table)
    more_gib = np.maximum(0.0, table.memory_gib - share * INCLUDED_GIB)
    local_tb = float(np.nansum(table.instance_store_gb[rows])) / GB_PER_TB
    return Made(
        float(share[rows].sum()), float((share * more_cpus)[rows].sum()), float(more_gib[rows].sum()), local_tb
    ).rounded


def _server_parts(table: TypeTable) -> tuple[F64, F64]:
    """Each type's share of its server (n,), and the server's processors beyond the first (n,).

    A server has as many vCPU as the family's largest type, or as its usual processors where that is smaller.
    """
    families = {name: number for number, name in enumerate(dict.fromkeys(table.families))}
    family = np.array([families[name] for name in table.families], dtype=np.intp)
    largest = np.zeros(len(families))
    np.maximum.at(largest, family, table.vcpu)
    known = [processor_of(cpu) for cpu in table.cpus]
    usual = np.array([processor.vcpu * processor.sockets for processor in known])
    vcpu = np.maximum(largest[family], usual)
    cpus = np.maximum(1.0, np.rint(vcpu / np.array([processor.vcpu for processor in known])))
    return table.vcpu / vcpu, cpus - 1
