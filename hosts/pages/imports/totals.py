"""The form for an estate of which only the totals are known, in fields or in one line of text."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hosts.inventory.assembly.totals import LEAST_MIB, StatedTotals
from hosts.inventory.files.values import parse_number, parse_quantity
from hosts.inventory.limits import MAX_DISK_MIB, MAX_MEMORY_MIB, MAX_VCPU
from virtlab.engine.units import MIB_PER_GIB
from virtlab.web.formats import gib, mib, number

MOST_VMS, MOST_HOSTS = 20_000, 2_000
MIB_PER_TIB = 1024 * MIB_PER_GIB
UNITS = [("gib", "GiB"), ("tib", "TiB")]
SEPARATOR = re.compile(r",\s+|,(?=\D)|(?<=\D),|[、;\n]+")
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)*(?:e\d+)?", re.IGNORECASE)
COUNTED = re.compile(r"\d+(?:[.,]\d+)*")
SIZE = re.compile(r"\d+(?:[.,]\d+)*\s*[kmgt]i?b", re.IGNORECASE)
# Words of a part of the line, the more particular first.
WORDS = (
    ("windows", re.compile(r"windows", re.IGNORECASE)),
    ("vcpu", re.compile(r"v-?cpu|virtual cpus?|仮想cpu|コア|cores?", re.IGNORECASE)),
    ("vms", re.compile(r"virtual(?!i[sz])|仮想(?!化|cpu)", re.IGNORECASE)),
    ("hosts", re.compile(r"hosts?|servers?|ホスト|サーバ", re.IGNORECASE)),
    ("disk", re.compile(r"disk|storage|ディスク|ストレージ", re.IGNORECASE)),
    ("memory", re.compile(r"mem|ram|メモリ", re.IGNORECASE)),
    ("vms", re.compile(r"vms?|machines?|guests?|台", re.IGNORECASE)),
)


class TotalsForm(forms.Form):
    """VMs, vCPU, memory, disks and hosts, each in its field or in the line; a field goes before the line."""

    line = forms.CharField(
        label=gettext_lazy("In one line"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "120 VMs, 480 vCPU, 1.9 TiB, 40 TiB disk, 12 hosts"}),
    )
    vms = forms.IntegerField(label=gettext_lazy("VMs"), min_value=1, max_value=MOST_VMS, required=False)
    vcpu = forms.IntegerField(label=gettext_lazy("vCPU in all"), min_value=1, required=False)
    memory = forms.FloatField(label=gettext_lazy("Memory in all"), min_value=0.001, required=False)
    memory_unit = forms.ChoiceField(label=gettext_lazy("Unit of memory"), choices=UNITS, required=False, initial="tib")
    disk = forms.FloatField(label=gettext_lazy("Disks in all"), min_value=0, required=False)
    disk_unit = forms.ChoiceField(label=gettext_lazy("Unit of disks"), choices=UNITS, required=False, initial="tib")
    hosts = forms.IntegerField(label=gettext_lazy("Hosts"), min_value=1, max_value=MOST_HOSTS, required=False)
    windows = forms.IntegerField(
        label=gettext_lazy("VMs with Windows Server (others: Linux)"), min_value=0, required=False
    )
    host_cores = forms.IntegerField(
        label=gettext_lazy("Cores of a host, if known"), min_value=1, max_value=1_024, required=False
    )
    host_memory_gib = forms.IntegerField(
        label=gettext_lazy("GiB of a host, if known"), min_value=1, max_value=65_536, required=False
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        for field in self.fields.values():
            select = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if select else "form-control"

    def clean(self) -> dict[str, Any]:
        """Takes from the line what no field says; refuses what is missing then, and what so many VMs cannot have."""
        said, unclear = line_said(self.cleaned_data.get("line") or "")
        if unclear:
            self.add_error("line", _("Not understood, or said twice: %(parts)s") % {"parts": " · ".join(unclear)})
        for name in ("memory", "disk"):
            if (value := self.cleaned_data.get(name)) is not None:
                said[name] = value * (MIB_PER_TIB if self.cleaned_data.get(f"{name}_unit") == "tib" else MIB_PER_GIB)
        for name in ("vms", "vcpu", "hosts", "windows"):
            if (value := self.cleaned_data.get(name)) is not None:
                said[name] = value
        self.said = said
        for name in ("vms", "vcpu", "memory", "disk", "hosts"):
            if name not in said and name not in self.errors:
                self.add_error(name, _("Fill this in, here or in the line."))
        if not self.errors:
            self.refuse_impossible(said)
        return self.cleaned_data

    def refuse_impossible(self, said: dict[str, float]) -> None:
        """Errors for sums that no such number of VMs can have."""
        rules: tuple[tuple[str, Callable[[], bool], str], ...] = (
            ("vms", lambda: not 1 <= said["vms"] <= MOST_VMS, _("From 1 to 20,000 VMs.")),
            ("hosts", lambda: not 1 <= said["hosts"] <= MOST_HOSTS, _("From 1 to 2,000 hosts.")),
            ("vcpu", lambda: said["vcpu"] < said["vms"], _("Each VM has at least one vCPU.")),
            ("memory", lambda: said["memory"] < said["vms"] * LEAST_MIB, _("Each VM has at least 256 MiB.")),
            ("vcpu", lambda: said["vcpu"] > said["vms"] * MAX_VCPU, _("No VM has so many vCPU.")),
            ("memory", lambda: said["memory"] > said["vms"] * MAX_MEMORY_MIB, _("No VM has so much memory.")),
            ("disk", lambda: said["disk"] > said["vms"] * MAX_DISK_MIB, _("No VM has so much disk space.")),
            ("windows", lambda: said.get("windows", 0) > said["vms"], _("These are more than all VMs.")),
        )
        for name, wrong, text in rules:
            if wrong():
                self.add_error(name, text)

    def totals(self) -> StatedTotals:
        """What was said; only of a valid form."""
        said = self.said
        return StatedTotals(
            vms=int(said["vms"]),
            vcpu=int(said["vcpu"]),
            memory_mib=round(said["memory"]),
            disk_gib=said["disk"] / MIB_PER_GIB,
            hosts=int(said["hosts"]),
            windows=int(said.get("windows", 0)),
            host_cores=self.cleaned_data.get("host_cores") or 0,
            host_memory_gib=self.cleaned_data.get("host_memory_gib") or 0,
        )

    def title(self) -> str:
        """What an import of it is called; only of a valid form."""
        said = self.totals()
        facts = {"vms": number(said.vms, 0), "vcpu": number(said.vcpu, 0), "hosts": number(said.hosts, 0)}
        facts |= {"memory": mib(said.memory_mib), "disk": gib(said.disk_gib)}
        return _("Totals: %(vms)s VMs, %(vcpu)s vCPU, %(memory)s, %(disk)s of disks, %(hosts)s hosts") % facts


def line_said(line: str) -> tuple[dict[str, float], list[str]]:
    """What a line says: counts of "vms", "vcpu", "hosts", "windows"; MiB of "memory" and "disk". And the parts of it
    that say nothing of these, or again what was said before.

    Of sizes without a word the first is memory and the second disks.
    """
    said: dict[str, float] = {}
    unclear: list[str] = []
    for part in filter(None, map(str.strip, SEPARATOR.split(unicodedata.normalize("NFKC", line)))):
        name, amount = part_said(part, "disk" if "memory" in said else "memory")
        if name and name not in said:
            said[name] = amount
        else:
            unclear.append(part)
    return said, unclear


def part_said(part: str, size: str) -> tuple[str, float]:
    """What a part of a line is of and how much, "" where it does not say so; `size` is what a size is of by default."""
    numbers = NUMBER.findall(part)
    if len(numbers) != 1 or not COUNTED.fullmatch(numbers[0]):
        return "", 0.0
    if sized := SIZE.search(part):
        name = next((name for name in ("disk", "memory") if dict(WORDS)[name].search(part)), size)
        return name, parse_quantity(sized[0].replace(" ", ""), 1.0) or 0.0
    name = next((name for name, words in WORDS if words.search(part)), "")
    return ("", 0.0) if name in {"memory", "disk"} else (name, parse_number(numbers[0], whole=True) or 0.0)
