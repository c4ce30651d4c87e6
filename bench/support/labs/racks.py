"""Fills a lab with many hosts and guests, and makes a session that may enter it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virtlab.labs.models import Lab

VISITOR = "the-bench"
HOSTS_PER_CLUSTER = 50
HOSTS_PER_RACK = 20
SAMPLES = 288
GIB = 1024
SIZES = ((1, 2), (2, 4), (2, 8), (4, 8), (4, 16), (8, 16), (8, 32))


def session() -> str:
    """The key of a session that owns the bench's labs."""
    from django.contrib.sessions.backends.db import SessionStore

    from virtlab.labs.access import SESSION_KEY

    store = SessionStore()
    store[SESSION_KEY] = VISITOR
    store.save()
    return str(store.session_key)


def fill(lab: "Lab", hosts: int, guests: int) -> None:
    """Clusters of 50 hosts, racks of 20, and as many guests on each host; a day's trace for every guest."""
    from hosts.choices import Hypervisor
    from hosts.models import Cluster, Datastore, Host, ServerModel, VirtualMachine
    from virtlab.labs.choices import TraceKind
    from virtlab.labs.models import Trace, Workload
    from virtlab.labs.traces import Origin, make_trace

    kinds = (Hypervisor.KVM, Hypervisor.ESXI, Hypervisor.HYPERV)
    count = -(-hosts // HOSTS_PER_CLUSTER)
    clusters = Cluster.objects.bulk_create(
        Cluster(lab=lab, name=f"cluster-{n:02}", hypervisor=kinds[n % len(kinds)]) for n in range(count)
    )
    stores = Datastore.objects.bulk_create(
        Datastore(lab=lab, cluster=one, name=f"{one.name}-ds", capacity_gib=1e6) for one in clusters
    )
    models = list(ServerModel.objects.filter(sockets=2, cores__gte=44))
    servers = Host.objects.bulk_create(
        Host(
            lab=lab,
            cluster=clusters[n // HOSTS_PER_CLUSTER],
            name=f"host-{n:04}",
            model=model,
            cores=model.cores,
            memory_mib=512 * GIB,
            rack=f"R{n // HOSTS_PER_RACK + 1:02}",
        )
        for n in range(hosts)
        for model in [models[n % len(models)]]
    )
    workloads = Workload.objects.bulk_create((Workload(lab=lab, name=f"vm-{n:05}") for n in range(guests)), 2000)
    day = np.sin(np.linspace(0, 2 * np.pi, SAMPLES))
    origin = Origin(TraceKind.SYNTHETIC, "Made for the bench", datetime(2026, 1, 1, tzinfo=UTC))
    rng = np.random.default_rng(7)
    traces, vms = [], []
    for n, workload in enumerate(workloads):
        vcpu, gib = SIZES[n % len(SIZES)]
        cpu = vcpu * np.clip(0.25 + 0.15 * day + 0.1 * rng.random(SAMPLES), 0, 1)
        traces.append(make_trace(workload, cpu, np.full(SAMPLES, 0.4 * gib), origin))
        host = servers[n * hosts // guests]
        place = host.cluster_id - clusters[0].pk
        vms.append(
            VirtualMachine(
                lab=lab,
                cluster=clusters[place],
                host=host,
                datastore=stores[place],
                workload=workload,
                name=workload.name,
                vcpu=vcpu,
                memory_mib=gib * GIB,
                disk_gib=40,
                disk_used_gib=20,
            )
        )
    Trace.objects.bulk_create(traces, 1000)
    VirtualMachine.objects.bulk_create(vms, 1000)
