"""Everything one can do on the on-prem side, in the order of the menus."""

from hosts.operations.clone import CloneVm
from hosts.operations.clusters import AddCluster, SetCluster
from hosts.operations.create import CreateVm
from hosts.operations.datastores import AddDatastore, GrowDatastore
from hosts.operations.delete import DeleteVm
from hosts.operations.deploy import DeployTemplate
from hosts.operations.deploy_copy import DeployCopy
from hosts.operations.host_add import AddHosts, RemoveHost
from hosts.operations.host_power import FailHost, PowerOffHost, PowerOnHost, RepairHost
from hosts.operations.hypervisor_change import ChangeHypervisor
from hosts.operations.keep import RenameVm, SetPlacement
from hosts.operations.life import ResumeVm, StartVm, StopVm, SuspendVm
from hosts.operations.move import MoveVm
from hosts.operations.resize import ResizeVm
from hosts.operations.snapshot_delete import DeleteSnapshot, DeleteSnapshots
from hosts.operations.snapshot_revert import RevertSnapshot
from hosts.operations.snapshot_take import TakeSnapshot
from hosts.operations.template import SaveTemplate, TemplateToVm
from hosts.operations.update import FailedUpdateScene, UpdateGuest

OPERATIONS = (
    StartVm, StopVm, SuspendVm, ResumeVm, ResizeVm, MoveVm, TakeSnapshot, RevertSnapshot, DeleteSnapshot,
    DeleteSnapshots, CloneVm, SaveTemplate, DeployTemplate, DeployCopy, TemplateToVm, UpdateGuest, FailedUpdateScene,
    RenameVm, SetPlacement, DeleteVm, CreateVm, PowerOnHost, PowerOffHost, FailHost, RepairHost, RemoveHost, AddHosts,
    SetCluster, ChangeHypervisor, AddCluster, GrowDatastore, AddDatastore,
)  # fmt: skip
