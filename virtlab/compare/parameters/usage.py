"""Assumptions about how the cloud is used."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.parameters import ParameterSpec

USAGE = (
    ParameterSpec(
        key="hours_per_day",
        label=_("Hours per day in which on-demand instances run"),
        unit=_("hours per day"),
        default=24.0,
        minimum=1.0,
        maximum=24.0,
        step=1.0,
        group="usage",
        source=_("24 means that nothing is switched off at night. Commitments are paid for in any case."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="data_out_gib_per_workload",
        label=_("Data sent out to the Internet"),
        unit=_("GiB per workload and month"),
        default=10.0,
        minimum=0.0,
        maximum=100_000.0,
        step=1.0,
        group="usage",
        source=_("An inventory does not tell it. Counted for workloads without a figure of their own."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="container_node_vcpu",
        label=_("Size of a container node"),
        unit="vCPU",
        default=16.0,
        minimum=2.0,
        maximum=192.0,
        step=2.0,
        multiple_of=2.0,
        group="usage",
        source=_("Large enough to share well, small enough that losing one node hurts little."),
        source_date="2026-07",
    ),
)
