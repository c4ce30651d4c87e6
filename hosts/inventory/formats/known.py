"""The kinds of table that are told by their columns, the more particular first."""

from functools import cache

from hosts.inventory.files.tables import head_word, without_unit
from hosts.inventory.formats.aws import EC2_RECOMMENDATIONS, MIGRATION_EVALUATOR, MIGRATION_HUB
from hosts.inventory.formats.flat_fields import AZURE, OWN, FlatFormat
from hosts.inventory.formats.google import VM_INFO
from hosts.inventory.formats.hypervisor_exports import HYPER_V, NUTANIX, PROXMOX
from hosts.inventory.formats.rvtools_fields import FIELDS

FLAT_FORMATS: tuple[FlatFormat, ...] = (
    *(PROXMOX, NUTANIX, HYPER_V, VM_INFO),
    *(EC2_RECOMMENDATIONS, MIGRATION_EVALUATOR, MIGRATION_HUB),
    *(AZURE, OWN),
)
MATCHED = "matched"
SEVERAL = "several"


def known_columns(header: tuple[str, ...]) -> int:
    """How many columns of a header a format has a field for."""
    words = {head_word(head) for head in header} - {""}
    return len({without_unit(word)[0] for word in words} & vocabulary())


@cache
def vocabulary() -> frozenset[str]:
    """How columns are spelt that a format has a field for."""
    fields = [*FIELDS.values(), *(shape.fields for shape in FLAT_FORMATS)]
    spellings = (spelling for each in fields for several in each.values() for spelling in several)
    return frozenset(without_unit(spelling)[0] for spelling in spellings)
