"""Whole Dedicated Hosts, and the family whose hosts run what needs them for the least."""

from dataclasses import replace

import numpy as np

from instances.catalog.type_table import TypeTable
from instances.choices import PurchaseOption
from instances.pricing.hourly import OWN_WINDOWS, HourlyTerms, table_usd_per_hour
from instances.rules.sizing_candidates import HOST_FAMILIES, on_hosts
from virtlab.compare.alternatives.basis import Basis
from virtlab.compare.alternatives.sizing.selection import NONE, Selection, own_windows
from virtlab.engine.arrays import F64, Ints


def host_rows(table: TypeTable, types: Ints) -> Ints:
    """Whole Dedicated Hosts that run instances of these types (rows of the table), each as the row of what fills it.

    A host runs one family, as many vCPU as its largest size has ("Amazon EC2 Dedicated Host instance capacity
    configurations", 2026: R5 has 48 cores).
    """
    family, vcpu = table.family, np.where(on_hosts(table), table.vcpu, 0.0)
    largest = {name: int(np.argmax(np.where(family == name, vcpu, 0.0))) for name in sorted(set(family[types]))}
    rented_vcpu = {name: float(vcpu[types[family[types] == name]].sum()) for name in largest}
    hosts = [np.repeat(row, int(np.ceil(rented_vcpu[name] / vcpu[row]))) for name, row in largest.items()]
    return np.concatenate([np.zeros(0, dtype=np.intp), *hosts]).astype(np.intp)


def on_cheapest_hosts(basis: Basis, chosen: Selection) -> Selection:
    """The same, but for VMs with brought licences: all on types of one family, at least as large as those chosen,
    where whole hosts of it cost less than of the families chosen, each for itself.
    """
    table, own = chosen.table, own_windows(basis) & chosen.chosen
    rows = np.flatnonzero(own)
    if not rows.size:
        return chosen
    usd = table_usd_per_hour(table, HourlyTerms(OWN_WINDOWS, PurchaseOption.ON_DEMAND, basis.values))
    dedicated = np.flatnonzero(on_hosts(table))
    of_families = (dedicated[table.family[dedicated] == name] for name in sorted(HOST_FAMILIES))
    plans = [chosen.row[rows], *(_smallest(chosen, rows, its) for its in of_families)]
    fitting = [types for types in plans if (types != NONE).all()]
    best = min(fitting, key=lambda types: float(usd[host_rows(table, types)].sum()))
    row, usd_per_hour = chosen.row.copy(), chosen.usd_per_hour.copy()
    row[rows], usd_per_hour[rows] = best, usd[best]
    return replace(chosen, row=row, usd_per_hour=usd_per_hour)


def _smallest(chosen: Selection, rows: Ints, types: Ints) -> Ints:
    """The smallest of these types with the cores and memory of each chosen for the VMs `rows`, −1 for none."""
    table = chosen.table
    if not types.size:
        return np.full(len(rows), NONE)
    types = types[np.argsort(table.vcpu[types], kind="stable")]
    cores: F64 = table.vcpu * chosen.vcpu_worth
    fits = (cores[types] >= chosen.of(cores, rows)[:, None]) & (
        table.memory_gib[types] >= chosen.of(table.memory_gib, rows)[:, None]
    )
    return np.where(fits.any(axis=1), types[np.argmax(fits, axis=1)], NONE)
