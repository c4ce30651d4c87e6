"""What storage costs and draws, full or empty, by its size in GiB: one number or an array."""

from hosts.pricing.unit_prices import (
    Values,
    maintenance_usd_per_month,
    spread_usd_per_month,
    storage_price_usd,
)
from virtlab.engine.arrays import Amount
from virtlab.engine.units import tb_from_gib


def usd_per_month(size_gib: Amount, v: Values) -> Amount:
    """Its purchase in equal parts over its lifetime, and its upkeep."""
    price_usd = storage_price_usd(tb_from_gib(size_gib), v)
    return spread_usd_per_month(price_usd, v) + maintenance_usd_per_month(price_usd, v)


def power_w(size_gib: Amount, v: Values) -> Amount:
    """Watts of the disks behind it: they draw them whether anything is on them or not."""
    return tb_from_gib(size_gib) * v["storage_copies_onprem"] * v["storage_w_per_tb_onprem"]
