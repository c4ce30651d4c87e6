"""Fifty copies of a template as one action, and how the pages answer meanwhile."""

import http.client
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from bench.compare.page import Site
from bench.support.stack import eventually

TOKEN = "b" * 32
WATCHED = ("hosts/", "hosts/vms/", "jobs/", "jobs/tasks/?show=all", "hosts/templates/")
ROUNDS = 6


@dataclass
class Deployed:
    """What was seen: the start's and the slowest request's milliseconds, and the bars on the deployment's page."""

    start_ms: float
    slowest_ms: float
    slowest_page: str
    requests: int
    bars: int


def deployed(site: Site, count: int) -> Deployed | None:
    """Deploys on the estate's first cluster, and looks at pages meanwhile; None where there is no such operation."""
    from virtlab.jobs.operations.registry import OPERATIONS

    if "template.deploy" not in OPERATIONS:
        return None
    slug = site.path.split("/")[2]
    where, start_ms = start(site, slug, template_of(slug), count)
    eventually(lambda: copies_begun(slug) >= count, 60)
    pages = [where, *(f"/labs/{slug}/{page}" for page in WATCHED)]
    slowest, page, bars, requests = start_ms, "the start", 0, 1
    for _round in range(ROUNDS):
        for path in pages:
            body, took = site.get(path, **{"Accept-Encoding": "identity"})
            bars = max(bars, body.count(b"<progress"))
            requests += 1
            if took > slowest:
                slowest, page = took, path
        time.sleep(0.5)
    return Deployed(start_ms, slowest, page, requests, bars)


def copies_begun(slug: str) -> int:
    """The jobs that the deployment has started."""
    from virtlab.jobs.models import Job

    return Job.objects.filter(lab__slug=slug, parent__isnull=False).count()


def template_of(slug: str) -> int:
    """A template in the estate's first cluster, and the lab's clock slow enough to see its copies being made."""
    from hosts.models import VirtualMachine
    from virtlab.labs import clock
    from virtlab.labs.models import Lab

    lab = Lab.objects.get(slug=slug)
    clock.set_speed(lab.pk, 1.0)
    vm = VirtualMachine.objects.filter(lab=lab).order_by("pk").first()
    assert vm is not None
    VirtualMachine.objects.filter(pk=vm.pk).update(is_template=True, power_state="stopped", vcpu=1, memory_mib=1024)
    return vm.pk


def start(site: Site, slug: str, template: int, count: int) -> tuple[str, float]:
    """The started job's page, and milliseconds of the request; RuntimeError where it is refused."""
    form = {"subject": template, "do": "start", "count": count, "pattern": "copy-{n}", "first": 1, "vcpu": 1}
    body = urlencode({**form, "memory_mib": 1024, "start": "on"})
    headers = {
        "Cookie": f"{site.cookie}; csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    begun = time.perf_counter()
    connection.request("POST", f"/labs/{slug}/jobs/operations/template.deploy/", body, headers)
    answer = connection.getresponse()
    text = answer.read()
    took = (time.perf_counter() - begun) * 1000
    connection.close()
    if answer.status != 302:
        raise RuntimeError(f"The deployment answers {answer.status}: {text[:2000]!r}")
    return str(answer.headers["Location"]), took
