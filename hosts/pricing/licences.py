"""What licences count: which price a hypervisor's cores have, and the cores that Windows Server counts."""

import numpy as np

from hosts.choices import Hypervisor
from virtlab.engine.arrays import F64
from virtlab.labs.choices import OperatingSystem

LICENCE_KEYS = {
    Hypervisor.ESXI.value: "esxi_usd_per_core_year",
    Hypervisor.HYPERV.value: "hyperv_usd_per_core_year",
    Hypervisor.HYPERV_2025.value: "hyperv_usd_per_core_year",
    Hypervisor.KVM.value: "kvm_usd_per_core_year",
    Hypervisor.XEN.value: "kvm_usd_per_core_year",
    Hypervisor.VIRTUALBOX.value: "desktop_usd_per_core_year",
    Hypervisor.WORKSTATION.value: "desktop_usd_per_core_year",
}
SUBSCRIPTION_KEY = "linux_subscription_usd_per_year"
SUBSCRIBED = (OperatingSystem.RHEL.value, OperatingSystem.SUSE.value)


def windows_cores(sockets: F64, cores: F64) -> F64:
    """Cores that Windows Server counts: every core, at least 8 a CPU and 16 a server."""
    counted: F64 = np.maximum(cores, np.maximum(8 * sockets, 16))
    return counted


def hypervisor_cores(hypervisor: str, sockets: int, cores: int, least_per_cpu: int) -> int:
    """Cores to license for a hypervisor, 0 where it has no price; VMware counts at least so many a CPU."""
    if hypervisor not in LICENCE_KEYS:
        return 0
    return max(cores, least_per_cpu * sockets if hypervisor == Hypervisor.ESXI.value else 0)
