"""The kinds of table that are told by their columns, the more particular first."""

from hosts.inventory.formats.aws import EC2_RECOMMENDATIONS, MIGRATION_EVALUATOR, MIGRATION_HUB
from hosts.inventory.formats.flat_fields import AZURE, OWN, FlatFormat
from hosts.inventory.formats.google import VM_INFO
from hosts.inventory.formats.hypervisor_exports import HYPER_V, NUTANIX, PROXMOX

FLAT_FORMATS: tuple[FlatFormat, ...] = (
    *(PROXMOX, NUTANIX, HYPER_V, VM_INFO),
    *(EC2_RECOMMENDATIONS, MIGRATION_EVALUATOR, MIGRATION_HUB),
    *(AZURE, OWN),
)
MATCHED = "matched"
SEVERAL = "several"
