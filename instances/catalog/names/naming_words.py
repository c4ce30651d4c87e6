"""What the parts of an instance type's name mean, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from instances.catalog.names.naming import TypeName
from instances.catalog.names.other_names import RETIRED
from virtlab.web.lazy_text import LazyText

SERIES: dict[str, LazyText] = {
    "a": _("General purpose, Arm (first Graviton)"),
    "c": _("Compute optimised"),
    "d": _("Dense storage"),
    "dl": _("Deep learning accelerators"),
    "f": _("Field-programmable gate arrays"),
    "g": _("Graphics and inference GPUs"),
    "gr": _("Graphics GPUs with more memory"),
    "h": _("Hard-disk storage"),
    "hpc": _("High-performance computing"),
    "i": _("Storage optimised"),
    "im": _("Storage optimised, 4 GiB of memory per vCPU"),
    "inf": _("Inference accelerators"),
    "is": _("Storage optimised, 6 GiB of memory per vCPU"),
    "m": _("General purpose"),
    "mac": _("Apple Mac computers"),
    "p": _("GPUs for training and computing"),
    "r": _("Memory optimised"),
    "t": _("Burstable: a CPU baseline and credits above it"),
    "trn": _("Training accelerators"),
    "u": _("High memory: terabytes in one instance"),
    "vt": _("Video transcoding accelerators"),
    "x": _("Extra memory per vCPU"),
    "z": _("High frequency"),
}
PROCESSORS: dict[str, LazyText] = {
    "a": _("AMD processors"),
    "g": _("AWS Graviton processors (Arm)"),
    "i": _("Intel processors"),
    "": _("No letter: the processor that the series began with"),
}
OPTIONS: dict[str, LazyText] = {
    "b": _("More block storage throughput"),
    "d": _("Local disks (instance store)"),
    "e": _("Extra storage or memory"),
    "f": _("A fraction of a GPU"),
    "h": _("Higher clock"),
    "n": _("More network bandwidth"),
    "q": _("Qualcomm accelerators"),
    "s": _("Smaller than its siblings"),
    "u": _("Ultra: several instances joined"),
    "z": _("High frequency"),
}
UNKNOWN = _("A letter that this rule does not know")
SIZE_FIXED = _("A fixed fraction of a whole host; the next size up has twice the CPU and memory")
SIZE_TIMES = _("A multiple of xlarge, which mostly has four vCPU")
SIZE_METAL = _("The whole host, with no hypervisor")
SIZE_METAL_TIMES = _("A whole host of the size that its number names, with no hypervisor")


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a name: its text, its role ("series", "generation", …) and what it means."""

    text: str
    role: str
    meaning: LazyText


def explain(name: TypeName) -> list[Part]:
    """The parts of a name in reading order, each with its meaning."""
    parts = [Part(name.series, "series", SERIES.get(name.series) or RETIRED.get(name.series, UNKNOWN))]
    if name.generation is not None:
        parts.append(Part(str(name.generation), "generation", _("Generation: higher is newer")))
    parts.append(Part(name.processor, "processor", PROCESSORS[name.processor]))
    parts += [Part(letter, "option", OPTIONS.get(letter, UNKNOWN)) for letter in name.options]
    if name.suffix or name.terabytes:
        parts.append(_suffix(name))
    if name.size:
        parts.append(Part(name.size, "size", _size_meaning(name.size)))
    return parts


def _suffix(name: TypeName) -> Part:
    if name.terabytes:
        return Part(f"{name.terabytes}tb", "suffix", _("Memory in TB"))
    if name.flex:
        return Part("flex", "suffix", _("Full CPU most of the time, at a lower price"))
    return Part(name.suffix, "suffix", _("The processor or accelerator in the host"))


def _size_meaning(size: str) -> LazyText:
    if size == "metal":
        return SIZE_METAL
    if size.startswith("metal"):
        return SIZE_METAL_TIMES
    return SIZE_TIMES if size[0].isdigit() else SIZE_FIXED
