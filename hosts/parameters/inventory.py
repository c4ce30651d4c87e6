"""The demand assumed for VMs of which nobody measured any."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec

BITBRAINS = _("Bitbrains GWA-T-12 “rnd”, 500 VMs of one provider (Shen, van Beek, Iosup, CCGrid 2015).")

SPECS = (
    ParameterSpec(
        key="assumed_cpu_mean_pct",
        label=_("Mean CPU use of VMs without a measurement"),
        unit="%",
        default=12.8,
        minimum=0.1,
        maximum=100.0,
        step=0.1,
        group="capacity",
        source=BITBRAINS,
        source_date="2013-08",
        kind=FigureKind.ESTIMATE,
    ),
    ParameterSpec(
        key="synthetic_swing_pct",
        label=_("Daily wave of demand of which only a mean is known"),
        unit=_("% of the mean"),
        default=40.0,
        minimum=0.0,
        maximum=100.0,
        step=5.0,
        group="capacity",
        source=_("Interactive work is busiest in the early afternoon. Put in what your own traces show."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="synthetic_noise_pct",
        label=_("Noise of demand of which only a mean is known"),
        unit=_("% of the mean"),
        default=25.0,
        minimum=0.0,
        maximum=100.0,
        step=5.0,
        group="capacity",
        source=_("It lingers for half an hour. Put in what your own traces show."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="assumed_memory_mean_pct",
        label=_("Mean memory use of VMs without a measurement"),
        unit="%",
        default=5.9,
        minimum=0.1,
        maximum=100.0,
        step=0.1,
        group="capacity",
        source=BITBRAINS,
        source_date="2013-08",
        kind=FigureKind.ESTIMATE,
    ),
)
