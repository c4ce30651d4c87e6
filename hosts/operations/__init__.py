"""Everything one can do on the on-prem side, in the order of the menus."""

from hosts.operations.create import CreateVm
from hosts.operations.delete import DeleteVm
from hosts.operations.keep import RenameVm, SetPlacement
from hosts.operations.life import ResumeVm, StartVm, StopVm, SuspendVm
from hosts.operations.move import MoveVm
from hosts.operations.resize import ResizeVm

OPERATIONS = (StartVm, StopVm, SuspendVm, ResumeVm, ResizeVm, MoveVm, RenameVm, SetPlacement, DeleteVm, CreateVm)
