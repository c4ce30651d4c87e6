"""What the on-prem side costs, one formula a figure: for each host and guest (`hosts.live.cost`) and for an alternative
as a whole (`virtlab.compare.bills.onprem`). "As it is" counts what the first do (docs/decisions.md, "On-prem").

An amount is one number or an array; `v` holds a lab's values. Formulas: docs/model.md, "On-prem cost".
"""

import math
from collections.abc import Mapping
from decimal import Decimal

from virtlab.engine.arrays import Amount
from virtlab.engine.units import MONTHS_PER_YEAR

Values = Mapping[str, float]
CORES_PER_WINDOWS_LICENCE = 16
UNITS_PER_RACK = 42
"""Of a usual cabinet (EIA-310)."""
STORAGE_CLASSES = ("storage_nvme", "storage_ssd", "storage_hybrid", "storage_hdd")
SQL_STANDARD, SQL_BY_HOST = 1, 3
"""Values of the parameter of SQL Server's edition: Standard by VM, Enterprise by all cores of hosts."""
SQL_KEY, SQL_RENTED_KEY = "sql_edition", "sql_server_edition"
"""The parameters of the edition on one's hosts, and of the one that a cloud rents, which a lab's values hold too."""
SQL_WEB = 1
"""The value of the latter for Web, which is not sold for hosts of one's own."""
SQL_LIKE_RENTED = (0, SQL_STANDARD, SQL_STANDARD, 2)
"""The edition on hosts that stands for each that is rented: none, Web, Standard, Enterprise; by VM, as a cloud counts
them.
"""


def server_price_usd(own_usd: Decimal | None, cores: float, memory_gib: float, v: Values) -> float:
    """What a server is bought for: its model's own price, else by its size."""
    return sized_price_usd(1.0, cores, memory_gib, v) if own_usd is None else float(own_usd)


def sized_price_usd(servers: Amount, cores: Amount, memory_gib: Amount, v: Values) -> Amount:
    """What so many servers with so many cores and GiB in all are bought for, where only their size is known."""
    return servers * v["server_base_usd"] + cores * v["server_usd_per_core"] + memory_gib * v["server_usd_per_gib"]


def ports_price_usd(servers: Amount, v: Values) -> Amount:
    """What the network ports of so many servers are bought for."""
    return servers * v["network_ports_per_server"] * v["network_port_usd"]


def switches(servers: int, v: Values) -> int:
    """Whole switches that the ports of so many servers fill."""
    return math.ceil(servers * v["network_ports_per_server"] / v["switch_ports"])


def storage_shares(v: Values) -> dict[str, float]:
    """% of the storage that each class has, and the rest ("storage") that has none: 100 in all."""
    left, shares = 100.0, {}
    for name in STORAGE_CLASSES:
        shares[name] = min(v[f"{name}_pct"], left)
        left -= shares[name]
    return {**shares, "storage": left}


def storage_usd_per_tb(v: Values) -> float:
    """The mean price of storage over its classes."""
    return sum(share / 100 * v[f"{name}_usd_per_tb"] for name, share in storage_shares(v).items())


def storage_price_usd(size_tb: Amount, v: Values) -> Amount:
    """What so much storage is bought for."""
    return size_tb * storage_usd_per_tb(v)


def windows_price_usd(cores: Amount, edition: str, v: Values) -> Amount:
    """What an edition of Windows Server is bought for, by 16 cores of those that it counts; by VM it is Standard."""
    return cores / CORES_PER_WINDOWS_LICENCE * v[windows_key(edition)]


def windows_key(edition: str) -> str:
    """The parameter of an edition's price."""
    return f"windows_{edition.removesuffix('_by_vm')}_usd_per_16_cores"


def sql_edition(v: Values) -> int:
    """The edition of SQL Server on one's hosts: the one put in, else the one that the cloud rents, so that what runs
    SQL Server is licensed on both sides or on neither.
    """
    return int(v[SQL_KEY]) or SQL_LIKE_RENTED[int(v.get(SQL_RENTED_KEY, 0))]


