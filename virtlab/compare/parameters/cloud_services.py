"""Assumptions about what instances need beside themselves in a cloud: its network, storage and monitoring."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import ParameterSpec
from virtlab.web.lazy_text import LazyText

NETWORK, STORAGE = "cloud_network", "cloud_storage"
OFF = _("Off until you put in your own: an inventory does not tell it.")
GIB_A_MONTH = _("GiB per month")


def _amount(key: str, label: LazyText, unit: LazyText, group: str, more: Mapping[str, float]) -> ParameterSpec:
    """How much of something; nothing by default."""
    return ParameterSpec(
        key=key,
        label=label,
        unit=unit,
        default=more.get("default", 0.0),
        minimum=more.get("least", 0.0),
        maximum=more["most"],
        step=more.get("step", 1.0),
        group=group,
        source=OFF,
        source_date="2026-11",
    )


def _price(key: str, label: LazyText, unit: LazyText, usd: float, source: tuple[LazyText, str]) -> ParameterSpec:
    return ParameterSpec(
        key=key,
        label=label,
        unit=unit,
        default=usd,
        minimum=0.0,
        maximum=100.0,
        step=0.001,
        group=NETWORK,
        source=source[0],
        source_date=source[1],
        kind=FigureKind.ESTIMATE,
    )


MANY, TRAFFIC = {"most": 10_000.0}, {"most": 100_000_000.0}
HOUR = _("USD per hour")
HORIZONS = _("cloud-horizons.com, “ALB: the line item nobody watches”: us-east-1; Tokyo asks the same.")
C3X = _("c3x.dev, aws_dx_connection: 1 Gbps 0.30, 10 Gbps 2.25, 100 Gbps 22.50; data out 0.02 to 0.04 by region.")
VPN = _("AWS, Site-to-Site VPN pricing: 0.05 in most regions; Tokyo 0.048 (price list, 2026-09, APN1-VPN-Usage-Hours).")
LOGS = _("Amazon CloudWatch pricing: Tokyo 0.76 (awsi.click, 2026); us-east-1 0.50 (c3x.dev, June 2026).")
CLOUD_NETWORK = (
    _amount("nat_gateways", _("NAT gateways"), _("gateways"), NETWORK, MANY),
    _amount("nat_gb", _("Data through NAT gateways"), GIB_A_MONTH, NETWORK, TRAFFIC),
    _amount("load_balancers", _("Load balancers"), _("load balancers"), NETWORK, MANY),
    _amount("load_balancer_units", _("Capacity units of load balancers, on average"), "LCU", NETWORK, MANY),
    _price("lcu_usd_per_hour", _("Load balancer capacity unit"), HOUR, 0.008, (HORIZONS, "2026-05-08")),
    _amount("public_ipv4", _("Public IPv4 addresses"), _("addresses"), NETWORK, MANY),
    _amount("inter_zone_gb", _("Data between zones, both ways counted"), GIB_A_MONTH, NETWORK, TRAFFIC),
    _amount("vpn_connections", _("Site-to-site VPN connections"), _("connections"), NETWORK, MANY),
    _price("vpn_usd_per_hour", _("Site-to-site VPN connection"), HOUR, 0.048, (VPN, "2026-09")),
    _amount("direct_connect_ports", _("Direct Connect ports"), _("ports"), NETWORK, MANY),
    _price("direct_connect_usd_per_hour", _("Direct Connect port of 1 Gbps"), HOUR, 0.30, (C3X, "2026")),
    _amount("direct_connect_gb", _("Data out by Direct Connect"), GIB_A_MONTH, NETWORK, TRAFFIC),
    _price("direct_connect_usd_per_gb", _("Data out by Direct Connect"), _("USD per GiB"), 0.04, (C3X, "2026")),
    _amount("logs_gb", _("Logs taken in"), GIB_A_MONTH, NETWORK, TRAFFIC),
    _price("logs_usd_per_gb", _("Logs taken in (CloudWatch)"), _("USD per GiB"), 0.76, (LOGS, "2026")),
    _amount(
        "monitoring_usd_per_instance",
        _("Monitoring in the cloud"),
        _("USD per instance and month"),
        NETWORK,
        {"most": 1_000.0, "step": 0.1},
    ),
)
INCLUDED = _("What every gp3 volume includes; more is charged for each volume.")
CLOUD_STORAGE = (
    ParameterSpec(
        key="snapshots",
        label=_("What snapshots hold"),
        unit="",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        step=1.0,
        group=STORAGE,
        source=_(
            "The first EBS snapshot is a full one of the blocks written, not of the volume's size; each later one has "
            "the blocks changed since, and only these are charged for (Amazon EBS User Guide, "
            "docs.aws.amazon.com/ebs/latest/userguide/how_snapshots_work.html; AWS re:Post, "
            "repost.aws/knowledge-center/ebs-snapshot-billing; both as read in December 2026). The share is that of "
            "backups on-prem, so that both sides keep as much."
        ),
        source_date="2026-12",
        options=(
            (0.0, _("the share of backups")),
            (1.0, _("a full copy and each day's changes")),
        ),
    ),
    replace(
        _amount(
            "snapshot_change_pct",
            _("Changed between daily snapshots"),
            _("% of disk in use per day"),
            STORAGE,
            {"most": 100.0, "step": 0.5, "default": 2.0},
        ),
        source=_("Field's practice: 1 to 5 % a day. Counts where snapshots hold a full copy and changes."),
    ),
    replace(
        _amount("snapshot_days", _("Daily snapshots kept"), _("days"), STORAGE, {"most": 3_650.0, "default": 14.0}),
        source=_("Two weeks. Counts where snapshots hold a full copy and changes."),
    ),
    _amount("st1_share_pct", _("Volumes on throughput hard disks (st1)"), "%", STORAGE, {"most": 50.0}),
    _amount("sc1_share_pct", _("Volumes on cold hard disks (sc1)"), "%", STORAGE, {"most": 50.0}),
    replace(
        _amount(
            "gp3_iops_per_volume",
            _("IOPS of each gp3 volume"),
            "IOPS",
            STORAGE,
            {"most": 80_000.0, "step": 100.0, "default": 3_000.0},
        ),
        source=INCLUDED,
    ),
    replace(
        _amount(
            "gp3_mib_per_s_per_volume",
            _("Throughput of each gp3 volume"),
            "MiB/s",
            STORAGE,
            {"most": 2_000.0, "step": 25.0, "default": 125.0},
        ),
        source=INCLUDED,
    ),
)
GROUPS: dict[str, LazyText] = {STORAGE: _("Storage of the cloud"), NETWORK: _("Network and monitoring of the cloud")}
