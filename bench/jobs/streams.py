"""Three hundred open pages on one web process: from commit to browser, over a reconnect, in memory, and at its end.

The events are published as a commit publishes them, and read by clients as a browser reads them.
"""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import psutil

from bench import Figure
from bench.support.stack import SMOKE, eventually, stack
from virtlab.platform import services
from virtlab.platform.demo import answers
from virtlab.platform.listen import address, listen

CLIENTS = 20 if SMOKE else 300
RATE = 20
LASTS_S = 4 if SMOKE else 30
# A part of the pages loses its connection half-way and comes back with the id of the last event it saw.
RECONNECTING = 5 if SMOKE else 60


@dataclass
class Page:
    """One client: what it saw, and how late."""

    seen: list[int] = field(default_factory=list)
    late_s: list[float] = field(default_factory=list)
    last_id: str = ""
    resets: int = 0


@dataclass
class Server:
    """Where the stream is, and how to publish."""

    host: str
    port: int
    path: str
    cookie: str
    lab_id: int


def figures() -> Iterator[Figure]:
    """Opens the pages, publishes, and looks at what came."""
    with stack() as running, listen({"VIRTLAB_PORT": "0"}) as listener:
        url = address(listener)
        web = running.start(services.web(listener.fileno()))
        if not eventually(lambda: answers(url.rstrip("/") + "/healthz"), 60):
            raise RuntimeError("The web server did not come up.")
        server = make_lab(int(url.rstrip("/").rsplit(":", 1)[1]))
        pages, sent = asyncio.run(play(server))
        memory_mib = psutil.Process(web.process.pid).memory_info().rss / 2**20
        yield from told(pages, sent)
        yield Figure("streams.memory", memory_mib, "MiB", "<= 150", ok=memory_mib <= 150, note=f"{CLIENTS} streams")
        yield asyncio.run(stopping(server, web.process.pid))


def make_lab(port: int) -> Server:
    """A lab and a visitor who may see it."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore
    from django.urls import reverse

    from virtlab.labs.access import SESSION_KEY
    from virtlab.labs.models import Lab

    lab = Lab.objects.create(name="Streams", visitor_token="bench")
    session = SessionStore()
    session[SESSION_KEY] = "bench"
    session.save()
    cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
    return Server("127.0.0.1", port, reverse("jobs:stream", args=[lab.slug]), cookie, lab.pk)


async def play(server: Server) -> tuple[list[Page], int]:
    """All pages open, events at the rate, some pages break off and come back."""
    pages = [Page() for _number in range(CLIENTS)]
    tasks = [asyncio.create_task(keep_reading(server, page)) for page in pages]
    await asyncio.sleep(2 if SMOKE else 8)
    half = asyncio.create_task(break_off(server, pages, tasks))
    sent = await asyncio.to_thread(publish_all, server)
    await half
    for _wait in range(40):
        if all(page.seen and page.seen[-1] == sent - 1 for page in pages):
            break
        await asyncio.sleep(0.5)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return pages, sent


def publish_all(server: Server) -> int:
    """Publishes at the rate, each event with its number and the moment of its commit."""
    from virtlab.jobs.events.events import publish

    begun = time.perf_counter()
    for number in range(LASTS_S * RATE):
        publish({"lab": server.lab_id, "data": json.dumps({"n": number, "at": time.time()})})
        time.sleep(max(begun + (number + 1) / RATE - time.perf_counter(), 0))
    return LASTS_S * RATE


async def break_off(server: Server, pages: list[Page], tasks: list["asyncio.Task[None]"]) -> None:
    """Cuts some pages off for a second."""
    await asyncio.sleep(LASTS_S / 2)
    for number in range(RECONNECTING):
        tasks[number].cancel()
    await asyncio.sleep(1)
    for number in range(RECONNECTING):
        tasks[number] = asyncio.create_task(keep_reading(server, pages[number]))


async def keep_reading(server: Server, page: Page) -> None:
    """Reads the stream as a browser does, until it is cancelled or the server ends it."""
    reader, writer = await asyncio.open_connection(server.host, server.port)
    resume = f"Last-Event-ID: {page.last_id}\r\n" if page.last_id else ""
    head = f"GET {server.path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nAccept-Encoding: gzip\r\n"
    writer.write(f"{head}Cookie: {server.cookie}\r\n{resume}\r\n".encode())
    try:
        rest = b""
        while some := await reader.read(65_536):
            *lines, rest = (rest + some).split(b"\n")
            for line in lines:
                note(page, line)
    finally:
        writer.close()


def note(page: Page, line: bytes) -> None:
    """Keeps what one line of the stream says."""
    if line.startswith(b"id: "):
        page.last_id = line[4:].decode()
    elif line == b"event: reset":
        page.resets += 1
    elif line.startswith(b'data: {"n"'):
        event = json.loads(line[6:])
        page.seen.append(event["n"])
        page.late_s.append(time.time() - event["at"])


def told(pages: list[Page], sent: int) -> Iterator[Figure]:
    """How late events came, and whether every page got each of them once, in order."""
    # What a page read after coming back was late because the page was away.
    steady = sorted(late for page in pages[RECONNECTING:] for late in page.late_s)
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        late_ms = 1000 * steady[int(len(steady) * share)] if steady else float("inf")
        yield Figure(f"streams.{name}", late_ms, "ms", "<= 500", ok=late_ms <= 500, note=f"{CLIENTS} pages, {RATE}/s")
    wrong = sum(page.seen != list(range(sent)) for page in pages)
    note = f"{sent} events each, {RECONNECTING} pages came back after 1 s; {sum(p.resets for p in pages)} resets"
    yield Figure("streams.pages_missing_events", wrong, "pages", "= 0", ok=wrong == 0, note=note)


async def stopping(server: Server, pid: int) -> Figure:
    """How long the web process takes to stop while streams are open."""
    tasks = [asyncio.create_task(keep_reading(server, Page())) for _number in range(CLIENTS)]
    await asyncio.sleep(3)
    begun = time.perf_counter()
    os.kill(pid, 15)
    process = psutil.Process(pid)
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE and time.perf_counter() < begun + 20:
        await asyncio.sleep(0.05)
    took_s = time.perf_counter() - begun
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return Figure("streams.stop", took_s, "s", "<= 5", ok=took_s <= 5, note=f"{CLIENTS} streams open")
