"""Reads of imports."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from hosts.inventory.assembly.matching import candidates, nearest, reported_model
from hosts.inventory.rows import HostRow
from hosts.models import ServerModel, VirtualMachine
from hosts.models.inventory_import import ImportState, InventoryImport
from virtlab.labs.models import Lab

SHOWN = 10


def recent_imports(lab: Lab) -> QuerySet[InventoryImport]:
    """The lab's latest imports, newest first."""
    return InventoryImport.objects.filter(lab=lab).defer("content")[:SHOWN]


def import_of(lab: Lab, pk: int) -> InventoryImport:
    """One import of a lab; Http404 where it is not this lab's."""
    staged = InventoryImport.objects.filter(lab=lab, pk=pk).select_related("lab", "job").first()
    if staged is None:
        raise Http404("No such import.")
    return staged


def accepted_before(staged: InventoryImport) -> InventoryImport | None:
    """The latest import of the same files that the lab has accepted, None where it has none."""
    same = InventoryImport.objects.filter(lab=staged.lab_id, sha256=staged.sha256, anonymous=staged.anonymous)
    accepted = same.filter(state=ImportState.ACCEPTED).exclude(sha256="").exclude(pk=staged.pk)
    return accepted.defer("content").first()


def count_vms(lab: Lab) -> int:
    """How many VMs stand on the lab's on-prem side."""
    return VirtualMachine.objects.filter(lab=lab).count()


def host_groups(hosts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Hosts of equal make and size together: how many, what they are, and which server model stands for them."""
    models = candidates(list(ServerModel.objects.all()))
    groups: dict[tuple[Any, ...], dict[str, Any]] = {}
    for raw in hosts:
        host = HostRow(**raw)
        key = (reported_model(host), host.cores, host.memory_mib, host.assumed)
        if key not in groups:
            model, own = nearest(host, models) if models else (None, False)
            groups[key] = {"host": host, "reported": key[0], "model": model, "own": own, "count": 0}
        groups[key]["count"] += 1
    return sorted(groups.values(), key=lambda group: -group["count"])
