"""What a large cluster's operations hold its lab's lock for: one hypervisor for another, and a bulk request."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench import Figure
from bench.support.clock import driven_s
from bench.support.stack import SMOKE, stack

if TYPE_CHECKING:
    from hosts.models import Cluster

HOSTS, GUESTS, BULK = (4, 40, 10) if SMOKE else (16, 800, 200)
GIB = 1024


def figures() -> Iterator[Figure]:
    """The longest transaction of a reinstallation, and a bulk request's only one."""
    size = f"{GUESTS} VMs on {HOSTS} hosts"
    with stack():
        longest_s, state = _reinstalled(_filled("Reinstalled"))
        ok = longest_s <= 2.0 and state == "succeeded"
        yield Figure("clusters.reinstall", longest_s, "s", "<= 2", ok, f"longest transaction, {size}: {state}")
        took_s, started = _suspended(_filled("Suspended"))
        note = f"{started} suspends started at once, {size}, on one datastore"
        yield Figure("clusters.suspend", took_s, "s", "<= 2", took_s <= 2.0 and started == BULK, note)


def _filled(name: str) -> "Cluster":
    """A cluster of equal hosts and running guests, in a lab whose clock stands."""
    from hosts.models import Cluster, Datastore, Host, ServerModel, VirtualMachine
    from virtlab.labs.models import Lab

    lab = Lab.objects.create(name=name, clock_speed=0.0)
    cluster = Cluster.objects.create(lab=lab, name="c", hypervisor="kvm", cpu_overcommit=8.0)
    datastore = Datastore.objects.create(lab=lab, cluster=cluster, name="ds", capacity_gib=1e6)
    about = {"vendor": "Bench", "cpu": "Bench", "cores": 64, "memory_gib": 1024, "watts": [100, 300]}
    model, _made = ServerModel.objects.get_or_create(name="Bench server", defaults=about | {"published": "2024-01"})
    size = {"model": model, "cores": 64, "memory_mib": 1024 * GIB}
    hosts = Host.objects.bulk_create(Host(lab=lab, cluster=cluster, name=f"h-{n:02}", **size) for n in range(HOSTS))
    size = {"vcpu": 2, "memory_mib": 8 * GIB, "disk_gib": 40.0, "disk_used_gib": 20.0}
    VirtualMachine.objects.bulk_create(
        VirtualMachine(lab=lab, cluster=cluster, host=hosts[n % HOSTS], datastore=datastore, name=f"vm-{n:04}", **size)
        for n in range(GUESTS)
    )
    return cluster


def _reinstalled(cluster: "Cluster") -> tuple[float, str]:
    """Seconds that the longest transaction took, its start among them, and what became of the job."""
    from virtlab.jobs.actor import SYSTEM
    from virtlab.jobs.operations.registry import operation_named
    from virtlab.jobs.requests.prepare import Request
    from virtlab.jobs.requests.start import start

    operation = operation_named("cluster.change_hypervisor")
    began = time.perf_counter()
    job = start(cluster.lab, Request(operation, cluster, {"hypervisor": "xen"}, SYSTEM))
    longest_s = max([time.perf_counter() - began, *driven_s(cluster.lab, hours=48)])
    job.refresh_from_db()
    return longest_s, job.state


def _suspended(cluster: "Cluster") -> tuple[float, int]:
    """Seconds for which a bulk request held the lock, and how many jobs it started."""
    from virtlab.jobs.actor import SYSTEM
    from virtlab.jobs.operations.registry import operation_named
    from virtlab.jobs.requests.bulk import Bulk
    from virtlab.jobs.requests.start import start_all

    operation = operation_named("vm.suspend")
    chosen = list(operation.subjects(cluster.lab).order_by("pk")[:BULK])
    requests = Bulk(cluster.lab, operation, chosen, {}, SYSTEM).requests()
    began = time.perf_counter()
    started = start_all(cluster.lab, requests, "bench")
    return time.perf_counter() - began, len(started.jobs)
