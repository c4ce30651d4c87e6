"""A report without the names of machines: numbers stand in their place, figures stay as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from virtlab.compare.report.evaluate import Alternative
from virtlab.compare.report.report import Report


def anonymised(report: Report) -> Report:
    """The same report with VMs, hosts and clusters called vm-0001, host-0001, cluster-0001 in the inventory's order.

    Sizing is done before, by the real names, since the name of a machine may say what runs on it.
    """
    estate = report.estate
    vms, hosts = numbered("vm", estate.vms.names), numbered("host", estate.hosts.names)
    clusters = tuple(f"cluster-{number:04d}" for number in range(1, len(estate.clusters) + 1))
    nameless = replace(
        estate,
        lab=f"{estate.lab} anonymous",
        vms=replace(estate.vms, names=tuple(_all_numbered("vm", len(estate.vms)))),
        hosts=replace(estate.hosts, names=tuple(_all_numbered("host", len(estate.hosts)))),
        clusters=clusters,
    )
    alternatives = tuple(_renamed(item, {**vms, **hosts}) for item in report.alternatives)
    by_key = {item.key: item for item in alternatives}
    return replace(
        report,
        estate=nameless,
        alternatives=alternatives,
        left=by_key[report.left.key],
        right=by_key[report.right.key],
        anonymous=True,
    )


def reveals(*, anonymous: bool) -> list[str]:
    """What whoever has a share link sees, as the parts of a list."""
    return [
        _("the name of the lab; VMs, hosts and clusters under numbers, not under their names")
        if anonymous
        else _("the names of the lab, of its VMs, hosts and clusters"),
        _("the size, system, use and place of each VM, and the instance type proposed for it"),
        _("all prices and assumptions, your own too, and what every alternative costs"),
        _("the inventory as it is when the link is opened, not only as it is now"),
    ]


def numbered(kind: str, names: Sequence[str]) -> dict[str, str]:
    """The number that stands for each name; where two are alike, that of the last."""
    return dict(zip(names, _all_numbered(kind, len(names)), strict=True))


def _all_numbered(kind: str, count: int) -> list[str]:
    return [f"{kind}-{number:04d}" for number in range(1, count + 1)]


def _renamed(item: Alternative, names: Mapping[str, str]) -> Alternative:
    shape = item.shape
    fleet = shape.fleet
    if fleet is not None:
        # New hosts are called by their cluster, so that a number stands for these too.
        numbers = _all_numbered("host", len(fleet.names))
        known = (names.get(name, number) for name, number in zip(fleet.names, numbers, strict=True))
        fleet = replace(fleet, names=tuple(known))
    return replace(item, shape=replace(shape, fleet=fleet))
