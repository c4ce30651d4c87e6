"""A thousand flows through a hundred datastores: how long finding all rates and ends anew takes when one begins."""

import os
from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from bench import Figure
from bench.support.clock import best_s
from bench.support.database import migrate


def figures() -> Iterator[Figure]:
    """The runner's own work on jobs and steps as it holds them, beside progressive filling written out in Python."""
    migrate()
    from hosts.models import Cluster, Datastore
    from virtlab.jobs.models import Job, Step
    from virtlab.jobs.runner.flows import Flows
    from virtlab.labs.models import Lab

    scale = 10 if os.environ.get("BENCH_SMOKE") else 1
    count, shared, rng = 1_000 // scale, 100 // scale, np.random.default_rng(7)
    lab = Lab.objects.create(name="Flows", clock_speed=0.0)
    cluster = Cluster.objects.create(lab=lab, name="c")
    stores = Datastore.objects.bulk_create(
        Datastore(lab=lab, cluster=cluster, name=f"ds-{n}", capacity_gib=1e6, mib_per_s=float(rng.integers(200, 2_000)))
        for n in range(shared)
    )
    pairs = [[f"datastore:{stores[n].pk}" for n in rng.choice(shared, 2)] for _flow in range(count)]
    at = lab.lab_time()
    flows = Flows(lab, read=True)
    for n, through in enumerate(pairs):
        job = Job(pk=n + 1, lab=lab, state="running", duration_s=100.0, share_due=1.0, share_lab_at=at)
        step = Step(pk=n + 1, job=job, flow={"gib": 50.0, "through": through, "alone_mib_per_s": 1_000.0})
        flows.begin(job, step, at, {})
    moments = iter(range(1, 1_000))

    def again() -> None:
        flows.changed_at = at + timedelta(seconds=next(moments))
        for job, _step in flows.running.values():
            job.due_lab_at = None  # so that none is left out because its rate is as before
        flows.share()

    again_ms = best_s(again, 7) * 1000
    rates = {job.pk: step.rate_mib_per_s or 0.0 for job, step in flows.running.values()}
    capacity = {f"datastore:{store.pk}": store.mib_per_s for store in stores}
    plain: dict[int, float] = {}
    plain_ms = best_s(lambda: plain.update(_filled(pairs, capacity)), 3) * 1000
    worst = max(abs(rates[pk] - rate) / rate for pk, rate in plain.items())
    note = (
        f"{count} flows, {shared} datastores; plain Python {plain_ms:.0f} ms, {plain_ms / again_ms:.1f} times as long"
    )
    yield Figure("flows.retime", again_ms, "ms", "<= 20", again_ms <= 20, note)
    yield Figure(
        "flows.agreement", worst, "", "<= 1e-9", worst <= 1e-9, "largest deviation of a rate from plain Python"
    )


def _filled(pairs: list[list[str]], capacity: dict[str, float]) -> dict[int, float]:
    """Progressive filling (Bertsekas & Gallager, 1992), one link at a time."""
    left, open_flows, rates = dict(capacity), dict(enumerate(pairs, 1)), dict[int, float]()
    while open_flows:
        users: dict[str, int] = {}
        for through in open_flows.values():
            for link in through:
                users[link] = users.get(link, 0) + 1
        link, share = min(((link, left[link] / many) for link, many in users.items()), key=lambda pair: pair[1])
        settled = [pk for pk, through in open_flows.items() if link in through]
        for pk in settled:
            rates[pk] = share
            for crossed in open_flows.pop(pk):
                left[crossed] -= rates[pk]
    return rates
