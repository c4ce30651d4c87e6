"""What the on-prem side costs, one formula a figure: for each host and guest (`hosts.live.cost`) and for an alternative
as a whole (`virtlab.compare.bills.onprem`). "As it is" counts what the first do (docs/decisions.md, "On-prem").

An amount is one number or an array; `v` holds a lab's values. Formulas: docs/model.md, "On-prem cost".
"""

from collections.abc import Mapping
from decimal import Decimal

from virtlab.engine.arrays import Amount
from virtlab.engine.units import MONTHS_PER_YEAR

Values = Mapping[str, float]
CORES_PER_WINDOWS_LICENCE = 16


def server_price_usd(own_usd: Decimal | None, cores: float, memory_gib: float, v: Values) -> float:
    """What a server is bought for: its model's own price, else by its size."""
    return sized_price_usd(1.0, cores, memory_gib, v) if own_usd is None else float(own_usd)


def sized_price_usd(servers: Amount, cores: Amount, memory_gib: Amount, v: Values) -> Amount:
    """What so many servers with so many cores and GiB in all are bought for, where only their size is known."""
    return servers * v["server_base_usd"] + cores * v["server_usd_per_core"] + memory_gib * v["server_usd_per_gib"]


def ports_price_usd(servers: Amount, v: Values) -> Amount:
    """What the network ports of so many servers are bought for."""
    return servers * v["network_ports_per_server"] * v["network_port_usd"]


def storage_price_usd(size_tb: Amount, v: Values) -> Amount:
    """What so much storage is bought for."""
    return size_tb * v["storage_usd_per_tb"]


def windows_price_usd(cores: Amount, edition: str, v: Values) -> Amount:
    """What Windows Server is bought for: "datacenter" or "standard", by 16 cores of those that it counts."""
    return cores / CORES_PER_WINDOWS_LICENCE * v[f"windows_{edition}_usd_per_16_cores"]


def lifetime_months(v: Values) -> float:
    """Months over which purchases are spread."""
    return v["server_lifetime_years"] * MONTHS_PER_YEAR


def spread_usd_per_month(price_usd: Amount, v: Values) -> Amount:
    """A purchase in equal parts over its lifetime."""
    return price_usd / lifetime_months(v)


def maintenance_usd_per_month(price_usd: Amount, v: Values) -> Amount:
    """The upkeep of hardware bought for so much."""
    return price_usd * v["maintenance_pct"] / 100 / MONTHS_PER_YEAR


def licences_usd_per_month(units: Amount, price_key: str, v: Values) -> Amount:
    """Licensed cores, or subscribed systems, at a price a year."""
    return units * v[price_key] / MONTHS_PER_YEAR


def rack_usd_per_month(rack_units: Amount, v: Values) -> Amount:
    """Space in racks."""
    return rack_units * v["rack_unit_usd_per_month"]


def electricity_usd(energy_kwh: Amount, v: Values) -> Amount:
    """Energy, that of the building included."""
    return energy_kwh * v["electricity_usd_per_kwh"]


def administration_usd_per_month(units: Amount, hours_key: str, v: Values) -> Amount:
    """An administrator's hours for so many servers, systems or containers, at a number of hours for each."""
    return units * v[hours_key] * v["admin_usd_per_hour"]
