"""What a browser says of the device it runs on, and of where it wants to go on to."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_phone(request: HttpRequest) -> bool:
    """Whether long forms start folded. Asked here and not by a script, so that nothing jumps once the page is shown."""
    return request.headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in request.headers.get("User-Agent", "")


def own_address(request: HttpRequest, address: str, otherwise: str) -> str:
    """The address where it is one of this site, so that no link leads a reader astray; else `otherwise`."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours else otherwise
