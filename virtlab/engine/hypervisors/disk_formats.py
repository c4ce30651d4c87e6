"""The file format in which each hypervisor keeps its guests' disks: for another format every disk is converted.

Source: manual pages of virt-v2v and qemu-img (what they convert between), 2026-11. VMware's products share VMDK.
"""

DISK_FORMATS = {
    "esxi": "VMDK",
    "workstation": "VMDK",
    "hyperv": "VHDX",
    "hyperv_2025": "VHDX",
    "kvm": "qcow2",
    "xen": "VHD",
    "virtualbox": "VDI",
    "none": "raw",
}


def converts(now: str, then: str) -> bool:
    """Whether disks have to be converted between two hypervisors."""
    return DISK_FORMATS[now] != DISK_FORMATS[then]
