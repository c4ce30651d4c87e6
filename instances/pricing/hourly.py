"""What the hours of an instance cost by operating system and purchase option. Prices are USD per hour."""

from collections.abc import Mapping

import numpy as np

from instances.catalog.type_table import TypeTable
from instances.choices import PurchaseOption
from virtlab.engine.arrays import F64
from virtlab.labs.choices import OperatingSystem

DISCOUNT_KEYS = {
    PurchaseOption.ONE_YEAR.value: "discount_one_year_pct",
    PurchaseOption.THREE_YEAR.value: "discount_three_year_pct",
}
RHEL_TIERS = ((8, "rhel_usd_per_vcpu_hour_to_8"), (127, "rhel_usd_per_vcpu_hour_to_127"))
RHEL_ABOVE = "rhel_usd_per_vcpu_hour_above"
SUSE_SMALL_VCPU = 4


def os_surcharge_usd_per_hour(
    operating_system: str, vcpu: int, values: Mapping[str, float], *, lasting_vcpu: float | None = None
) -> float:
    """What an operating system adds to the Linux price of one instance.

    Windows by the vCPU that last (`lasting_vcpu`: the baseline of a burstable type; all where not given); Red Hat by
    vCPU in three bands; SUSE a fixed sum, smaller up to 4 vCPU; others nothing.
    Measured on the packaged list of 2025-03-02 (docs/catalogue.md). Commitments lower only the Linux part.
    """
    if operating_system == OperatingSystem.WINDOWS:
        return (vcpu if lasting_vcpu is None else lasting_vcpu) * values["windows_usd_per_vcpu_hour"]
    if operating_system == OperatingSystem.RHEL:
        return vcpu * values[next((key for most, key in RHEL_TIERS if vcpu <= most), RHEL_ABOVE)]
    if operating_system == OperatingSystem.SUSE:
        return values["suse_usd_per_hour_to_4" if vcpu <= SUSE_SMALL_VCPU else "suse_usd_per_hour_above"]
    return 0.0


def os_surcharges(table: TypeTable, operating_system: str, values: Mapping[str, float]) -> F64:
    """The same for every type of a table (n,)."""
    if operating_system == OperatingSystem.WINDOWS:
        return table.lasting_vcpu * values["windows_usd_per_vcpu_hour"]
    sizes, where = np.unique(table.vcpu, return_inverse=True)
    added = np.array([os_surcharge_usd_per_hour(operating_system, int(size), values) for size in sizes.tolist()])
    return np.asarray(added[where], dtype=np.float64) if sizes.size else np.zeros(0)


def purchase_factor(purchase: str, values: Mapping[str, float]) -> float:
    """What a purchase option multiplies the Linux on-demand price by; ValueError for an unknown option."""
    if purchase == PurchaseOption.ON_DEMAND:
        return 1.0
    if purchase not in DISCOUNT_KEYS:
        raise ValueError(f"There is no purchase option {purchase}.")
    return 1.0 - values[DISCOUNT_KEYS[purchase]] / 100.0
