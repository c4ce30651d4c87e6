"""A lab of 10,000 instances: the page of its list, the region view, the launch of them all, and the naming rule.

Times are a request's in this process, on SQLite, after a first one that fills the caches, and with the garbage
collector as the web server has it: a round through all modules takes a tenth of a second, and is no request's doing.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import Figure
from bench.support.database import FOLDER, migrate  # before any model
from virtlab.platform.redis_server import EmbeddedRedis

SMOKE = bool(os.environ.get("BENCH_SMOKE"))
MANY = 300 if SMOKE else 10_000
FEW = 60
ROUNDS = 5 if SMOKE else 40
LIST_MS = 150.0
TOKYO = "ap-northeast-1"
TYPES = ("m5.large", "t3.micro", "c7i.xlarge", "r7i.large", "m7g.large")
VISITOR = "the-bench"


def figures() -> Iterator[Figure]:
    """Milliseconds and queries of the list and the region view; milliseconds of a launch and of all names."""
    migrate()
    from instances.catalog.load import load_catalog
    from virtlab.platform.web import load

    load()
    load_catalog()
    few, many = _lab(FEW), _lab(MANY)
    yield from _list(few, many)
    yield from _region(few, many)
    yield from _launch()
    yield from _names()


def _lab(count: int) -> Any:
    """A lab with so many running instances over three zones, each with a workload and a day of load."""
    from django.db import transaction

    from instances.models import Instance, InstanceType
    from instances.operations.instance.state_effects import CHANGED, change
    from instances.services.instances import NewInstances, create_instances, root_volume
    from virtlab.jobs.lifecycle.bulk_write import write_rows
    from virtlab.labs.models import Lab

    lab = Lab.objects.create(name=f"{count} instances", visitor_token=VISITOR)
    with transaction.atomic():
        for name in TYPES:
            new = NewInstances(
                names=[f"{name} {number:05}" for number in range(count // len(TYPES))],
                region=TOKYO,
                zones=[f"{TOKYO}{letter}" for letter in "acd"],
                kind=InstanceType.objects.get(pk=name),
                image=None,
                root=root_volume(),
            )
            instances = create_instances(lab, new)
            for one in instances:
                change(one, "running", lab.lab_time())
            write_rows(Instance, instances, CHANGED)
    return lab


def _list(few: Any, many: Any) -> Iterator[Figure]:
    page = _pages()
    took = _times(lambda number: page(many, f"?page={number % 40 + 1}"))
    yield _at_most("instances.list.p95", took, LIST_MS, f"{MANY} instances, 50 a page; the whole page")
    took = _times(lambda _number: page(many, "?sort=-usd&page=3"))
    yield _at_most("instances.list.sorted.p95", took, LIST_MS, "by price, page 3")
    took = _times(lambda number: page(many, f"?q={number:04}"))
    yield _at_most("instances.list.search.p95", took, LIST_MS, "a search in the names")
    yield _no_more("instances.list.queries", _queries(lambda: page(few, "")), _queries(lambda: page(many, "")))


def _pages() -> Callable[[Any, str], object]:
    """Asks for the list of a lab as its visitor; RuntimeError where the answer is no page."""
    from django.test import Client
    from django.urls import reverse

    from virtlab.labs.access import SESSION_KEY

    client = Client(SERVER_NAME="localhost")
    session = client.session
    session[SESSION_KEY] = VISITOR
    session.save()

    def page(lab: Any, query: str) -> object:
        answer = client.get(reverse("instances:list", args=[lab.slug]) + query)
        if answer.status_code != 200:
            raise RuntimeError(f"The list answers {answer.status_code}.")
        return answer

    return page


def _region(few: Any, many: Any) -> Iterator[Figure]:
    from instances.live.region import region_view

    took = _times(lambda _number: region_view(many, TOKYO))
    note = f"{MANY} instances with a sample of each trace; every zone's sums and dearest cards"
    yield Figure("instances.region.p95", _p95(took), "ms", "", ok=True, note=note)
    counts = _queries(lambda: region_view(few, TOKYO)), _queries(lambda: region_view(many, TOKYO))
    yield _no_more("instances.region.queries", *counts)


def _launch() -> Iterator[Figure]:
    """The largest request, from the form to running, as often as all of them need, each when the bucket is full."""
    from instances.models import Instance, Quota
    from instances.rules.launch_rate import BUCKET_INSTANCES
    from tests.instances.operations.cloud import make_cloud

    cloud = make_cloud()
    Quota.objects.create(lab=cloud.lab, region_id=TOKYO, group="standard", vcpu=100_000)
    with _redis():
        started = time.perf_counter()
        for first in range(0, MANY, BUCKET_INSTANCES):
            cloud.launch(count=min(BUCKET_INSTANCES, MANY - first), name=f"web-{first}")
            cloud.let_pass()
        took_s = time.perf_counter() - started
    running = Instance.objects.filter(lab=cloud.lab, state="running").count()
    note = f"{MANY} instances with volumes and loads, {BUCKET_INSTANCES} a request, each whole or not at all"
    yield Figure("instances.launch", took_s, "s", "", ok=running == MANY, note=note)


@contextmanager
def _redis() -> Iterator[None]:
    """A Redis of its own: without one, each message would wait in vain."""
    from django.conf import settings

    from virtlab.celery import app

    folder = Path(FOLDER) / "redis"
    folder.mkdir()
    with EmbeddedRedis(folder) as server:
        settings.REDIS_URL = server.url
        app.conf.update(broker_url=server.url.replace("unix://", "redis+socket://", 1))
        yield


def _names() -> Iterator[Figure]:
    from instances.catalog.names.naming import parse
    from instances.catalog.names.naming_words import explain
    from instances.models import InstanceType

    names = list(InstanceType.objects.values_list("pk", flat=True))
    started = time.perf_counter()
    explained = [explain(parse(name)) for name in names]
    took_ms = (time.perf_counter() - started) * 1000
    ok = all(explained)
    yield Figure(
        "instances.catalog.names.naming", took_ms, "ms", "", ok=ok, note=f"all {len(names)} types parsed and explained"
    )


def _times(ask: Callable[[int], object]) -> list[float]:
    """Milliseconds of each round but the first, in order of size."""
    ask(0)
    took = []
    for number in range(ROUNDS):
        started = time.perf_counter()
        ask(number)
        took.append((time.perf_counter() - started) * 1000)
    return sorted(took)


def _queries(ask: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask()
    with CaptureQueriesContext(connection) as queries:
        ask()
    return len(queries)


def _p95(ordered: list[float]) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def _at_most(name: str, took: list[float], most: float, note: str) -> Figure:
    value = _p95(took)
    note = f"median {statistics.median(took):.0f} ms; {note}"
    return Figure(name, value, "ms", f"<= {most:g}", ok=value <= most, note=note)


def _no_more(name: str, few: int, many: int) -> Figure:
    """A page of few rows may ask once for what none of another page has, as a load that earns CPU credits."""
    return Figure(name, many, "queries", f"<= {few}", ok=many <= few, note=f"{FEW} and {MANY} instances")
