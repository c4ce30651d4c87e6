"""The one place that knows how htmx asks: a page or a region of it, back and forward, and where to go next."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, replace_url
from django_htmx.middleware import HtmxDetails

TYPE = "HX-Request-Type"


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx sent this request."""
    return bool(HtmxDetails(request))


def wants_region(request: HttpRequest) -> bool:
    """Whether htmx asks for a region alone. It wants the whole when it restores a page of the browser's history, and
    where it takes the region from a page by itself (hx-select): it says "full" then.
    """
    details = HtmxDetails(request)
    return bool(details) and not details.history_restore_request and request.headers.get(TYPE) != "full"


def address_shown(request: HttpRequest) -> str:
    """The address in the reader's address bar, as htmx says it; "" where a browser asked by itself."""
    return HtmxDetails(request).current_url or ""


def render_region(
    request: HttpRequest, page: str, region: str, context: Mapping[str, object], *, address: str = ""
) -> HttpResponse:
    """A page, or only its partial `region` where htmx asks to refresh that.

    Both have one address, so caches are told what the answer depends on. `address` replaces the one that the reader
    sees when a region was asked for.
    """
    part = wants_region(request)
    response = render(request, f"{page}#{region}" if part else page, dict(context))
    if part:  # the spaces around a partial would become text beside the element that it replaces
        response.content = response.content.strip()
        if HtmxDetails(request).current_url_abs_path == request.get_full_path():
            response["HX-Push-Url"] = "false"  # Back would lead to where the reader is already
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return replace_url(response, address) if part and address else response


def redirect_page(request: HttpRequest, target: HttpResponseRedirect) -> HttpResponseBase:
    """A redirect of the whole page, also where htmx asked for a region of it."""
    return HttpResponseClientRedirect(target.url) if is_htmx(request) else target
