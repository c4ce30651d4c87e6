"""What vCPU are worth beside each other: a host's beside a type's, by threads and by the years of their processors.

Work is counted in cores of the year REFERENCE: a VM's demand × its host's worth, a type's vCPU × their worth.
"""

import numpy as np

from instances.catalog.processors import cores_per_vcpu, launch_years
from instances.catalog.type_table import TypeTable
from virtlab.compare.alternatives.basis import Basis, Values
from virtlab.engine.arrays import F64

REFERENCE = 2020.0


def of_types(table: TypeTable, values: Values) -> F64:
    """Cores that one vCPU of each type is worth (n,); 1 where vCPU are not compared."""
    if not values["normalise_vcpu"]:
        return np.ones(len(table))
    return cores_per_vcpu(table, values["smt_gain"]) * _growth(launch_years(table), values)


def of_demand(basis: Basis) -> F64:
    """Cores that one vCPU in demand of each VM is worth (V,): one of its host, of the usual host where it has none.

    A host's processor is as old as the published measurement of its server model.
    """
    vms, hosts = basis.estate.vms, basis.estate.hosts
    if not basis.values["normalise_vcpu"] or not len(hosts.names):
        return np.ones(len(vms))
    years = np.array([_published(basis.models[model].published) for model in hosts.model_id.tolist()])
    usual = float(np.median(years))
    return _growth(np.where(vms.host >= 0, years[vms.host], usual), basis.values)


def _published(date: str) -> float:
    return float(date[:4]) if date[:4].isdigit() else REFERENCE


def _growth(years: F64, values: Values) -> F64:
    grown: F64 = (1 + values["cpu_gain_pct_per_year"] / 100) ** (np.nan_to_num(years, nan=REFERENCE) - REFERENCE)
    return grown
