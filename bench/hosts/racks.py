"""1,000 hosts with 10,000 machines on pages: server time, bytes, queries, interactions; and 50 copies at once.

A web server of its own answers over real HTTP, a worker and beat drive the deployment.
"""

import gzip
import statistics
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from bench import Figure
from bench.compare.page import Site, at_most, percentile
from bench.support.labs.racks import VISITOR, fill, session
from bench.support.racks_deploy import deployed
from bench.support.racks_keys import interactions_ms
from bench.support.stack import SMOKE, Stack, eventually, stack
from virtlab.platform import services
from virtlab.platform.demo import answers
from virtlab.platform.listen import address, listen

if TYPE_CHECKING:
    from django.test import Client

LARGE = (60, 600) if SMOKE else (1000, 10_000)
SMALL = (6, 60) if SMOKE else (100, 1000)
ROUNDS = 8 if SMOKE else 60
LISTS = ("vms/", "hosts/", "vms/?sort=-cpu", "vms/?q=vm-0&state=running", "vms/?page=9")


def figures() -> Iterator[Figure]:
    """Milliseconds, kilobytes and queries of the racks and lists, and of a deployment."""
    with stack() as running, listen({"VIRTLAB_PORT": "0"}) as listener:
        prepared()
        running.start(services.web(listener.fileno()))
        url = address(listener).rstrip("/")
        if not eventually(lambda: answers(f"{url}/healthz"), 60):
            raise RuntimeError("The web server did not come up.")
        small, large = (made(*size) for size in (SMALL, LARGE))
        site = Site(int(url.rsplit(":", 1)[1]), f"/labs/{large}/hosts/", f"sessionid={session()}")
        yield from server_times(site)
        yield queries(small, large)
        yield from in_a_browser(site)
        yield from deployment(running, site)


def prepared() -> None:
    """The catalogs and the static files."""
    from virtlab.platform.prepare import prepare

    with redirect_stdout(sys.stderr):
        prepare()


def made(hosts: int, guests: int) -> str:
    """The slug of a lab of that size, its clock running."""
    from virtlab.labs.models import Lab

    lab = Lab.objects.create(name=f"{hosts} hosts", visitor_token=VISITOR)
    fill(lab, hosts, guests)
    return lab.slug


def server_times(site: Site) -> Iterator[Figure]:
    """p95 of the racks and of lists, each a different page of them, and the racks' bytes on the wire."""
    size = f"{LARGE[0]} hosts, {LARGE[1]} machines"
    pages = [f"{site.path}?page={n % 20 + 1}" for n in range(ROUNDS)]
    site.get(pages[0])
    answers = [site.get(page) for page in pages]
    taken = sorted(took for _body, took in answers)
    note = f"median {statistics.median(taken):.0f} ms, {size}"
    yield at_most("racks.view.p95", percentile(taken, 95), "ms", 300, note)
    largest = max((body for body, _took in answers), key=len)
    unpacked = len(gzip.decompress(largest)) / 1000
    yield at_most("racks.bytes", len(largest) / 1000, "kB", 300, f"{unpacked:.0f} kB unpacked, 40 hosts a page")
    lists = [f"{site.path}{LISTS[n % len(LISTS)]}" for n in range(ROUNDS)]
    site.get(lists[0])
    taken = sorted(site.get(page)[1] for page in lists)
    yield at_most(
        "racks.list.p95", percentile(taken, 95), "ms", 150, f"median {statistics.median(taken):.0f} ms, {size}"
    )


def queries(small: str, large: str) -> Figure:
    """How many more queries the large estate costs, on the racks and the lists together."""
    from django.test import Client

    client = Client()
    client.cookies["sessionid"] = session()
    counts = [sum(asked(client, f"/labs/{slug}/hosts/{page}") for page in ("", *LISTS[:3])) for slug in (small, large)]
    more = counts[1] - counts[0]
    note = f"{counts[0]} at {SMALL[1]} machines, {counts[1]} at {LARGE[1]}, four pages together"
    return Figure("racks.queries", more, "more", "<= 0", ok=more <= 0, note=note)


def asked(client: "Client", path: str) -> int:
    """Queries of a page that was looked at before."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def in_a_browser(site: Site) -> Iterator[Figure]:
    """The slowest of a few dozen keys and clicks, as the browser's own event timing says; none without a browser."""
    taken = interactions_ms(site)
    if taken:
        note = f"median {statistics.median(taken):.0f} ms of {len(taken)}: arrows, menu, Esc; from input to paint"
        yield at_most("racks.interaction", max(taken), "ms", 100, note)


def deployment(running: Stack, site: Site) -> Iterator[Figure]:
    """The slowest request while 50 copies of a template are made, and the progress bars on one page."""
    running.start(services.worker())
    running.start(services.beat(running.var_dir))
    measured = deployed(site, 5 if SMOKE else 50)
    if measured is None:
        return
    note = f"{measured.requests} requests, slowest {measured.slowest_page}; start {measured.start_ms:.0f} ms"
    yield at_most("racks.deploy50.request", measured.slowest_ms, "ms", 200, note)
    wanted = 5 if SMOKE else 50
    yield Figure("racks.deploy50.bars", measured.bars, "bars", f">= {wanted}", measured.bars >= wanted, "on one page")
