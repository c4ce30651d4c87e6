"""Within which range each assumption may well lie, and why: what the sensitivity moves it through.

A parameter's own minimum and maximum say what one may put in; these say what would surprise nobody. What is not here is
not moved: choices (how far one looks ahead, how many hosts are spare), list prices that are known, and lines that are
off until somebody puts in a figure.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from virtlab.web.lazy_text import LazyText

QUOTATIONS = _("Quotations differ that much between makers and by volume; yours decides.")
OWN_TEAM = _("Teams differ by a factor of two either way. Yours is what you can count.")
TODAY = _("What the sources of its value give.")
BY_TYPE = _("An assumption: types differ by several points, as those do whose discounts are known.")
PRACTICE = _("What is common practice; not measured.")


DISCOUNT_RANGES: dict[str, tuple[float, float]] = {
    "discount_one_year_pct": (34, 38),
    "discount_family_1_year_partial_pct": (37, 42),
    "discount_family_1_year_all_pct": (38, 43),
    "discount_family_3_year_none_pct": (53, 60),
    "discount_family_3_year_partial_pct": (56, 63),
    "discount_three_year_pct": (60, 68),
    "discount_compute_1_year_none_pct": (22, 32),
    "discount_compute_1_year_partial_pct": (25, 35),
    "discount_compute_1_year_all_pct": (27, 37),
    "discount_compute_3_year_none_pct": (45, 55),
    "discount_compute_3_year_partial_pct": (47, 57),
    "discount_compute_3_year_all_pct": (49, 60),
}
SOURCED = ("discount_one_year_pct", "discount_three_year_pct")


@dataclass(frozen=True, slots=True)
class Likely:
    """From `low` to `high` in the parameter's unit, with the reason."""

    low: float
    high: float
    reason: LazyText


LIKELY: dict[str, Likely] = {
    "percentile": Likely(90, 99.5, _("The thresholds that AWS Compute Optimizer offers: P90, P95 and P99.5 (2026).")),
    "headroom_pct": Likely(0, 30, _("The headroom that AWS Compute Optimizer offers: 0, 20 or 30 % (2026).")),
    "memory_floor_pct": Likely(
        25, 100, _("From what a hypervisor saw in use lately to all of today's: only the guest itself knows.")
    ),
    "cpu_overcommit": Likely(4, 8, _("Books start at 4; measured demand allows more.")),
    "memory_overcommit": Likely(1, 1.25, _("Few estates allocate more than a quarter beyond what is installed.")),
    "unmeasured_vcpu_per_core": Likely(2, 6, PRACTICE),
    "smt_gain": Likely(1.15, 1.3, TODAY),
    "hypervisor_cpu_pct": Likely(0.1, 1.5, TODAY),
    "hypervisor_memory_gib": Likely(2, 16, PRACTICE),
    "guest_os_memory_gib": Likely(0.3, 1, PRACTICE),
    "cpu_gain_pct_per_year": Likely(2, 6, PRACTICE),
    "electricity_usd_per_kwh": Likely(0.1, 0.25, _("Contracts of businesses, from 15 to 37 JPY at 150 JPY per USD.")),
    "pue_onprem": Likely(1.3, 2.0, _("From a well-run room to an old one.")),
    "storage_w_per_tb_onprem": Likely(0.6, 5, _("From hard disks alone to an array with its controllers and fans.")),
    "extra_memory_w_per_gib": Likely(0.05, 0.4, _("From modules of 64 GB to those of 8 GB.")),
    "server_base_usd": Likely(2_000, 6_000, QUOTATIONS),
    "server_usd_per_core": Likely(60, 200, QUOTATIONS),
    "server_usd_per_gib": Likely(15, 40, _("From an old contract to the spot market of 2026.")),
    "gpu_card_usd": Likely(1_000, 8_000, _("From a T4 of second hand to a card that many desktops share, or an L40S.")),
    "existing_age_years": Likely(1, 4, _("Of a lifetime of five years all but its first and last.")),
    "processor_sold_years": Likely(2, 5, PRACTICE),
    "server_lifetime_years": Likely(4, 7, PRACTICE),
    "maintenance_pct": Likely(5, 15, QUOTATIONS),
    "rack_unit_usd_per_month": Likely(12, 48, TODAY),
    "network_port_usd": Likely(80, 400, QUOTATIONS),
    "esxi_usd_per_core_year": Likely(
        120, 350, _("From vSphere Foundation on five years to Cloud Foundation on three; see the source of its value.")
    ),
    "windows_datacenter_usd_per_16_cores": Likely(4_900, 7_500, QUOTATIONS),
    "windows_standard_usd_per_16_cores": Likely(850, 1_300, QUOTATIONS),
    "linux_pair_usd_per_year": Likely(400, 1_450, _("From self-support to premium support.")),
    "storage_usd_per_tb": Likely(300, 2_000, _("From disks to all-flash arrays with their software.")),
    "disk_headroom_pct": Likely(10, 50, PRACTICE),
    "backup_share_pct": Likely(
        60, 200, _("From a copy that is compressed to half, with few changes, to a month of changes of 3 % a day.")
    ),
    "admin_usd_per_hour": Likely(25, 80, _("Countries and grades differ that much.")),
    "admin_hours_per_server": Likely(1, 4, OWN_TEAM),
    "admin_hours_per_guest": Likely(0.25, 1, OWN_TEAM),
    "admin_hours_per_container": Likely(0.1, 0.4, OWN_TEAM),
    "migration_hours_per_system": Likely(4, 24, _("From a copy with a test to an application that must be looked at.")),
    "upgrade_hours_per_system": Likely(
        2, 24, _("From an upgrade in place, by one version after the other, to a new installation of what it runs.")
    ),
    "dual_running_months": Likely(1, 6, PRACTICE),
    "data_out_gib_per_workload": Likely(1, 50, _("An inventory does not tell it.")),
    **{key: Likely(low, high, TODAY if key in SOURCED else BY_TYPE) for key, (low, high) in DISCOUNT_RANGES.items()},
    "coverage_pct": Likely(70, 100, _("Few commit to everything: 70 to 90 % is the field's practice.")),
    "spot_discount_pct": Likely(40, 80, _("It differs by type, zone and month.")),
    "pue_cloud": Likely(1.1, 1.2, PRACTICE),
    "usd_jpy": Likely(
        130,
        170,
        _(
            "Of the usual order of the last years. Drawn, it moves the USD of electricity, rack space and work, which "
            "keep their price in JPY; all else is priced in USD."
        ),
    ),
}
"""By key of a parameter."""
SAME = {
    "extra_memory_w_per_gib": "memory_w_per_gib_cloud",
    "storage_w_per_tb_onprem": "storage_w_per_tb_cloud",
}
"""Parameters that model the same thing on the other side: one assumption, which moves both by the same factor."""
