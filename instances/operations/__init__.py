"""Everything one can do in the cloud, in the order of the menus."""

from instances.operations.address.allocate import AllocateAddress, ReleaseAddress
from instances.operations.address.associate import AssociateAddress, DisassociateAddress
from instances.operations.fault.begin import NoCapacity, RegionOutage, ZoneOutage
from instances.operations.fault.end import EndFault
from instances.operations.fault.system_failure import SystemFailure
from instances.operations.instance.attributes import (
    RenameInstance,
    SetAutoRecovery,
    SetProtection,
    SetTags,
    SetUserData,
)
from instances.operations.instance.change_type import ChangeType, ResizeInstance
from instances.operations.instance.credits import SetCreditMode
from instances.operations.instance.power import HibernateInstance, RebootInstance, StartInstance, StopInstance
from instances.operations.instance.right_size import RightSizeInstance
from instances.operations.instance.terminate import TerminateInstance
from instances.operations.launch.launch import LaunchInstance
from instances.operations.launch_template import CreateLaunchTemplate
from instances.operations.placement_group.group import CreatePlacementGroup, DeletePlacementGroup
from instances.operations.placement_group.member import SetPlacementGroup
from instances.operations.quota import RequestQuota
from instances.operations.volume import ModifyVolume

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
    SetCreditMode,
    SetAutoRecovery,
    SetPlacementGroup,
    TerminateInstance,
    SystemFailure,
    ModifyVolume,
    AllocateAddress,
    AssociateAddress,
    DisassociateAddress,
    ReleaseAddress,
    CreatePlacementGroup,
    DeletePlacementGroup,
    RequestQuota,
    ZoneOutage,
    RegionOutage,
    NoCapacity,
    EndFault,
)
