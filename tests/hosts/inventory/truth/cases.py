"""Small files, each of which stands for a kind of fault that inventories have."""

from pathlib import Path

from hosts.inventory.reading import Reading, read_file
from hosts.inventory.rows import VmRow

FOLDER = Path(__file__).parents[3] / "data" / "inventories"


def reading_of(name: str) -> Reading:
    """What comes of one of them."""
    return read_file(FOLDER / name, name)


def vms_of(name: str) -> dict[str, VmRow]:
    """Its VMs by name."""
    return {vm.name: vm for vm in reading_of(name).inventory.vms}
