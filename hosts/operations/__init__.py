"""Everything one can do on the on-prem side, in the order of the menus."""

from hosts.operations.backup.delete import DeleteBackup
from hosts.operations.backup.new_vm import RestoreAsNew
from hosts.operations.backup.restore import RestoreVm
from hosts.operations.backup.take import TakeBackup
from hosts.operations.cluster.hypervisor import ChangeHypervisor
from hosts.operations.cluster.settings import AddCluster, SetCluster
from hosts.operations.datastore import AddDatastore, GrowDatastore
from hosts.operations.guest.attributes import RenameVm, SetHotAdd, SetPlacement, SetVmApart
from hosts.operations.guest.clone import CloneVm
from hosts.operations.guest.create import CreateVm
from hosts.operations.guest.delete import DeleteVm
from hosts.operations.guest.move import MoveVm
from hosts.operations.guest.power import ResumeVm, StartVm, StopVm, SuspendVm
from hosts.operations.guest.resize import ResizeVm
from hosts.operations.guest.restart import DiscardSuspended, PowerOffVm, RestartVm
from hosts.operations.guest.update import UpdateGuest
from hosts.operations.host.add import AddHosts, RemoveHost
from hosts.operations.host.power import FailHost, PowerOffHost, PowerOnHost, RepairHost
from hosts.operations.host.purchase import SetPurchase
from hosts.operations.scene import FailedUpdateScene
from hosts.operations.snapshot.delete import DeleteSnapshot, DeleteSnapshots
from hosts.operations.snapshot.revert import RevertSnapshot
from hosts.operations.snapshot.take import TakeSnapshot
from hosts.operations.template.convert import SaveTemplate, TemplateToVm
from hosts.operations.template.deploy import DeployTemplate
from hosts.operations.template.deploy_copy import DeployCopy

OPERATIONS = (
    StartVm,
    StopVm,
    SuspendVm,
    ResumeVm,
    RestartVm,
    PowerOffVm,
    DiscardSuspended,
    ResizeVm,
    MoveVm,
    TakeSnapshot,
    RevertSnapshot,
    DeleteSnapshot,
    DeleteSnapshots,
    TakeBackup,
    DeleteBackup,
    RestoreVm,
    RestoreAsNew,
    CloneVm,
    SaveTemplate,
    DeployTemplate,
    DeployCopy,
    TemplateToVm,
    UpdateGuest,
    FailedUpdateScene,
    RenameVm,
    SetHotAdd,
    SetPlacement,
    SetVmApart,
    DeleteVm,
    CreateVm,
    PowerOnHost,
    PowerOffHost,
    FailHost,
    RepairHost,
    SetPurchase,
    RemoveHost,
    AddHosts,
    SetCluster,
    ChangeHypervisor,
    AddCluster,
    GrowDatastore,
    AddDatastore,
)
