"""The columns of the lists of clusters and of datastores, and of what a datastore holds."""

from functools import partial
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from hosts.choices import Hypervisor
from hosts.live.rows import ClusterLive, DatastoreLive, GuestLive
from virtlab.web.formats import gib, number, usd, watts
from virtlab.web.table import Column, Table

usd_2 = partial(usd, digits=2)
COST = _("Cost (USD per month)")
MEMORY_ALLOCATED = _("Memory allocated (GiB)")
THROUGHPUT = _("Throughput (MiB/s)")


class ListedDatastore(NamedTuple):
    """A datastore's live figures with its cluster's name."""

    now: DatastoreLive
    cluster: str


def hypervisor_name(row: ClusterLive) -> str:
    """Its hypervisor in words."""
    return str(Hypervisor(row.hypervisor).label)


CLUSTERS = Table[ClusterLive](
    _("Clusters"),
    [
        Column("name", _("Name"), "name", "name"),
        Column("site", csv="site", csv_label=_("Site")),
        Column("hypervisor", _("Hypervisor"), "hypervisor", "hypervisor", value=hypervisor_name),
        Column("hosts", _("Hosts"), "hosts", "hosts", number),
        Column("guests", _("VMs"), "guests", "guests", number),
        Column("vcpu", _("CPU"), "vcpu_allocated", "vcpu_allocated", csv_label=_("vCPU allocated")),
        Column("memory", _("Memory"), "memory_allocated_gib", "memory_allocated_gib", csv_label=MEMORY_ALLOCATED),
        Column("power", _("Power now"), "power_w", "power_w", watts, csv_label=_("Power (W)")),
        Column("cost", _("Cost per month"), "cost_usd_per_month", "cost_usd_per_month", usd_2, csv_label=COST),
    ],
    default="name",
)
DATASTORES = Table[ListedDatastore](
    _("Datastores"),
    [
        Column("name", _("Name"), "now.name", "now.name"),
        Column("cluster", _("Cluster"), "cluster", "cluster"),
        Column("capacity", sort="now.capacity_gib", csv="now.capacity_gib", csv_label=_("Capacity (GiB)")),
        Column("taken", _("Taken"), "now.taken_gib", "now.taken_gib", csv_label=_("Taken (GiB)")),
        Column("allocated", sort="now.allocated_gib", csv="now.allocated_gib", csv_label=_("Allocated (GiB)")),
        Column("free", _("Free now"), "now.free_gib", "now.free_gib", gib, csv_label=_("Free (GiB)")),
        Column("throughput", _("Throughput"), "now.mib_per_s", "now.mib_per_s", number, csv_label=THROUGHPUT),
        Column("guests", _("VMs"), "now.guests", "now.guests", number),
        Column("cost", _("Cost per month"), "now.cost_usd_per_month", "now.cost_usd_per_month", usd_2, csv_label=COST),
        Column("memory_files", csv="now.memory_files_gib", csv_label=_("Taken by swap files of running VMs (GiB)")),
        Column("reduction", csv="now.reduction", csv_label=_("Data reduction")),
        Column("unused", csv="now.unused_usd_per_month", csv_label=_("Unused space (USD per month)")),
        Column("power", csv="now.power_w", csv_label=_("Power (W)")),
    ],
    default="name",
)
DATASTORE_VMS = Table[GuestLive](
    _("What is kept on it"),
    [
        Column("name", _("Name"), "name", "name"),
        Column("disk", _("Disk"), "", "disk_gib", gib, "disk_gib", csv_label=_("Disk (GiB)")),
        Column("snapshots", _("Snapshots"), "", "snapshots", number, "snapshots"),
        Column("taken", _("Taken"), "disk_taken_gib", "disk_taken_gib", gib, csv_label=_("Taken (GiB)")),
    ],
    default="-taken",
)
