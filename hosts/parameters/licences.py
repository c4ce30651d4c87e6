"""Assumptions about licences of hypervisors, operating systems and databases."""

from django.utils.translation import gettext_lazy as _

from hosts.parameters.hypervisors import HYPERVISORS
from hosts.parameters.microsoft import MICROSOFT
from virtlab.labs.parameters import ParameterSpec

LICENCES = (
    *HYPERVISORS,
    *MICROSOFT,
    ParameterSpec(
        key="linux_pair_usd_per_year",
        label=_("Enterprise Linux subscription"),
        unit=_("USD per subscription and year"),
        default=800.0,
        minimum=0.0,
        maximum=10_000.0,
        step=10.0,
        group="licences",
        source=_(
            "A standard subscription covers a server with two CPUs, or two VMs: counted for each two VMs of a host "
            "with Red Hat or SUSE, rounded up. About 800 USD; self-support costs half of it, premium support nearly "
            "twice."
        ),
        source_date="2026-07",
    ),
)
