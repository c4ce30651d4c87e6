"""The naming rule of EC2 instance types: `c7gn.2xlarge` is family c7gn (series c, generation 7, processor g, option n)
in size 2xlarge. Pure text in, a `TypeName` out; `instances/naming_words.py` says in words what each part means.
"""

import difflib
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from virtlab.web.lazy_text import LazyText

PROCESSOR_LETTERS = "agi"
SMALL_SIZES = {"nano": 2, "micro": 4, "small": 8, "medium": 16, "large": 32, "xlarge": 64}
"""Size in eighths of a `small`: a quarter, a half, one, two, four and eight times."""
LONGEST_NAME = 40

_HIGH_MEMORY = re.compile(r"(?P<series>u)-(?P<terabytes>\d{1,3})tb(?P<generation>\d{1,2})", re.ASCII)
_FAMILY = re.compile(
    r"(?P<series>[a-z]+?)(?P<generation>\d{1,2})?(?P<letters>(?<=\d)[a-z]*)?(?:-(?P<suffix>[a-z0-9]+))?", re.ASCII
)
_SIZE = re.compile(
    r"(?P<small>nano|micro|small|medium|large)|(?P<times>\d{0,3})xlarge|metal(?:-(?P<metal>\d{1,3})xl)?", re.ASCII
)
_XLARGE_ONCE = re.compile(r"0*[01]xlarge", re.ASCII)
_TERABYTES = re.compile(r"(\d{1,3})tb", re.ASCII)


class BadName(ValueError):
    """A text that is no instance type's name; `part` is "dot", "family" or "size", `reason` says what is wrong."""

    def __init__(self, part: str, reason: LazyText) -> None:
        super().__init__(str(reason))
        self.part = part
        self.reason = reason


@dataclass(frozen=True, slots=True)
class TypeName:
    """A name's parts. `options` are single letters after the processor's; `suffix` is what follows the dash."""

    name: str
    family: str
    size: str
    series: str
    generation: int | None
    processor: str
    options: str
    suffix: str
    terabytes: int | None

    @property
    def metal(self) -> bool:
        """Whether the size is a whole host without a hypervisor."""
        return self.size.startswith("metal")

    @property
    def flex(self) -> bool:
        """Whether the type gives its full CPU only most of the time, at a lower price."""
        return self.suffix == "flex"


def typed(name: str) -> str:
    """A name as it was meant: full-width letters and dots as plain ones, small, without spaces around."""
    return unicodedata.normalize("NFKC", name).replace("。", ".").strip().lower()


def parse(name: str) -> TypeName:
    """The parts of an instance type's name; raises BadName, saying which part is wrong."""
    text = typed(name)
    if len(text) > LONGEST_NAME or text.count(".") != 1:
        raise BadName("dot", _("A name is a family and a size with one dot between them, as in m7i.large."))
    family, size = text.split(".")
    if _XLARGE_ONCE.fullmatch(size):
        raise BadName("size", _("There is no such size: the first of them is xlarge without a number, then 2xlarge."))
    if not _SIZE.fullmatch(size):
        raise BadName("size", _("The part after the dot is a size: nano to xlarge, 2xlarge and so on, or metal."))
    return _parts(text, family, size)


def parse_family(family: str) -> TypeName:
    """The parts of a family's name, with an empty size; raises BadName."""
    return _parts(family, family, "")


def _parts(text: str, family: str, size: str) -> TypeName:
    match = _HIGH_MEMORY.fullmatch(family) or _FAMILY.fullmatch(family)
    groups = match.groupdict() if match else {}
    if not groups or not (groups["generation"] or groups.get("suffix")):
        reason = _("The part before the dot is a family: letters, the generation's digit, then letters for options.")
        raise BadName("family", reason)
    letters = groups.get("letters") or ""
    processor = letters[:1] if letters[:1] and letters[0] in PROCESSOR_LETTERS else ""
    return TypeName(
        name=text,
        family=family,
        size=size,
        series=groups["series"],
        generation=int(groups["generation"]) if groups["generation"] else None,
        processor=processor,
        options=letters[len(processor) :],
        suffix=groups.get("suffix") or "",
        terabytes=_terabytes(groups),
    )


def _terabytes(groups: dict[str, str | None]) -> int | None:
    """The memory that a high-memory family's name states, in TB."""
    if groups.get("terabytes"):
        return int(groups["terabytes"] or 0)
    terabytes = _TERABYTES.fullmatch(groups.get("suffix") or "")
    return int(terabytes[1]) if terabytes else None


def size_units(size: str) -> Fraction | None:
    """A size as a multiple of `small` (nano ¼, xlarge 8, 4xlarge 32), AWS's normalisation factors.

    None for plain `metal`, whose size is its family's largest, and for what is no size.
    """
    match = _SIZE.fullmatch(size)
    if not match:
        return None
    if match["small"]:
        return Fraction(SMALL_SIZES[match["small"]], 8)
    times = match["metal"] or match["times"]
    if size == "metal" or times == "0":
        return None
    return Fraction(8 * int(times or 1))


def nearest(name: str, known: Collection[str], count: int = 3) -> list[str]:
    """Up to `count` names of `known` that look most like `name`, best first."""
    return difflib.get_close_matches(typed(name)[:LONGEST_NAME], known, n=count, cutoff=0.5)
