"""What a cloud's lines grow with: all with the work, but what a site has of one kind."""

from virtlab.compare.bills.growth import Driver, Parts

ON_TOP = frozenset({"private_discount", "support"})
BY_SITE = (
    "dedicated_windows_own",
    "cluster",
    "nat",
    "load_balancers",
    "ipv4",
    "vpn",
    "direct_connect",
    "dedicated_region",
)
SHARES: dict[str, Parts] = {key: {Driver.FIXED: 1.0} for key in BY_SITE}
"""Lines that stay as they are, whatever runs behind them."""
