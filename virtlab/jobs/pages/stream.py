"""The event stream of a lab's pages (server-sent events)."""

import time
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from virtlab.jobs.events.hub import hub
from virtlab.labs.access import open_lab

# After this long a stream ends: the page comes back with its last event's id, and its right is checked again.
AGE_S = 600.0
HELLO = b"retry: 1000\n: welcome\n\n"


@require_safe
async def stream(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Events of one lab, from the one after Last-Event-ID (or ?after=) on; Http404 for strangers."""
    # Not in the request's own thread: that thread lives as long as the stream and would keep a connection open.
    lab_id = await sync_to_async(_lab_id, thread_sensitive=False)(request, slug)
    last_id = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    response = StreamingHttpResponse(events(lab_id, last_id), content_type="text/event-stream")
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"
    # Keeps the compressing middleware away: it would hold events back.
    response["Content-Encoding"] = "identity"
    return response


def _lab_id(request: HttpRequest, slug: str) -> int:
    try:
        return open_lab(request, slug).pk
    finally:
        connections.close_all()


async def events(lab_id: int, last_id: str) -> AsyncIterator[bytes]:
    """The body of a stream: what was missed, then what happens, and a ping where nothing does."""
    source = hub()
    listener = await source.open(lab_id, last_id)
    ends_at = time.monotonic() + AGE_S
    try:
        yield HELLO
        while time.monotonic() < ends_at:
            yield await listener.take()
    finally:
        source.close(listener)
