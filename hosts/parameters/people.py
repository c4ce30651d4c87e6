"""Assumptions about the work of administrators."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.parameters import ParameterSpec

OWN_TIME = _("Nobody publishes this for your team. Start from a week you can remember.")

PEOPLE = (
    ParameterSpec(
        key="admin_usd_per_hour",
        label=_("An administrator's hour"),
        unit=_("USD per hour"),
        default=40.0,
        minimum=0.0,
        maximum=500.0,
        step=1.0,
        group="people",
        source=_("Salary with overheads. Put in your own."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="admin_hours_per_server",
        label=_("Admin hours per physical server"),
        unit=_("hours per server and month"),
        default=2.0,
        minimum=0.0,
        maximum=40.0,
        step=0.1,
        group="people",
        source=OWN_TIME,
        source_date="2026-07",
    ),
    ParameterSpec(
        key="admin_hours_per_guest",
        label=_("Admin hours per VM or instance"),
        unit=_("hours per system and month"),
        default=0.5,
        minimum=0.0,
        maximum=40.0,
        step=0.1,
        group="people",
        source=_("Patches and users of the guest OS take the same time on either side."),
        source_date="2026-07",
    ),
    ParameterSpec(
        key="admin_hours_per_container",
        label=_("Admin hours per container or function"),
        unit=_("hours per unit and month"),
        default=0.2,
        minimum=0.0,
        maximum=40.0,
        step=0.1,
        group="people",
        source=_("Less than a VM: there is no operating system of its own to look after."),
        source_date="2026-07",
    ),
)
