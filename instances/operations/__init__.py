"""Everything one can do in the cloud, in the order of the menus."""

from instances.operations.addresses import AssociateAddress, ReleaseAddress
from instances.operations.attributes import RenameInstance, SetProtection, SetTags, SetUserData
from instances.operations.change_type import ChangeType, ResizeInstance
from instances.operations.launch import LaunchInstance
from instances.operations.lifecycle import HibernateInstance, RebootInstance, StartInstance, StopInstance
from instances.operations.quota_request import RequestQuota
from instances.operations.right_size import RightSizeInstance
from instances.operations.scene import EndScene, NoCapacity, RegionOutage, ZoneOutage
from instances.operations.templates import CreateLaunchTemplate
from instances.operations.terminate import TerminateInstance
from instances.operations.volumes import ModifyVolume

OPERATIONS = (
    LaunchInstance,
    CreateLaunchTemplate,
    StartInstance,
    StopInstance,
    RebootInstance,
    HibernateInstance,
    ResizeInstance,
    ChangeType,
    RightSizeInstance,
    RenameInstance,
    SetTags,
    SetProtection,
    SetUserData,
    AssociateAddress,
    ReleaseAddress,
    TerminateInstance,
    ModifyVolume,
    RequestQuota,
    ZoneOutage,
    RegionOutage,
    NoCapacity,
    EndScene,
)
