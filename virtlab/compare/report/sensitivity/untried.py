"""What is not tried and could still move the difference, in words: nobody shall take it for tried."""

from django.utils.translation import gettext_lazy as _

from hosts.parameters.hypervisors import VMWARE_KEY
from virtlab.compare.alternatives.shapes import DEPENDS
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.report.sensitivity.levers import NO_MONEY, NOT_TRIED, STANDARDS
from virtlab.compare.report.sensitivity.pair import Pair
from virtlab.labs.choices import OperatingSystem
from virtlab.labs.parameters import SPECS
from virtlab.web.lazy_text import LazyText

ELSEWHERE = (_("Other regions"), _("Hours that instances run"))
"""What is no parameter."""


def untried(pair: Pair) -> list[LazyText]:
    """Names of what is not tried, without choices that nothing on either side goes by."""
    idle = NO_MONEY | _idle(pair)
    return [*ELSEWHERE, *(spec.label for key, spec in SPECS.items() if key in NOT_TRIED - idle)]


def _idle(pair: Pair) -> frozenset[str]:
    """Choices that change nothing here: of sizes no side has, and of software that no VM and no host runs."""
    values, vms = pair.values, pair.book.basis.estate.vms
    sides = [side.shape for side in (pair.left, pair.right)]
    idle = STANDARDS - {key for shape in sides for key in DEPENDS[shape.key]}
    on_prem = [shape.quantities for shape in sides if isinstance(shape.quantities, OnPremQuantities)]
    if not any(q.licensed.get(VMWARE_KEY) for q in on_prem):
        idle |= {"vmware_edition", "vmware_term_years"}
    if not values["vmware_edition"] and not values["vmware_renewal_uplift_pct"]:
        idle |= {"vmware_term_years"}
    if not vms.runs_sql_server.any():
        idle |= {"sql_edition", "sql_server_edition"}
    if not (vms.operating_system == OperatingSystem.WINDOWS_CLIENT.value).any():
        idle |= {"client_own_hardware"}
    return idle
