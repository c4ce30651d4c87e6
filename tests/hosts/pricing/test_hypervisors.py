"""What a hypervisor's licence counts, and at which price."""

import pytest

from hosts.choices import LicenceMetric
from hosts.parameters import SPECS
from hosts.parameters.hypervisors import VMWARE_KEY
from hosts.pricing.hypervisors import CHARGE_OF, CHARGES, host_usd_per_year, vm_usd_per_year

DEFAULTS = {spec.key: spec.default for spec in SPECS}
HOSTS = [(2, 16), (2, 64)]


def test_it_counts_at_least_sixteen_cores_a_cpu_of_vmware() -> None:
    assert CHARGE_OF[VMWARE_KEY].units(HOSTS, 40, DEFAULTS) == 32 + 64


@pytest.mark.parametrize(("metric", "units"), [("core", 80), ("socket", 4), ("host", 2), ("vm", 40)])
def test_it_counts_what_a_maker_counts(metric: str, units: int) -> None:
    charge = CHARGE_OF[f"kvm_usd_per_{metric}_year"]
    assert charge.metric == LicenceMetric(metric)
    assert charge.units(HOSTS, 40, DEFAULTS) == units


def test_it_has_a_parameter_for_every_price() -> None:
    assert set(CHARGE_OF) <= set(DEFAULTS)
    assert sum(DEFAULTS[key] for key in CHARGE_OF) == 135, "all but VMware are off"


@pytest.mark.parametrize(
    ("edition", "term", "usd"),
    [(0, 3, 135), (1, 1, 150), (1, 3, 135), (1, 5, 120), (2, 1, 395), (2, 3, 350), (2, 5, 315)],
)
def test_it_takes_the_price_of_an_edition_and_its_term(edition: int, term: int, usd: float) -> None:
    values = {**DEFAULTS, "vmware_edition": edition, "vmware_term_years": term}
    assert CHARGE_OF[VMWARE_KEY].price_usd(values) == usd
    assert host_usd_per_year("esxi", 2, 16, values) == 32 * usd


def test_it_orders_at_least_as_many_cores_as_asked_for_but_none_where_there_are_none() -> None:
    values = {**DEFAULTS, "vmware_min_cores_per_order": 72.0}
    charge = CHARGE_OF[VMWARE_KEY]
    assert [charge.not_there(units, values) for units in (0, 32, 72, 96)] == [0, 40, 0, 0]
    assert charge.not_there(32, DEFAULTS) == 40, "of a default order"
    assert charge.not_there(32, {**DEFAULTS, "vmware_min_cores_per_order": 0.0}) == 0, "where an order has no least"


def test_it_charges_hosts_and_vms_apart() -> None:
    values = {**DEFAULTS, "kvm_usd_per_socket_year": 400.0, "kvm_usd_per_host_year": 50.0, "kvm_usd_per_vm_year": 7.0}
    assert host_usd_per_year("kvm", 2, 64, values) == 850
    assert vm_usd_per_year("kvm", values) == 7
    assert host_usd_per_year("none", 2, 64, values) == vm_usd_per_year("none", values) == 0
    assert set(CHARGES) >= {"esxi", "kvm", "xen", "hyperv", "hyperv_2025"}
