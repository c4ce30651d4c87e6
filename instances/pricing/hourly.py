"""What an hour of an instance costs: Linux × purchase factor + operating system. Formulas: docs/model.md, "Cloud cost".

Sizes and prices are one instance's numbers, or arrays of many.
"""

from collections.abc import Mapping
from typing import NamedTuple

from instances.catalog.type_table import TypeTable
from instances.pricing.plans import plan_of
from virtlab.engine.arrays import F64, Amount
from virtlab.labs.choices import OperatingSystem

Values = Mapping[str, float]
WINDOWS_KEY = "windows_usd_per_vcpu_hour"
OWN_WINDOWS_KEY = "windows_own_licences"
OWN_WINDOWS = "windows_own"
"""Windows Server under a licence that one owns, as a system of its own: no licence is lent with the instance. AMIs of
AWS always have one, so no instance of a lab runs it.
"""
CLIENT_KEY = "client_own_hardware"
DEDICATED_KEY = "dedicated_surcharge_pct"
RHEL_BANDS = (
    (0, 8, "rhel_usd_per_vcpu_hour_to_8"),
    (8, 127, "rhel_usd_per_vcpu_hour_to_127"),
    (127, float("inf"), "rhel_usd_per_vcpu_hour_above"),
)
SUSE_BANDS = ((0, 4, "suse_usd_per_hour_to_4"), (4, float("inf"), "suse_usd_per_hour_above"))
"""(more vCPU than, vCPU at most, price parameter)"""


class HourlyTerms(NamedTuple):
    """The operating system of an instance and the purchase option of its hours, at a lab's values."""

    system: str
    purchase: str
    values: Values


class Commitment(NamedTuple):
    """What an instance is committed to: the type's on-demand Linux price, and whether it covers the type that runs."""

    linux_usd: float
    covers: bool


class HourlyCharge(NamedTuple):
    """USD per hour of an instance: what is owed for a commitment whether it runs or not, what running adds to that, and
    what running costs without one, or past its term.
    """

    committed_usd: float
    beside_usd: float
    on_demand_usd: float

    def running_usd(self, *, owed: bool) -> float:
        """The compute charge while it runs, and while a commitment is owed or not."""
        return self.committed_usd + self.beside_usd if owed else self.on_demand_usd


def usd_per_hour(linux_usd: Amount, vcpu: Amount, lasting_vcpu: Amount, terms: HourlyTerms) -> Amount:
    """The compute charge; NaN where the Linux on-demand price is. Commitments lower only the Linux part.

    `lasting_vcpu` are those of the baseline on a burstable type, else all. ValueError for an unknown purchase option.
    """
    linux = linux_usd * tenancy_factor(terms.system, terms.values) * purchase_factor(terms.purchase, terms.values)
    return linux + os_usd_per_hour(terms.system, vcpu, lasting_vcpu, terms.values)


def hourly_charge(
    linux_usd: float, vcpu: float, lasting_vcpu: float, terms: HourlyTerms, commitment: Commitment | None
) -> HourlyCharge:
    """The charge of an instance on a type at its on-demand Linux price; NaN where a price that it takes is."""
    system_usd = os_usd_per_hour(terms.system, vcpu, lasting_vcpu, terms.values)
    tenancy = tenancy_factor(terms.system, terms.values)
    on_demand_usd = linux_usd * tenancy + system_usd
    if commitment is None:
        return HourlyCharge(0.0, on_demand_usd, on_demand_usd)
    covered_usd = commitment.linux_usd if commitment.covers else 0.0
    committed_usd = commitment.linux_usd * tenancy * purchase_factor(terms.purchase, terms.values)
    return HourlyCharge(committed_usd, max(linux_usd - covered_usd, 0.0) * tenancy + system_usd, on_demand_usd)


def table_usd_per_hour(table: TypeTable, terms: HourlyTerms) -> F64:
    """The compute charge of every type of a table (n,); Linux as it is bought, where the table says what that is."""
    alone = needs_own_hardware(terms.system, terms.values)
    paid_usd = table.paid_alone_usd_per_hour if alone else table.paid_usd_per_hour
    if paid_usd is None:
        return usd_per_hour(table.usd_per_hour, table.vcpu, table.lasting_vcpu, terms)
    linux = paid_usd * tenancy_factor(terms.system, terms.values)
    return linux + os_usd_per_hour(terms.system, table.vcpu, table.lasting_vcpu, terms.values)


def row_charge(table: TypeTable, row: int, terms: HourlyTerms, commitment: Commitment | None) -> HourlyCharge:
    """The charge of an instance on one type of a table."""
    price_and_size = float(table.usd_per_hour[row]), float(table.vcpu[row]), float(table.lasting_vcpu[row])
    return hourly_charge(*price_and_size, terms, commitment)


def purchase_factor(purchase: str, values: Values) -> float:
    """What a purchase option multiplies the Linux on-demand price by; ValueError for an unknown option."""
    plan = plan_of(purchase, values)
    return 1.0 - values[plan.discount_key] / 100.0 if plan else 1.0


def needs_own_hardware(system: str, values: Values) -> bool:
    """Whether instances of a system run on hardware that nobody else uses: Windows Server whose licence one owns, and
    Windows clients, where the assumptions say so ("Microsoft Licensing on AWS", 2026).
    """
    return system == OWN_WINDOWS or (system == OperatingSystem.WINDOWS_CLIENT.value and bool(values[CLIENT_KEY]))


def tenancy_factor(system: str, values: Values) -> float:
    """What hardware of one's own multiplies the Linux price by."""
    return 1.0 + values[DEDICATED_KEY] / 100.0 if needs_own_hardware(system, values) else 1.0


def os_usd_per_hour(system: str, vcpu: Amount, lasting_vcpu: Amount, values: Values) -> Amount:
    """What an operating system adds to the Linux price."""
    added = 0.0 * vcpu
    for price_key, units in os_units(system, vcpu, lasting_vcpu).items():
        added = added + units * values[price_key]
    return added


def os_units(system: str, vcpu: Amount, lasting_vcpu: Amount) -> dict[str, Amount]:
    """What an operating system is charged by: price parameter → vCPU or instances, 0 in bands of other sizes.

    Windows by the vCPU that last; Red Hat by vCPU in three bands; SUSE by instance, cheaper when small; others, and
    Windows under one's own licence, nothing.
    Measured on the packaged list of 2025-03-02 (docs/catalog.md).
    """
    if system == OperatingSystem.WINDOWS:
        return {WINDOWS_KEY: lasting_vcpu}
    if system == OperatingSystem.RHEL:
        return {key: vcpu * ((vcpu > over) & (vcpu <= most)) for over, most, key in RHEL_BANDS}
    if system == OperatingSystem.SUSE:
        one = 0.0 * vcpu + 1.0
        return {key: one * ((vcpu > over) & (vcpu <= most)) for over, most, key in SUSE_BANDS}
    return {}
