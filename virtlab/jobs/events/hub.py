"""One reader of the event stream per web process, fanned out to a queue for each open page.

A page that reconnects names the last event it saw and is given those after it from memory. Where that is too long ago,
or where Redis was away meanwhile, it is told to load everything anew (a "reset").
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import redis.asyncio as redis
from django.conf import settings
from redis.exceptions import RedisError

from virtlab.jobs.events.events import STREAM

logger = logging.getLogger(__name__)
REMEMBERED = 2_000
QUEUED = 200
BLOCK_MS = 5_000
RETRY_S = 0.5
PING_S = 12.0
PING = b": ping\n\n"
UNREACHABLE = (RedisError, OSError, asyncio.TimeoutError)


@dataclass(frozen=True, slots=True)
class Event:
    """One event as pages receive it; `id` is the stream's, so that it orders and resumes."""

    id: str
    lab_id: int
    data: str
    name: str = "news"
    # In the format of server-sent events, encoded once for all pages.
    sse: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sse", f"id: {self.id}\nevent: {self.name}\ndata: {self.data}\n\n".encode())


@dataclass(eq=False, slots=True)
class Listener:
    """An open page: what it has to be sent."""

    lab_id: int
    waiting: list[bytes] = field(default_factory=list)
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, event: Event) -> None:
        """Queues an event; a page that does not keep up loses its backlog and is told to load anew."""
        if len(self.waiting) >= QUEUED:
            self.waiting.clear()
            event = reset(event.id, self.lab_id)
        self.send(event.sse)

    def send(self, text: bytes) -> None:
        """Queues text as it is."""
        self.waiting.append(text)
        self.wake.set()

    async def take(self) -> bytes:
        """All that waits, in one piece: the busier the server, the fewer pieces it sends."""
        await self.wake.wait()
        self.wake.clear()
        taken = b"".join(self.waiting)
        self.waiting.clear()
        return taken


def reset(last_id: str, lab_id: int) -> Event:
    """The event that tells a page to load everything anew."""
    return Event(last_id, lab_id, "{}", "reset")


def order(event_id: str) -> tuple[int, int]:
    """An event id as numbers to compare; (0, 0) for anything that is none."""
    time_ms, _dash, number = event_id.partition("-")
    return (int(time_ms), int(number)) if time_ms.isdecimal() and number.isdecimal() else (0, 0)


class Hub:
    """The reader of one process (of one event loop) and its listeners."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.remembered: deque[Event] = deque(maxlen=REMEMBERED)
        # Events up to this one may have been missed: a page that saw less has to load anew.
        self.known_since = "0-0"
        self.last_id = "0-0"
        self.listeners: dict[int, set[Listener]] = {}
        self.ready = asyncio.Event()
        self.task = asyncio.create_task(self.read(), name="virtlab-events")
        self.pinging = asyncio.create_task(self.ping(), name="virtlab-ping")

    async def open(self, lab_id: int, last_id: str) -> Listener:
        """A new listener for a lab's events, given first what it missed since `last_id` (where there is one)."""
        try:
            await asyncio.wait_for(self.ready.wait(), 2)
        except TimeoutError:
            logger.warning("The event stream is not readable yet; a page goes without it.")
        listener = Listener(lab_id)
        self.listeners.setdefault(lab_id, set()).add(listener)
        for event in self.missed(lab_id, last_id):
            listener.put(event)
        return listener

    def close(self, listener: Listener) -> None:
        """Forgets a listener."""
        listeners = self.listeners.get(listener.lab_id, set())
        listeners.discard(listener)
        if not listeners:
            self.listeners.pop(listener.lab_id, None)

    def missed(self, lab_id: int, last_id: str) -> Iterable[Event]:
        """What a page has to be told that saw `last_id` last."""
        if not last_id:
            return []
        if order(last_id) < order(self.known_since):
            return [reset(self.last_id, lab_id)]
        return [event for event in self.remembered if event.lab_id == lab_id and order(event.id) > order(last_id)]

    async def ping(self) -> None:
        """Sends every page a sign of life, so that neither it nor a proxy believes the connection dead."""
        while True:
            await asyncio.sleep(PING_S)
            for listeners in self.listeners.values():
                for listener in listeners:
                    listener.send(PING)

    async def read(self) -> None:
        """Reads the stream for ever; after a failure tells all pages to load anew, because events may be lost."""
        broken = False
        while True:
            try:
                async with redis.Redis.from_url(self.url, decode_responses=True, socket_timeout=10) as connection:
                    await self._recall(connection)
                    self.ready.set()
                    if broken:
                        self._reset_all()
                    broken = False
                    await self._follow(connection)
            except UNREACHABLE as error:
                if not broken:
                    logger.warning("The event stream broke off: %s", error)
                broken = True
                await asyncio.sleep(RETRY_S)

    async def _recall(self, connection: Any) -> None:
        if self.last_id != "0-0":
            return
        entries = await connection.xrevrange(STREAM, count=REMEMBERED)
        for entry_id, fields in reversed(entries):
            self._remember(_event(entry_id, fields))
        if len(entries) == REMEMBERED:
            self.known_since = self.remembered[0].id

    async def _follow(self, connection: Any) -> None:
        while True:
            for _stream, entries in await connection.xread({STREAM: self.last_id}, count=500, block=BLOCK_MS) or []:
                for entry_id, fields in entries:
                    self._deliver(_event(entry_id, fields))

    def _deliver(self, event: Event) -> None:
        self._remember(event)
        for listener in self.listeners.get(event.lab_id, ()):
            listener.put(event)

    def _remember(self, event: Event) -> None:
        if len(self.remembered) == REMEMBERED:
            self.known_since = self.remembered[0].id
        self.remembered.append(event)
        self.last_id = event.id

    def _reset_all(self) -> None:
        self.known_since = self.last_id
        for lab_id, listeners in self.listeners.items():
            for listener in listeners:
                listener.put(reset(self.last_id, lab_id))


def _event(entry_id: str, fields: dict[str, str]) -> Event:
    return Event(entry_id, int(fields["lab"]), fields["data"])


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop, started at its first use."""
    loop = asyncio.get_running_loop()
    running = _hubs.get(loop)
    if running is None or running.task.done():
        running = _hubs[loop] = Hub(settings.REDIS_URL)
    return running