def sql_edition_in_cloud(v: Values) -> int | None:
    """The edition that a cloud has, as one of hosts: the one that it rents, else that of one's hosts, always by VM;
    None for Web, which no host has.
    """
    rented = int(v.get(SQL_RENTED_KEY, 0))
    return None if rented == SQL_WEB else SQL_LIKE_RENTED[rented] or min(sql_edition(v), SQL_BY_HOST - 1)


def sql_price_usd(vm_cores: Amount, host_cores: Amount, v: Values) -> Amount:
    """What SQL Server is bought for, by the cores of VMs or of hosts as its edition counts them; 0 where none is."""
    edition = sql_edition(v)
    if not edition:
        return 0.0 * vm_cores
    price_usd = v["sql_standard_usd_per_core" if edition == SQL_STANDARD else "sql_enterprise_usd_per_core"]
    return (host_cores if edition == SQL_BY_HOST else vm_cores) * price_usd


def cals_price_usd(v: Values) -> float:
    """What the users' access to Windows Server is bought for."""
    return v["windows_cal_users"] * v["windows_cal_usd"]


def assurance_pct(v: Values, *, needed: bool) -> float:
    """Software Assurance, % of a licence's price a year: what all have, else what those have that need it."""
    return v["software_assurance_pct"] or (v["needed_assurance_pct"] if needed else 0.0)


def is_assured(v: Values, *, needed: bool) -> bool:
    """Whether licences are under Software Assurance. These are never bought again: it gives each new version (Microsoft
    Volume Licensing, "New Version Rights with Software Assurance Explained", 2013).
    """
    return assurance_pct(v, needed=needed) > 0


def assurance_usd_per_month(price_usd: Amount, v: Values, *, needed: bool) -> Amount:
    """Software Assurance of licences bought for so much; `needed`: they may not be used without."""
    return price_usd * assurance_pct(v, needed=needed) / 100 / MONTHS_PER_YEAR


def owned_licences_usd_per_month(price_usd: Amount, v: Values, *, needed: bool) -> Amount:
    """What licences that are there cost beside their Software Assurance: nothing where they have it, else they are
    bought again after each lifetime.
    """
    return 0.0 * price_usd if is_assured(v, needed=needed) else spread_usd_per_month(price_usd, v)


def lifetime_months(v: Values) -> float:
    """Months over which purchases are spread."""
    return v["server_lifetime_years"] * MONTHS_PER_YEAR


def spread_usd_per_month(price_usd: Amount, v: Values) -> Amount:
    """A purchase in equal parts over its lifetime."""
    return price_usd / lifetime_months(v)


def maintenance_usd_per_month(price_usd: Amount, v: Values) -> Amount:
    """The upkeep of hardware bought for so much."""
    return price_usd * v["maintenance_pct"] / 100 / MONTHS_PER_YEAR


def licences_usd_per_month(usd_per_year: Amount) -> Amount:
    """What licensed cores, or subscribed systems, cost a month at their prices a year."""
    return usd_per_year / MONTHS_PER_YEAR


def rack_usd_per_month(rack_units: Amount, v: Values) -> Amount:
    """Space in racks."""
    return rack_units * v["rack_unit_usd_per_month"]


def cooling_usd_per_month(peak_kw: Amount, v: Values) -> Amount:
    """Cooling for so many kW of IT, in equal parts over its own lifetime."""
    return peak_kw * v["cooling_usd_per_kw"] / (v["cooling_lifetime_years"] * MONTHS_PER_YEAR)


def racks(rack_units: int) -> int:
    """Whole racks that so many units fill."""
    return math.ceil(rack_units / UNITS_PER_RACK)


def floor_usd_per_month(rack_units: int, v: Values) -> float:
    """Floor under whole racks."""
    return racks(rack_units) * v["floor_m2_per_rack"] * v["floor_usd_per_m2_month"]


def electricity_usd(energy_kwh: Amount, v: Values) -> Amount:
    """Energy, that of the building included."""
    return energy_kwh * v["electricity_usd_per_kwh"]


def administration_usd_per_month(units: Amount, hours_key: str, v: Values) -> Amount:
    """An administrator's hours for so many servers, systems or containers, at a number of hours for each."""
    return units * v[hours_key] * v["admin_usd_per_hour"]
