"""What a region costs and draws with an outage and without."""

from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np

from instances.choices import FaultKind
from instances.live.region_table import RegionTable
from virtlab.engine.arrays import Bools
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Pair

OUTAGES = {FaultKind.ZONE_OUTAGE, FaultKind.REGION_OUTAGE}


def in_zones(table: RegionTable, zones: Collection[str] | None) -> Bools:
    """Which instances are in these zones, all where none are named (n,)."""
    return np.ones_like(table.running) if zones is None else np.isin(table.zones, sorted(zones))


def region_figures(operation: Operation, region: str, running: Callable[[RegionTable], Bools]) -> tuple[Pair, Pair]:
    """USD per month and watts of a region as it is, and with other instances running."""
    table = RegionTable.load(operation.lab, region, dict(operation.lab_figures), operation.lab.lab_time())
    before, after = table.total(), replace(table, running=running(table)).total()
    return (before.usd_per_month, after.usd_per_month), (before.power_w, after.power_w)
