"""The event hub: what a page is told after it was away."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import redis as redis_py
from django.conf import settings

from virtlab.jobs.events.events import STREAM
from virtlab.jobs.events.hub import QUEUED, Event, Hub, Listener, order


def add(redis: "redis_py.Redis", lab_id: int, data: str) -> str:
    """One event; returns its id."""
    added = redis.xadd(STREAM, {"lab": lab_id, "data": data})
    assert isinstance(added, bytes)
    return added.decode()


def with_hub(do: Callable[[Hub], Awaitable[None]]) -> None:
    """Runs something with a hub of its own."""

    async def run() -> None:
        hub = Hub(settings.REDIS_URL)
        try:
            await do(hub)
        finally:
            hub.task.cancel()
            hub.pinging.cancel()

    asyncio.run(run())


async def told(listener: Listener, count: int = 1) -> list[str]:
    """The next events' data."""
    data: list[str] = []
    while len(data) < count:
        text = (await asyncio.wait_for(listener.take(), 3)).decode()
        data += re.findall("^data: (.*)$", text, re.MULTILINE)
    return data


class TestHub:
    def test_it_tells_a_page_only_of_its_lab(self, redis: "redis_py.Redis") -> None:
        async def do(hub: Hub) -> None:
            page = await hub.open(1, "")
            add(redis, 2, "other")
            add(redis, 1, "mine")
            assert await told(page) == ["mine"]

        with_hub(do)

    def test_it_tells_what_was_missed_over_a_reconnect(self, redis: "redis_py.Redis") -> None:
        seen = add(redis, 1, "a")
        add(redis, 1, "b")

        async def do(hub: Hub) -> None:
            page = await hub.open(1, seen)
            add(redis, 1, "c")
            assert await told(page, 2) == ["b", "c"]
            hub.close(page)
            assert not hub.listeners

        with_hub(do)

    def test_it_says_load_anew_where_too_much_was_missed(self, redis: "redis_py.Redis") -> None:
        async def do(hub: Hub) -> None:
            await hub.ready.wait()
            hub.known_since = "9999999999999-0"
            page = await hub.open(1, "1-0")
            assert b"event: reset" in await page.take()

        with_hub(do)

    def test_it_says_load_anew_to_a_page_that_does_not_keep_up(self) -> None:
        async def do() -> None:
            page = Listener(1)
            for number in range(QUEUED + 1):
                page.put(Event(f"{number}-0", 1, "x"))
            assert [text.split(b"\n")[1] for text in page.waiting] == [b"event: reset"]

        asyncio.run(do())

    def test_it_goes_on_after_redis_forgot_everything(self, redis: "redis_py.Redis") -> None:
        add(redis, 1, "before")

        async def do(hub: Hub) -> None:
            page = await hub.open(1, "")
            redis.flushall()
            await asyncio.sleep(0.1)
            add(redis, 1, "after")
            assert await told(page) == ["after"]

        with_hub(do)

    def test_it_orders_ids_as_numbers(self) -> None:
        assert order("10-2") > order("9-10") > order("nonsense") == (0, 0)
