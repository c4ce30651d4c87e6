"""What moves bytes on the on-prem side, and what it shares with others: datastores, the hosts' links to them, and the
site's line to the cloud.

A host reads what it copies and writes it again itself: nothing is left to the array (VAAI, ODX). Its link carries both
ways at once.
"""

from collections import Counter
from collections.abc import Collection

from django.utils.translation import gettext_lazy

from hosts.models import Datastore, Host, VirtualMachine
from hosts.rules.disk_work import own_disks, working_host
from virtlab.engine.durations.timings import Timings
from virtlab.engine.units import MIB_PER_S_OF_GBPS
from virtlab.jobs.operations.plan import Flow
from virtlab.jobs.operations.resources import Resource, resource, resource_key
from virtlab.labs.models import Lab
from virtlab.labs.timings import timing_key, timings_of
from virtlab.web.lazy_text import LazyText

DATASTORE, HOST_READS, HOST_WRITES = "datastore", "host_reads", "host_writes"
TO_CLOUD, FROM_CLOUD = "to_cloud", "from_cloud"
MIB_PER_S_OF_MBPS = MIB_PER_S_OF_GBPS / 1000
LINK_RATE, LINE_RATE = timing_key("host_storage_link_gbps"), timing_key("wan_mbps")
PASSES = 2
"""A copy's bytes are read from a datastore and written to it."""


@resource(DATASTORE)
def datastores(pks: Collection[str]) -> dict[str, Resource]:
    """What a datastore reads and writes, in sum."""
    rows = Datastore.objects.filter(pk__in=pks).values_list("pk", "name", "mib_per_s")
    return {str(pk): Resource(name, mib_per_s) for pk, name, mib_per_s in rows}


@resource(HOST_READS, parameters=[LINK_RATE])
def reading_links(pks: Collection[str]) -> dict[str, Resource]:
    """What hosts' links bring from storage."""
    return _links(pks, gettext_lazy("%(host)s's link from storage"))


@resource(HOST_WRITES, parameters=[LINK_RATE])
def writing_links(pks: Collection[str]) -> dict[str, Resource]:
    """What hosts' links take to storage."""
    return _links(pks, gettext_lazy("%(host)s's link to storage"))


def _links(pks: Collection[str], called: LazyText) -> dict[str, Resource]:
    hosts = list(Host.objects.filter(pk__in=pks).select_related("lab"))
    labs = {host.lab_id: host.lab for host in hosts}
    rate_of = {pk: link_mib_per_s(timings_of(lab)) for pk, lab in labs.items()}
    return {str(host.pk): Resource(str(called) % {"host": host.name}, rate_of[host.lab_id]) for host in hosts}


@resource(TO_CLOUD, parameters=[LINE_RATE])
def lines_to_cloud(labs: Collection[str]) -> dict[str, Resource]:
    """What a lab's site sends over its line, by the lab's key."""
    return _lines(labs, gettext_lazy("Line to the cloud"))


@resource(FROM_CLOUD, parameters=[LINE_RATE])
def lines_from_cloud(labs: Collection[str]) -> dict[str, Resource]:
    """What a lab's site receives over it."""
    return _lines(labs, gettext_lazy("Line from the cloud"))


def _lines(labs: Collection[str], called: LazyText) -> dict[str, Resource]:
    rates = {lab.pk: timings_of(lab).wan_mbps * MIB_PER_S_OF_MBPS for lab in Lab.objects.filter(pk__in=labs)}
    return {str(pk): Resource(str(called), mib_per_s) for pk, mib_per_s in rates.items()}


def link_mib_per_s(timings: Timings) -> float:
    """What a host's link to storage carries, each way."""
    return timings.host_storage_link_gbps * MIB_PER_S_OF_GBPS


def moved(
    gib: float,
    timings: Timings,
    vm: VirtualMachine | None,
    *,
    reads: Datastore | None = None,
    writes: Datastore | None = None,
) -> Flow | None:
    """So much that the host which works on a guest's disks reads from one datastore, writes to one, or both; None where
    nothing is to be moved. Where no guest is named, all hosts of a cluster share the work: no link is the narrow place.
    """
    stores = [datastore for datastore in (reads, writes) if datastore is not None]
    if not stores or gib <= 0:
        return None
    carries = {resource_key(DATASTORE, each.pk): each.mib_per_s for each in stores}
    through = [resource_key(DATASTORE, each.pk) for each in stores]
    host = working_host(vm) if vm is not None and not own_disks(vm.cluster.hypervisor) else None
    if host is not None:
        ways = [(HOST_READS, reads), (HOST_WRITES, writes)]
        links = [resource_key(kind, host.pk) for kind, datastore in ways if datastore is not None]
        through += links
        carries |= dict.fromkeys(links, link_mib_per_s(timings))
    return Flow(gib, through, min(carries[key] / times for key, times in Counter(through).items()))
