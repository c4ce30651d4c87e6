"""Addresses that a form or a link brings along."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def own_address(request: HttpRequest, address: str, otherwise: str) -> str:
    """The address where it is one of this site, so that no link leads a reader astray; else `otherwise`."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours else otherwise
