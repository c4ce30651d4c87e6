"""Reads of imports."""

from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext, override

from hosts.inventory.assembly.matching import candidates, nearest, reported_model
from hosts.inventory.assembly.totals import FORMAT as TOTALS
from hosts.inventory.packing import Packed
from hosts.inventory.recognition.vcenters import TakenAs, as_the_lab_names, taken_as
from hosts.inventory.recognition.vms import Known, is_another, known_by, recognised
from hosts.inventory.rows import HostRow
from hosts.models import Host, ServerModel, VirtualMachine
from hosts.models.inventory_import import AcceptMode, ImportState, InventoryImport
from virtlab.labs.models import Lab
from virtlab.labs.services import has_demo_name
from virtlab.web.formats import number

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


def name_for_lab(staged: InventoryImport) -> str:
    """What a lab is called whose estate an import replaces, where nobody named it: the file's name without its ending.
    Names of files whose contents are anonymised are left out, since shared reports show the lab's.
    """
    if staged.anonymous:
        return gettext("Imported estate")
    if staged.format == TOTALS:
        return gettext("Estate of %(vms)s VMs") % {"vms": number(staged.summary["vms"], 0)}
    return PurePosixPath(staged.file_name.split(", ")[0]).stem[:120]


def nobody_named(lab: Lab) -> bool:
    """Whether a lab's name is that of a new lab, or of an import that replaced its estate, in any language."""
    return has_demo_name(lab) or any(lab.name in names_for_lab(staged) for staged in replacements(lab))


def replacements(lab: Lab) -> QuerySet[InventoryImport]:
    """The imports that replaced a lab's estate, newest first; those of long ago are forgotten."""
    accepted = InventoryImport.objects.filter(lab=lab, state=ImportState.ACCEPTED, mode=AcceptMode.REPLACE)
    return accepted.defer("content")


def names_for_lab(staged: InventoryImport) -> set[str]:
    """What a lab may be called after an import: `name_for_lab` in each language."""
    names = set()
    for code, _label in settings.LANGUAGES:
        with override(code):
            names.add(name_for_lab(staged))
    return names


class EstateSize(NamedTuple):
    """How many VMs, templates among them, and hosts an on-prem side has."""

    vms: int
    hosts: int


class Encounter(NamedTuple):
    """An import beside what the lab holds now: the lab's own size, the import's, and of the import what the lab has
    already under the same names. `new_hosts`: hosts that adding it brings, `others`: those that updating by it brings.
    """

    lab: EstateSize
    read: EstateSize
    known_vms: int
    known_apart: int  # the same where vCenters of other names count as others
    vcenters: list[TakenAs]  # the file's that are the lab's under another name
    other_machines: int  # of those known, the ones that have the name of one of the lab and another identity
    new_hosts: int
    others: int

    @property
    def is_there(self) -> bool:
        """Whether the lab holds most of the import's VMs: then it is a newer state of them, and no second estate."""
        return 2 * self.known_vms > self.read.vms

    @property
    def not_in_file(self) -> int:
        """How many VMs of the lab the import does not have; an update lets them be."""
        return self.lab.vms - self.known_vms

    def afterwards(self, mode: str) -> EstateSize:
        """What the lab holds once the import is accepted in a mode."""
        sizes = {
            AcceptMode.REPLACE: self.read,
            AcceptMode.ADD: EstateSize(self.lab.vms + self.read.vms, self.lab.hosts + self.new_hosts),
            AcceptMode.UPDATE: self.updated(self.known_vms),
        }
        return sizes.get(AcceptMode(mode), self.lab)

    def updated(self, known: int) -> EstateSize:
        """What the lab holds after an update that knows so many of its VMs again."""
        return EstateSize(self.lab.vms + self.read.vms - known, self.lab.hosts + self.others)


def encounter(lab: Lab, packed: Packed) -> Encounter:
    """An import that was read beside what its lab holds."""
    vms = [Known(*row) for row in VirtualMachine.objects.filter(lab=lab).values_list("name", "identity", "vcenter")]
    hosts = {name.casefold() for name in Host.objects.filter(lab=lab).values_list("name", flat=True)}
    rows = packed.inventory
    read = [known_by(row["name"], row["identity"], row["vm_id"], row.get("stated_vcenter", "")) for row in rows["vms"]]
    vcenters = taken_as(read, vms)
    apart, (read, vms) = recognised(read, vms), as_the_lab_names(read, vms, vcenters)
    found = recognised(read, vms)
    return Encounter(
        lab=EstateSize(len(vms), len(hosts)),
        read=EstateSize(len(rows["vms"]), len(rows["hosts"])),
        known_vms=len(found),
        known_apart=len(apart),
        vcenters=vcenters,
        other_machines=sum(is_another(read[row], vms[place]) for row, place in found.items()),
        new_hosts=sum(row["name_assumed"] or row["name"].casefold() not in hosts for row in rows["hosts"]),
        others=sum(row["name"].casefold() not in hosts for row in rows["hosts"]),
    )


def imported_since(lab: Lab, moment: datetime) -> datetime | None:
    """When an import last changed a lab, where that was after a moment; None where it was not."""
    changes = InventoryImport.objects.filter(lab=lab, state=ImportState.ACCEPTED, accepted_at__gt=moment)
    return changes.order_by("-accepted_at").values_list("accepted_at", flat=True).first()


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
