"""What the on-prem operations are called in vSphere, Hyper-V and KVM.

Looked up on 2026-11-28: the vSphere API's methods and faults as of pyVmomi 9.1, PowerCLI's VMware.VimAutomation.Core,
Microsoft's reference of the modules Hyper-V and FailoverClusters, the manuals of virsh 9, virt-install, virt-clone and
qemu-img. What none of them confirmed is left out. Names such as db-01 and esx-02 are examples.
"""

from hosts.operations.real_world.backups import BACKUPS
from hosts.operations.real_world.copies import COPIES
from hosts.operations.real_world.infrastructure import INFRASTRUCTURE
from hosts.operations.real_world.snapshots import SNAPSHOTS
from hosts.operations.real_world.vms import VMS

REAL_WORLD = {**VMS, **SNAPSHOTS, **BACKUPS, **COPIES, **INFRASTRUCTURE}
