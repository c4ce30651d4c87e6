"""What licences count: which price a hypervisor's cores have, and what Windows Server needs on clusters."""

from dataclasses import dataclass

import numpy as np

from hosts.choices import Hypervisor
from hosts.pricing.unit_prices import Values, windows_price_usd
from virtlab.engine.arrays import F64, Bools, Ints
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
VMS_PER_STANDARD = 2
"""VMs that one Standard licence of all of a host's cores covers; it is stacked for more (Microsoft, Windows Server
licensing, "Standard edition", 2025)."""


def windows_cores(sockets: F64, cores: F64) -> F64:
    """Cores that Windows Server counts: every core, at least 8 a CPU and 16 a server."""
    counted: F64 = np.maximum(cores, np.maximum(8 * sockets, 16))
    return counted


@dataclass(frozen=True, slots=True)
class WindowsNeed:
    """Cores to license by host (H,), 0 in clusters without Windows, with either edition; `cluster` (H,) numbers them.

    Datacenter covers any number of VMs. Standard is licensed once for every two VMs that a host may have to carry.
    """

    cluster: Ints
    datacenter_cores: F64
    standard_cores: F64

    def by_cluster(self) -> tuple[tuple[int, int], ...]:
        """Cores with Datacenter and with Standard of each cluster that has Windows."""
        sums = (np.bincount(self.cluster, cores) for cores in (self.datacenter_cores, self.standard_cores))
        return tuple((int(datacenter), int(standard)) for datacenter, standard in zip(*sums, strict=True) if datacenter)

    def price_usd(self, v: Values) -> F64:
        """What each host's licences are bought for (H,): of its cluster's cheaper edition."""
        if not self.cluster.size:
            return np.zeros(0)
        totals = [
            np.bincount(self.cluster, cores).astype(np.float64)
            for cores in (self.datacenter_cores, self.standard_cores)
        ]
        return np.where(
            takes_standard(totals[0], totals[1], v)[self.cluster],
            windows_price_usd(self.standard_cores, "standard", v),
            windows_price_usd(self.datacenter_cores, "datacenter", v),
        )


def takes_standard(datacenter_cores: F64, standard_cores: F64, v: Values) -> Bools:
    """Clusters (C,) with so many cores to license with either edition that pay no more for Standard."""
    datacenter_usd = windows_price_usd(datacenter_cores, "datacenter", v)
    return np.asarray(windows_price_usd(standard_cores, "standard", v) <= datacenter_usd)


def windows_need(counted_cores: F64, cluster_of_host: Ints, cluster_of_vm: Ints, host_of_vm: Ints) -> WindowsNeed:
    """What the Windows VMs (V,) ask of the hosts (H,), each with its cluster; a VM's host is −1 where it is on none.

    A VM may come to any host of its cluster, so all are licensed: each for the VMs that are on it, or for an even share
    of the cluster's with one host lost, whichever is more.
    """
    clusters = int(max(cluster_of_host.max(initial=-1), cluster_of_vm.max(initial=-1))) + 1
    hosts, vms = (np.bincount(of, minlength=clusters) for of in (cluster_of_host, cluster_of_vm))
    here = np.bincount(host_of_vm[host_of_vm >= 0], minlength=len(cluster_of_host))
    share = np.ceil(vms / np.maximum(hosts - 1, 1))[cluster_of_host]
    stacks = np.ceil(np.maximum(here, share) / VMS_PER_STANDARD)
    licensed = counted_cores * (vms > 0)[cluster_of_host]
    return WindowsNeed(cluster_of_host, licensed, licensed * stacks)


def hypervisor_cores(hypervisor: str, sockets: int, cores: int, least_per_cpu: int) -> int:
    """Cores to license for a hypervisor, 0 where it has no price; VMware counts at least so many a CPU."""
    if hypervisor not in LICENCE_KEYS:
        return 0
    return max(cores, least_per_cpu * sockets if hypervisor == Hypervisor.ESXI.value else 0)
