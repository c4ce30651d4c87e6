"""What a cloud's volumes and their snapshots cost."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from virtlab.compare.bills.cloud.network import GIB
from virtlab.compare.bills.cloud.quantities import CloudQuantities
from virtlab.compare.bills.cloud.service_lines import Prices, priced
from virtlab.compare.bills.items import Item, in_use

Values = Mapping[str, float]
COLD = (("st1_share_pct", "ebs-st1-gb-month"), ("sc1_share_pct", "ebs-sc1-gb-month"))
CHANGES = ("snapshot_change_pct", "snapshot_days")
IN_USE_GIB = _("%(amount)s GiB in use with room to grow × %(price)s")
COLD_NAMES = {"st1_share_pct": _("Volumes (EBS st1)"), "sc1_share_pct": _("Volumes (EBS sc1)")}


def storage(q: CloudQuantities, prices: Prices, v: Values) -> list[Item]:
    """The lines: gp3 holds what is not on hard disks."""
    cold = {key: round(q.volume_gib * v[key] / 100, 3) for key, _item in COLD}
    warm_gib = round(max(0.0, q.volume_gib - sum(cold.values())), 3)
    room = ("disk_headroom_pct",) if q.sized_by_use else ()
    shares = (*room, *(key for key, gib in cold.items() if gib))
    formula = IN_USE_GIB if q.sized_by_use else GIB
    kept = (in_use(q.used_gib, "GiB"), "snapshots", *(CHANGES if v["snapshots"] else ("backup_share_pct",)))
    return [
        priced("volumes", _("Volumes (EBS gp3)"), (warm_gib, "ebs-gp3-gb-month", formula), prices, also=shares),
        *(
            priced(
                key.removesuffix("_share_pct"), COLD_NAMES[key], (cold[key], item, formula), prices, also=(key, *room)
            )
            for key, item in COLD
        ),
        *_surcharges(q, prices, v),
        priced("snapshots", _("Snapshots"), (q.snapshot_gib, "ebs-snapshot-gb-month", GIB), prices, also=kept),
    ]


def _surcharges(q: CloudQuantities, prices: Prices, v: Values) -> list[Item]:
    """What gp3 volumes are provisioned with beyond what each includes."""
    volumes = round(q.volumes * (1 - (v["st1_share_pct"] + v["sc1_share_pct"]) / 100), 3)
    iops = max(0.0, v["gp3_iops_per_volume"] - v["gp3_included_iops"])
    rate = max(0.0, v["gp3_mib_per_s_per_volume"] - v["gp3_included_mib_per_s"])
    return [
        priced(
            "gp3_iops",
            _("IOPS of gp3 volumes beyond those included"),
            (round(volumes * iops, 3), "ebs-gp3-iops-month", _("%(amount)s IOPS × %(price)s")),
            prices,
            also=("gp3_iops_per_volume", "gp3_included_iops"),
        ),
        priced(
            "gp3_throughput",
            _("Throughput of gp3 volumes beyond that included"),
            (round(volumes * rate, 3), "ebs-gp3-mbps-month", _("%(amount)s MiB per second × %(price)s")),
            prices,
            also=("gp3_mib_per_s_per_volume", "gp3_included_mib_per_s"),
        ),
    ]
