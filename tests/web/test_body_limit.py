"""Requests larger than anything that is taken."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest

from virtlab.web.body_limit import BodyLimit

Message = MutableMapping[str, Any]


async def reads_all(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """An application that takes the whole body and says how long it was."""
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message["body"]), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


def answer(pieces: list[int], declared: int | None = None, path: str = "/") -> tuple[int, str, int]:
    """Status, body, and how many pieces were read of a body that comes in pieces of these sizes."""
    headers = [(b"accept-language", b"en")]
    if declared is not None:
        headers.append((b"content-length", str(declared).encode()))
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
    sent: list[Message] = []
    left = list(pieces)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x" * left.pop(0), "more_body": bool(left)}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(BodyLimit(reads_all, 1000)(scope, receive, send))
    return sent[0]["status"], sent[1]["body"].decode(), len(pieces) - len(left)


class TestBodyLimit:
    def test_it_lets_what_fits_through(self) -> None:
        assert answer([400, 600], 1000) == (200, "1000", 2)

    def test_it_refuses_by_the_declared_length_without_reading(self) -> None:
        status, body, read = answer([400, 601], 1001)
        assert (status, read) == (413, 0)
        assert "This is too large" in body

    def test_it_tells_the_api_in_json(self) -> None:
        status, body, _read = answer([400, 601], 1001, "/api/labs/x/imports")
        assert status == 413
        assert "Nothing was stored" in json.loads(body)["reasons"][0]

    @pytest.mark.parametrize("declared", [None, 10])
    def test_it_cuts_off_what_declared_less_or_nothing(self, declared: int | None) -> None:
        status, _, read = answer([600, 600, 600, 600], declared)
        assert (status, read) == (413, 2)
