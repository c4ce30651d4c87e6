"""Everything one can do on the on-prem side, in the order of the menus."""

from hosts.operations.move import MoveVm
from hosts.operations.resize import ResizeVm

OPERATIONS = (ResizeVm, MoveVm)
