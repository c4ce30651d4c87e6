"""Cuts a request off that is larger than anything VirtLab takes, as it arrives: Django would first store it."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_request, override

from virtlab.rest.problems import API, problem, too_large

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[..., Awaitable[None]]  # (scope, receive, send)
MIB = 1024 * 1024


class TooLargeError(Exception):
    """The request is larger than the limit."""


class BodyLimit:
    """An ASGI application that answers 413 to bodies that are too large and hands all else to `app`."""

    def __init__(self, app: App, file_bytes: int, form_bytes: int = 0) -> None:
        """`file_bytes` is what a file may have, and what a reader is told; `form_bytes` what the form around it may."""
        self.app = app
        self.file_bytes = file_bytes
        self.limit_bytes = file_bytes + form_bytes

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serves one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif declared_bytes(scope) > self.limit_bytes:
            await self._refuse(scope, send)
        else:
            try:
                await self.app(scope, self._counted(receive), send)
            except TooLargeError:
                await self._refuse(scope, send)

    def _counted(self, receive: Receive) -> Receive:
        """The same stream, which raises TooLargeError once too much has come."""
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.limit_bytes:
                raise TooLargeError
            return message

        return counted

    async def _refuse(self, scope: Message, send: Send) -> None:
        kind, page = refusal(scope, self.file_bytes)
        headers = [(b"content-type", kind.encode()), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": page.encode()})


def declared_bytes(scope: Message) -> int:
    """The length that the request declares, 0 where it declares none."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(length) if length.isdigit() else 0


def refusal(scope: Message, file_bytes: int) -> tuple[str, str]:
    """The answer's kind and text in the reader's language: a page, or to the API what it says of refusals."""
    with override(get_language_from_request(ASGIRequest(dict(scope), BytesIO()))):
        if scope["path"].startswith(API):
            return "application/json; charset=utf-8", json.dumps(problem(too_large(file_bytes)))
        page = render_to_string("errors/too_large.html", {"limit_mib": file_bytes // MIB})
        return "text/html; charset=utf-8", page
