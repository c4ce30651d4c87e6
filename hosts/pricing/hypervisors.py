"""What hypervisors are licensed by: a licence is a metric, a price a year, and how few units its maker counts."""

from collections.abc import Iterable
from dataclasses import dataclass

from hosts.choices import Hypervisor, LicenceMetric
from hosts.parameters.hypervisors import VMWARE_KEY, VMWARE_USD_PER_CORE_YEAR
from hosts.parameters.microsoft import HYPERV_HOSTS_KEY
from hosts.pricing.unit_prices import Values


@dataclass(frozen=True, slots=True)
class Charge:
    """Units of one metric at the price that a parameter holds; the parameters of the fewest units that count, by CPU
    and by order, where there are any.
    """

    metric: LicenceMetric
    price_key: str
    least_per_cpu: str = ""
    least_per_order: str = ""

    def units(self, hosts: Iterable[tuple[int, int]], vms: int, v: Values) -> int:
        """Units of hosts, each with its CPUs and cores, that so many VMs are installed on."""
        if self.metric == LicenceMetric.VM:
            return vms
        return sum(self.units_of_host(sockets, cores, v) for sockets, cores in hosts)

    def units_of_host(self, sockets: int, cores: int, v: Values) -> int:
        """Units of one host; none where VMs are counted."""
        least = int(v[self.least_per_cpu]) * sockets if self.least_per_cpu else 0
        counted = {LicenceMetric.CORE: max(cores, least), LicenceMetric.SOCKET: sockets, LicenceMetric.HOST: 1}
        return counted.get(self.metric, 0)

    def not_there(self, units: int, v: Values) -> int:
        """Units that an order has beyond those that there are, to be as large as its maker asks for."""
        return max(0, int(v[self.least_per_order]) - units) if self.least_per_order and units else 0

    def price_usd(self, v: Values) -> float:
        """USD for a unit and year: of VMware's edition where one is chosen, else the parameter's."""
        edition = VMWARE_USD_PER_CORE_YEAR.get(int(v["vmware_edition"])) if self.price_key == VMWARE_KEY else None
        return edition[int(v["vmware_term_years"])] if edition else v[self.price_key]


def _by_every_metric(family: str) -> tuple[Charge, ...]:
    return tuple(Charge(metric, f"{family}_usd_per_{metric.value}_year") for metric in LicenceMetric)


_VMWARE = (Charge(LicenceMetric.CORE, VMWARE_KEY, "licence_min_cores_per_cpu", "vmware_min_cores_per_order"),)
_DESKTOP = (Charge(LicenceMetric.CORE, "desktop_usd_per_core_year"),)
CHARGES: dict[str, tuple[Charge, ...]] = {
    Hypervisor.ESXI.value: _VMWARE,
    Hypervisor.HYPERV.value: _by_every_metric("hyperv"),
    Hypervisor.HYPERV_2025.value: _by_every_metric("hyperv"),
    Hypervisor.KVM.value: _by_every_metric("kvm"),
    Hypervisor.XEN.value: _by_every_metric("kvm"),
    Hypervisor.VIRTUALBOX.value: _DESKTOP,
    Hypervisor.WORKSTATION.value: _DESKTOP,
}
"""What each hypervisor's subscription may charge by; what has no price costs nothing."""
CHARGE_OF = {charge.price_key: charge for charges in CHARGES.values() for charge in charges}


def is_windows_server(hypervisor: str, v: Values) -> bool:
    """Whether a host with that hypervisor runs a Windows Server itself that has to be licensed: Hyper-V is a part of
    it.
    """
    return bool(v[HYPERV_HOSTS_KEY]) and hypervisor in (Hypervisor.HYPERV, Hypervisor.HYPERV_2025)


def host_usd_per_year(hypervisor: str, sockets: int, cores: int, v: Values) -> float:
    """What a host's own units cost a year."""
    charges = CHARGES.get(hypervisor, ())
    return sum(charge.units_of_host(sockets, cores, v) * charge.price_usd(v) for charge in charges)


def vm_usd_per_year(hypervisor: str, v: Values) -> float:
    """What a VM costs a year where its hypervisor is licensed by VMs."""
    charges = (charge for charge in CHARGES.get(hypervisor, ()) if charge.metric == LicenceMetric.VM)
    return sum(charge.price_usd(v) for charge in charges)
