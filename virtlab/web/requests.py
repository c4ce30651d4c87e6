"""What a browser says of the device it runs on, of where it wants to go on to, and of the rows it means."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_phone(request: HttpRequest) -> bool:
    """Whether long forms start folded. Asked here and not by a script, so that nothing jumps once the page is shown."""
    return request.headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in request.headers.get("User-Agent", "")


def own_address(request: HttpRequest, address: str, otherwise: str) -> str:
    """The address where it is one of this site, so that no link leads a reader astray; else `otherwise`."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours else otherwise


def lookup_key(number: int | None) -> int:
    """A primary key that any database can look up, also in a list of keys; 0, which no row has, for others."""
    return number if number is not None and 0 < number < 2**63 else 0
