"""Forms of the import."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hosts.inventory.recognition.vcenters import TakenAs
from hosts.inventory.selectors import Encounter, EstateSize
from hosts.models.inventory_import import AcceptMode, DemoChoice, InventoryImport
from virtlab.labs.services import DemoLeft, demo_account
from virtlab.web.formats import number

MIB = 1024 * 1024
ENDINGS = ".xlsx,.xls,.xlsb,.ods,.zip,.csv,.txt,.parquet"
MOST_FILES = 50


class FilesInput(forms.ClearableFileInput):
    """An input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each checked as one is."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files, at least one."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in files or [None]]


class UploadForm(forms.Form):
    """Files of together at most so many bytes (settings.UPLOAD_LIMIT_BYTES), and whether names are kept."""

    file = FilesField(
        label=gettext_lazy("Files"),
        max_length=1000,
        allow_empty_file=False,
        widget=FilesInput(attrs={"accept": ENDINGS}),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty."),
        },
    )
    anonymous = forms.BooleanField(
        label=gettext_lazy("Replace all names"),
        required=False,
        help_text=gettext_lazy(
            "VMs, hosts, clusters, sites, datastores, applications and waves become vm-0001, host-0001 and so on before"
            " anything is stored. Tags and identifiers are dropped. The same name gets the same number in every file"
            " of this lab; the lab keeps only a fingerprint of it. File names are kept."
        ),
    )

    def clean_file(self) -> "list[UploadedFile[Any]]":
        """The files, if they are not too many or too large."""
        files: list[UploadedFile[Any]] = self.cleaned_data["file"]
        size_bytes = sum(file.size or 0 for file in files)
        if len(files) > MOST_FILES:
            raise ValidationError(_("At most %(limit)s files can be read together.") % {"limit": MOST_FILES})
        if size_bytes > settings.UPLOAD_LIMIT_BYTES:
            size = {"size": f"{size_bytes / MIB:.1f}", "limit": settings.UPLOAD_LIMIT_BYTES // MIB}
            if len(files) > 1:
                raise ValidationError(_("The files have %(size)s MiB. At most %(limit)s MiB can be imported.") % size)
            raise ValidationError(_("The file has %(size)s MiB. At most %(limit)s MiB can be imported.") % size)
        return files


class AcceptForm(forms.Form):
    """What to do with the estate that is there."""

    mode = forms.ChoiceField(label=gettext_lazy("What happens to the estate of this lab"), widget=forms.RadioSelect)

    vcenters_apart = forms.BooleanField(
        label=gettext_lazy("They are other vCenters: add their VMs as machines of their own."), required=False
    )
    demo = forms.ChoiceField(
        label=gettext_lazy("What the demo put on the cloud side"), widget=forms.RadioSelect, required=False
    )

    def __init__(self, data: object, staged: InventoryImport, *, vms: int, there: bool = False) -> None:
        """Offers only what the file allows: traces alone for one that has them, an estate for one that has VMs.

        `vms` are those that the lab has: they can be updated, which comes first where those of the file are
        `there` still from the time that it was accepted. What is left of the demo on the cloud side is removed where
        the estate is replaced, unless somebody wants it kept; where some of it was changed, its user is asked.
        """
        modes = [AcceptMode.REPLACE, AcceptMode.ADD] if staged.summary.get("vms") else []
        if modes and vms:
            modes.insert(0 if there else 2, AcceptMode.UPDATE)
        traces = staged.summary.get("traces") or {}
        if traces.get("matched"):
            modes.insert(0, AcceptMode.TRACES)
        super().__init__(data, initial={"mode": modes[0] if modes else ""})  # type: ignore[arg-type]  # a QueryDict
        self.modes = [mode.value for mode in modes]
        field = self.fields["mode"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(mode.value, mode.label) for mode in modes]
        self.left = demo_account().left(staged.lab) if AcceptMode.REPLACE in modes else DemoLeft()
        self.demos = demo_choices(self.left)
        self.initial["demo"] = self.demo_default
        demo = self.fields["demo"]
        assert isinstance(demo, forms.ChoiceField)
        demo.choices = [(choice, demo_text(choice, self.left)) for choice in self.demos]

    @property
    def demo_default(self) -> str:
        """What happens to the demo's cloud where nobody says it; empty where that is asked."""
        untouched = self.left.machines == self.left.untouched
        return (DemoChoice.REMOVE if self.demos else DemoChoice.KEEP).value if untouched else ""

    def clean(self) -> dict[str, Any]:
        """What was chosen; ValidationError where the estate is replaced and nobody says what becomes of the demo."""
        said = self.cleaned_data
        said["demo"] = said.get("demo") or self.demo_default
        if said.get("mode") == AcceptMode.REPLACE and not said["demo"] and "demo" not in self.errors:
            self.add_error("demo", _("Choose what happens to what the demo put on the cloud side."))
        return said

    def ways(self, met: Encounter) -> list[tuple[BoundWidget, str]]:
        """Each mode to choose, with what comes of it."""
        return [(radio, outcome(met, str(radio.data["value"]))) for radio in self["mode"]]


def demo_choices(left: DemoLeft) -> list[str]:
    """What may be done with what is left of the demo on the cloud side; nothing where nothing is."""
    if not left.machines:
        return []
    some = 0 < left.untouched < left.machines
    return [choice.value for choice in DemoChoice if some or choice != DemoChoice.UNTOUCHED]


def demo_text(choice: str, left: DemoLeft) -> str:
    """A choice with how many instances it is about."""
    if choice == DemoChoice.KEEP:
        return str(DemoChoice.KEEP.label)
    machines = left.machines if choice == DemoChoice.REMOVE else left.untouched
    text = ngettext("%(label)s: %(count)s instance", "%(label)s: %(count)s instances", machines)
    return text % {"label": DemoChoice(choice).label, "count": number(machines, 0)}


def demo_line(left: DemoLeft) -> str:
    """What is left of the demo on the cloud side, in words; empty where nothing is."""
    if not left.machines:
        return ""
    there = ngettext(
        "%(count)s instance on the cloud side is from the demo and no part of this file.",
        "%(count)s instances on the cloud side are from the demo and no part of this file.",
        left.machines,
    ) % {"count": number(left.machines, 0)}
    changed = left.machines - left.untouched
    if not changed:
        return there
    more = ngettext("%(count)s of them was changed here.", "%(count)s of them were changed here.", changed)
    return f"{there} {more % {'count': number(changed, 0)}}"


def removed_text(removed: int) -> str:
    """What went of the demo's cloud, in words; empty where nothing did."""
    text = ngettext(
        "%(count)s instance of the demo was removed from the cloud side.",
        "%(count)s instances of the demo were removed from the cloud side.",
        removed,
    )
    return text % {"count": number(removed, 0)} if removed else ""


def outcome(met: Encounter, mode: str) -> str:
    """What the lab holds after accepting in a mode; of an update also how many of its VMs are there."""
    after = _("afterwards: %(estate)s") % {"estate": size_text(met.afterwards(mode))}
    if mode != AcceptMode.UPDATE:
        return after
    counts = {"known": number(met.known_vms, 0), "all": number(met.read.vms, 0), "afterwards": after}
    parts = [_("%(known)s of %(all)s are in the lab; %(afterwards)s") % counts]
    if met.not_in_file:
        parts.append(not_in_file_text(met.not_in_file))
    if met.other_machines:
        parts.append(other_machines_text(met.other_machines))
    return " · ".join(parts)


def not_in_file_text(machines: int) -> str:
    """What becomes of VMs of the lab that the file does not have."""
    return ngettext(
        "%(machines)s VM of the lab is not in the file and stays.",
        "%(machines)s VMs of the lab are not in the file and stay.",
        machines,
    ) % {"machines": number(machines, 0)}


def vcenter_lines(met: Encounter) -> list[str]:
    """What vCenters are taken as, and why."""
    return [vcenter_text(taken) for taken in met.vcenters]


def vcenter_text(taken: TakenAs) -> str:
    """One vCenter of the file that is the lab's under another name, or that one side does not name."""
    words = {"read": taken.read, "there": taken.there, "vms": number(taken.vms, 0), "all": number(taken.of, 0)}
    if not taken.there:
        text = _(
            "The lab keeps no vCenter of its VMs: they are taken as of “%(read)s”, since %(vms)s of its %(all)s VMs in "
            "the file have their UUIDs."
        )
    elif not taken.read:
        text = _(
            "The file names no vCenter: its VMs are taken as of “%(there)s”, since %(vms)s of %(all)s have UUIDs of "
            "that one."
        )
    elif taken.vms:
        text = _(
            "The vCenter “%(read)s” is taken as the lab's “%(there)s”: %(vms)s of its %(all)s VMs have UUIDs of that "
            "one."
        )
    else:
        text = _("The vCenter “%(read)s” is taken as the lab's “%(there)s”: their names differ by the domain alone.")
    return text % words


def other_machines_text(machines: int) -> str:
    """What becomes of VMs whose names other machines have now."""
    return ngettext(
        "%(machines)s of them is another machine under the same name (its identity differs): it takes the place of the "
        "one in the lab, and what was measured of that one goes.",
        "%(machines)s of them are other machines under the same names (their identities differ): they take the places "
        "of those in the lab, and what was measured of these goes.",
        machines,
    ) % {"machines": number(machines, 0)}


def size_text(size: EstateSize) -> str:
    """VMs and hosts in words."""
    vms = ngettext("%(vms)s VM", "%(vms)s VMs", size.vms) % {"vms": number(size.vms, 0)}
    hosts = ngettext("%(hosts)s host", "%(hosts)s hosts", size.hosts) % {"hosts": number(size.hosts, 0)}
    return f"{vms}, {hosts}"
