"""What several pages of the cloud side share."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for the list alone; when it restores an earlier page it wants the whole."""
    restores = request.headers.get("HX-History-Restore-Request") == "true"
    return request.headers.get("HX-Request") == "true" and not restores


def page_or_part(request: HttpRequest, page: str, part: str, context: dict[str, object]) -> HttpResponse:
    """The page, or only what a filter changes."""
    response = render(request, part if wants_part(request) else page, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def is_phone(request: HttpRequest) -> bool:
    """Whether long forms start folded. Asked here and not by a script, so that nothing jumps once the page is shown."""
    return request.headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in request.headers.get("User-Agent", "")
