"""Addresses of instances. Private ones lie in 10.0.0.0/8, a /12 for each zone; public ones in 198.18.0.0/15, which
RFC 2544 keeps for tests, so that no address of a lab is anybody's.
"""

import ipaddress
import secrets

PUBLIC = ipaddress.ip_network("198.18.0.0/15")
PRIVATE_START = int(ipaddress.ip_address("10.0.0.0"))
ZONE_SIZE = 1 << 20


def new_public_address() -> str:
    """A public address, as the cloud's pool gives one."""
    return str(PUBLIC[secrets.randbelow(PUBLIC.num_addresses - 2) + 1])


def private_address(zone: str, number: int) -> str:
    """The private address of the `number`-th instance in a zone."""
    place = (ord(zone[-1:] or "a") - ord("a")) % 16
    host = number % (ZONE_SIZE - 8) + 4
    return str(ipaddress.ip_address(PRIVATE_START + place * ZONE_SIZE + host))
