"""The explorer of instance types: its page, a filter change, other pages of the catalog, names; bytes on the wire.

Times are a request's in this process, on SQLite, after a first one that fills the caches.
"""

import gzip
import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench import Figure
from bench.support.database import migrate  # before any model

SMOKE = bool(os.environ.get("BENCH_SMOKE"))
ROUNDS = 6 if SMOKE else 60
PAGE_MS, FILTER_MS = 120.0, 80.0
LATER_KB = 60.0
VISITOR = "the-bench"
HTMX = {"HX-Request": "true"}
PAGES = ("", "?sort=-price&page=3", "?family=m5&compare=m5.large&compare=m5.xlarge", "?region=us-east-1")
FILTERS = (
    "?family=m7i",
    "?vcpu_min=4&vcpu_max=16&memory_min=16",
    "?hypervisor=nitro&maker=graviton&arch=arm",
    "?q=large&generation=7&sort=vcpu",
    "?price_max=0.2&store=no&system=windows&purchase=one_year",
    "?region=us-east-1&compare=m7i.large&compare=m7g.large&compare=m7a.large",
)
OTHERS = ("type", "regions", "hypervisors", "responsibility")


def figures() -> Iterator[Figure]:
    """Milliseconds, 95th percentile, of pages and filter changes; kilobytes compressed; names explained."""
    migrate()

    from instances.catalog.load import load_catalog
    from virtlab.labs.models import Lab

    load_catalog()
    lab = Lab.objects.create(name="Explorer", visitor_token=VISITOR)
    site = Site(lab)
    yield _within("explorer.page.p95", site.times("types", PAGES), PAGE_MS, "the whole page, four different views")
    yield _within("explorer.filter.p95", site.times("types", FILTERS, HTMX), FILTER_MS, "six kinds of change")
    yield _bytes("explorer.page.wire", site, "types", "")
    yield _bytes("explorer.filter.wire", site, "types", "?family=m5", HTMX)
    yield from _names()
    yield _within("explorer.name.p95", site.times("naming", ("?name=m7i.3xlarge", "?name=qq9z.large"), HTMX), 80.0, "")
    for name in OTHERS:
        args = ["m7i.large"] if name == "type" else []
        query = "?to=us-east-1" if name == "regions" else ""
        yield _within(f"explorer.{name}.p95", site.times(name, (query,), args=args), PAGE_MS, "the whole page")
    yield _within("explorer.region.p95", site.times("region", ("",)), PAGE_MS, "the region view of an empty lab")


class Site:
    """A visitor of one lab."""

    def __init__(self, lab: Any) -> None:
        from django.test import Client

        from virtlab.labs.access import SESSION_KEY

        self.lab, self.client = lab, Client(SERVER_NAME="localhost")
        session = self.client.session
        session[SESSION_KEY] = VISITOR
        session.save()

    def get(self, name: str, query: str, headers: dict[str, str] | None = None, args: Any = ()) -> bytes:
        """The body of a page that answers 200; RuntimeError otherwise."""
        from django.urls import reverse

        answer = self.client.get(reverse(f"instances:{name}", args=[self.lab.slug, *args]) + query, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{name}{query} answers {answer.status_code}.")
        return bytes(answer.content)

    def times(
        self, name: str, queries: tuple[str, ...], headers: dict[str, str] | None = None, args: Any = ()
    ) -> list[float]:
        """Milliseconds of each round, in order of size; each query is asked once before."""
        for query in queries:
            self.get(name, query, headers, args)
        return _times(lambda number: self.get(name, queries[number % len(queries)], headers, args))


def _names() -> Iterator[Figure]:
    """Every type of the catalog taken apart, as the naming page does it."""
    from instances.catalog.names.name_check import check, known_names

    names = known_names()
    started = time.perf_counter()
    wrong = [name for name in names if not check(name).exists]
    took_ms = (time.perf_counter() - started) * 1000 / len(names)
    yield Figure("explorer.names", len(names) - len(wrong), "names", f"= {len(names)}", ok=not wrong)
    yield Figure("explorer.names.each", took_ms, "ms", "", ok=True, note="one name checked and explained")


def _times(ask: Callable[[int], object]) -> list[float]:
    took = []
    for number in range(ROUNDS):
        started = time.perf_counter()
        ask(number)
        took.append((time.perf_counter() - started) * 1000)
    return sorted(took)


def _within(name: str, took: list[float], most: float, note: str) -> Figure:
    value = took[min(len(took) - 1, int(len(took) * 0.95))]
    words = f"median {statistics.median(took):.0f} ms" + (f"; {note}" if note else "")
    return Figure(name, value, "ms", f"<= {most:g}", ok=value <= most, note=words)


def _bytes(name: str, site: Site, page: str, query: str, headers: dict[str, str] | None = None) -> Figure:
    value = len(gzip.compress(site.get(page, query, headers), 6)) / 1000
    return Figure(name, value, "kB", f"<= {LATER_KB:g}", ok=value <= LATER_KB, note="compressed, without assets")
