"""Assumptions about money and time."""

from django.utils.translation import gettext_lazy as _

from instances.parameters.limits import USD_JPY
from virtlab.labs.parameters import NO_YES, ParameterSpec

MONEY = (
    USD_JPY,
    ParameterSpec(
        key="horizon_months",
        label=_("Months to look ahead"),
        unit=_("months"),
        default=60.0,
        minimum=12.0,
        maximum=120.0,
        step=12.0,
        multiple_of=1.0,
        group="money",
        source=_("One lifetime of the servers."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="discount_pct",
        label=_("Discount rate"),
        unit=_("% a year"),
        default=0.0,
        minimum=0.0,
        maximum=30.0,
        step=0.5,
        group="money",
        source=_("0 adds up amounts as they are paid. Finance departments know theirs: the cost of capital."),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="growth_pct_per_year",
        label=_("Growth of the workloads"),
        unit=_("% a year"),
        default=0.0,
        minimum=0.0,
        maximum=100.0,
        step=1.0,
        group="money",
        source=_(
            "Off: nobody knows yours. More of the same workloads: hosts and storage are bought when today's are full, "
            "and the cloud's bill grows, both within the months ahead."
        ),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="growth_keeps_failover",
        label=_("Hosts as they are keep the room of a failure as they fill up"),
        unit="",
        default=1.0,
        minimum=0.0,
        maximum=1.0,
        step=1.0,
        group="money",
        source=_(
            "A cluster that survives the loss of its largest host today buys the next one while it still does, as "
            "packed alternatives keep their spare hosts. Without it hosts are filled to the last one, as the runway "
            "counts. A cluster that does not survive it today is filled to the last one in any case."
        ),
        source_date="2026-11",
        options=NO_YES,
    ),
    ParameterSpec(
        key="migration_hours_per_system",
        label=_("Work to move one system to the cloud"),
        unit=_("hours per system"),
        default=8.0,
        minimum=0.0,
        maximum=200.0,
        step=1.0,
        group="money",
        source=_("Preparing, replicating, testing and cutting over. Nobody publishes yours: start from a pilot."),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="upgrade_hours_per_system",
        label=_("Work to upgrade one old system for the cloud"),
        unit=_("hours per system"),
        default=4.0,
        minimum=0.0,
        maximum=200.0,
        step=1.0,
        group="money",
        source=_(
            "The upgrade alone, an assumption; test and cutover are in the work to move. Counted where the type is "
            "priced for after it: support has ended and no updates are sold, or Windows before 2016. Not where the "
            "type is one that starts the old system as it is (no drivers for Nitro, 32 bits), and not for what is left "
            "out. Hosts of one's own run them as they are. Nobody publishes yours: start from a pilot."
        ),
        source_date="2026-12",
    ),
    ParameterSpec(
        key="dual_running_months",
        label=_("Months in which today's hosts still run beside what follows them"),
        unit=_("months"),
        default=2.0,
        minimum=0.0,
        maximum=36.0,
        step=0.5,
        group="money",
        source=_(
            "A move comes in waves, and the hosts run until the last VM has left. What follows them, cloud or new "
            "hosts, is paid in all months ahead; for these the hosts go on costing licences, maintenance, power, "
            "space and administration."
        ),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="training_usd",
        label=_("Training for the cloud"),
        unit="USD",
        default=0.0,
        minimum=0.0,
        maximum=10_000_000.0,
        step=1_000.0,
        group="money",
        source=_("Off until you put in your own."),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="decommissioning_usd",
        label=_("Taking out what was there"),
        unit="USD",
        default=0.0,
        minimum=0.0,
        maximum=10_000_000.0,
        step=1_000.0,
        group="money",
        source=_("Erasing, removing, ending contracts. Off until you put in your own."),
        source_date="2026-11",
    ),
    ParameterSpec(
        key="count_write_off",
        label=_("What is written off of hardware that is given up counts"),
        unit="",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        step=1.0,
        group="money",
        source=_(
            "No money is paid for it: what is in the books is spent. Its loss is in the accounts of the year in which "
            "hardware is given up."
        ),
        source_date="2026-11",
        options=NO_YES,
    ),
    ParameterSpec(
        key="tax_pct",
        label=_("Consumption tax or VAT on what is bought"),
        unit="%",
        default=0.0,
        minimum=0.0,
        maximum=30.0,
        step=0.5,
        group="money",
        source=_("0 where it is deducted as input tax. 10 % in Japan since October 2019."),
        source_date="2019-10",
    ),
)
