"""The columns of the list of hosts."""

from functools import partial
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from hosts.live.rows import HostLive
from hosts.models import Host
from virtlab.web.formats import number, percent, watts
from virtlab.web.table import Column, Table


class ListedHost(NamedTuple):
    """A host with its figures at the lab's time."""

    host: Host
    now: HostLive


HOSTS = Table[ListedHost](
    _("Hosts"),
    [
        Column("name", _("Name"), "name", "name"),
        Column("state", _("State"), "state", "state"),
        Column("cluster", _("Cluster"), "cluster__name", "cluster__name"),
        Column("rack", _("Rack"), "rack", "rack", value="host.rack"),
        Column("model", _("Model"), "stated_model", "stated_model", value="host.model_text"),
        Column("power_model", csv="model__name", csv_label=_("Power curve of")),
        Column("guests", _("VMs"), "guest_count", "guest_count", number, "host.guest_count"),
        Column("cores", _("Cores"), "cores", "cores", number, "host.cores"),
        Column("cpu", _("CPU")),
        Column("memory", _("Memory"), "memory_mib", "memory_mib", csv_label=_("Memory (MiB)")),
        Column("ready", _("CPU ready"), num=partial(percent, digits=1), value="now.ready_share"),
        Column("power", _("Power now"), num=watts, value="now.power_w"),
    ],
    default="name",
    subject=lambda row: (row.host.pk, row.host.name),
)
