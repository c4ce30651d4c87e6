"""Everything one can do in the cloud, in the order of the menus."""

from instances.operations.launch import LaunchInstance
from instances.operations.lifecycle import HibernateInstance, RebootInstance, StartInstance, StopInstance
from instances.operations.quota_request import RequestQuota
from instances.operations.scene import EndScene, NoCapacity, RegionOutage, ZoneOutage

OPERATIONS = (
    LaunchInstance,
    StartInstance,
    StopInstance,
    RebootInstance,
    HibernateInstance,
    RequestQuota,
    ZoneOutage,
    RegionOutage,
    NoCapacity,
    EndScene,
)
