"""What several pages of the on-prem side need."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from hosts.models import Cluster
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.registry import OPERATIONS
from virtlab.labs.access import may
from virtlab.labs.models import Lab
from virtlab.web.filters import Filter

Link = tuple[type[Operation], str]


def offered(request: HttpRequest, lab: Lab, names: Iterable[str]) -> list[type[Operation]]:
    """The registered operations of these names that the reader may start."""
    operations = [OPERATIONS[name] for name in names if name in OPERATIONS]
    allowed = {role: may(request, lab, role) for role in {operation.role for operation in operations}}
    return [operation for operation in operations if allowed[operation.role]]


def start_links(request: HttpRequest, lab: Lab, names: Iterable[str], **params: str | int) -> list[Link]:
    """Operations that begin something new, each with the address of its page."""
    query = urlencode({**params, "next": request.get_full_path()})
    return [
        (operation, f"{reverse('jobs:operate', args=[lab.slug, operation.name])}?{query}")
        for operation in offered(request, lab, names)
    ]


def cluster_filter(lab: Lab, field: str = "cluster") -> Filter:
    """The choice of a cluster (one query)."""
    rows = Cluster.objects.filter(lab=lab).order_by("name").values_list("pk", "name")
    return Filter("cluster", _("Cluster"), [(str(pk), name) for pk, name in rows], field)
