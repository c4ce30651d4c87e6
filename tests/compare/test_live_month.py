"""The month of VM pages (`hosts.live.cost`) and the bill of the comparison (`compare.bills.onprem`) are one where
both count the same: in an estate without storage in which everything runs, all lines but electricity.

Machine pages charge datastores as they were bought, the comparison what was allocated of them; the first count what is
installed, the second the work that runs, since that alone would move; the first draw watts at the mean of the demand,
the second replays the trace with the hypervisor's share (docs/decisions.md, "On-prem").
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hosts.live.cost import costs
from hosts.live.facts import facts_of
from hosts.live.load import load_inputs
from hosts.models import ServerModel
from hosts.pricing.licences import LICENCE_KEYS
from tests.compare.conftest import report_of
from virtlab.compare.bills.onprem import OnPremQuantities, bill
from virtlab.labs.models import Lab
from virtlab.labs.parameters import SPECS, lab_values

LINES = {
    "server": ("servers", "priced_servers"),
    "network": ("network",),
    "maintenance": ("maintenance",),
    "rack": ("rack",),
    "licence": tuple(f"hypervisor_{key}" for key in sorted(set(LICENCE_KEYS.values()))),
    "windows": ("windows_datacenter",),
    "host_administration": ("admin_servers",),
    "vm_administration": ("admin_guests",),
    "linux": ("linux",),
    "storage": ("storage",),
    "backup": ("backup",),
}
"""Line of VM pages → lines of the bill."""
PRICES = (
    *("server_price_usd", "server_lifetime_years", "maintenance_pct", "network_ports_per_server", "network_port_usd"),
    *("rack_unit_usd_per_month", "windows_datacenter_usd_per_16_cores", "linux_subscription_usd_per_year"),
    *("admin_hours_per_server", "admin_hours_per_guest", "admin_usd_per_hour", "storage_usd_per_tb"),
    *sorted(set(LICENCE_KEYS.values())),
)
assumed = st.fixed_dictionaries({key: st.floats(SPECS[key].minimum, SPECS[key].maximum) for key in PRICES})


@pytest.fixture
def without_storage(lab: Lab) -> Lab:
    """The small estate, Linux and Windows on VMware, all running, without disks; on servers of a model with a price of
    its own.
    """
    lab.virtual_machines.update(disk_gib=0.0, disk_used_gib=0.0, power_state="running")
    lab.datastores.all().delete()
    ServerModel.objects.filter(hosts__lab=lab).update(price_usd=13_579)
    return lab


def live_usd(lab: Lab, values: dict[str, float]) -> tuple[dict[str, float], int]:
    """USD of each line of VM pages, and of how many rounded amounts a line is the sum at most."""
    facts = facts_of(lab)
    month = costs(facts, load_inputs(facts, values), np.zeros(len(facts.guests)), values)
    lines = month.host_lines | month.own_lines
    return {key: int(cents.sum()) / 100 for key, cents in lines.items()}, len(facts.hosts) + len(facts.guests)


def check_equal(lab: Lab, quantities: OnPremQuantities, values: dict[str, float]) -> None:
    """Each line to the cents lost by rounding each host's and guest's part of it."""
    live, parts = live_usd(lab, values)
    billed = {item.key: float(item.amount) for item in bill(quantities, 0.0, values)}
    assert set(billed) <= {key for keys in LINES.values() for key in keys}
    for line, keys in LINES.items():
        assert live[line] == pytest.approx(sum(billed.get(key, 0.0) for key in keys), abs=0.005 * (parts + 1)), line


def test_it_bills_what_machine_pages_say(without_storage: Lab) -> None:
    quantities = report_of(without_storage).by_key["as_is"].shape.quantities
    assert isinstance(quantities, OnPremQuantities)
    assert min(quantities.priced_servers, quantities.windows_datacenter_cores, quantities.linux_subscriptions) > 0
    assert quantities.storage_tb == quantities.backup_tb == 0
    check_equal(without_storage, quantities, lab_values(without_storage))


@pytest.mark.parametrize("price_usd", [None, 13_579])
def test_it_bills_what_machine_pages_say_whatever_a_lab_assumes(without_storage: Lab, price_usd: int | None) -> None:
    ServerModel.objects.update(price_usd=price_usd)
    quantities, own = report_of(without_storage).by_key["as_is"].shape.quantities, lab_values(without_storage)
    assert isinstance(quantities, OnPremQuantities)

    @given(assumed)
    @settings(max_examples=40, deadline=None)
    def check(changes: dict[str, float]) -> None:
        check_equal(without_storage, quantities, own | changes)

    check()
