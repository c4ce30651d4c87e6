"""The alternatives, in the order in which every table and chart shows them."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from instances.choices import PurchaseOption
from virtlab.charts.theme import CLOUD, ONPREM
from virtlab.web.lazy_text import LazyText


@dataclass(frozen=True, slots=True)
class Kind:
    """A way of running all workloads."""

    key: str
    side: str
    name: LazyText
    meaning: LazyText


LEFT: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "physical",
            ONPREM,
            _("Physical servers"),
            _("No virtualization: the smallest fitting server for every workload that runs."),
        ),
        Kind(
            "as_is",
            ONPREM,
            _("On-prem as it is"),
            _("Your hosts and datastores as they are bought, with the VMs installed on them today."),
        ),
        Kind(
            "consolidated",
            ONPREM,
            _("On-prem consolidated"),
            _(
                "As few of your hosts as carry the same VMs by the rules of planning, the newest of those that would "
                "do; clusters of several hosts keep spare ones."
            ),
        ),
        Kind(
            "refresh",
            ONPREM,
            _("On-prem on new hosts"),
            _("The same VMs on the new hosts that cost least, bought now; clusters of several hosts keep spare ones."),
        ),
    )
}

RIGHT: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "same_size",
            CLOUD,
            _("Cloud, same size"),
            _("For every VM that runs the cheapest type with as much vCPU and memory."),
        ),
        Kind(
            "rightsized",
            CLOUD,
            _("Cloud, right-sized"),
            _(
                "For every VM that runs the cheapest type that holds its need; where nobody knows it, an assumed need "
                "or today's size."
            ),
        ),
        Kind(
            "containers",
            CLOUD,
            _("Containers on EC2"),
            _(
                "Linux workloads but databases packed as containers onto shared nodes; the rest right-sized. Nodes "
                "have no subscription of RHEL or SUSE: images that need one must bring it."
            ),
        ),
        Kind(
            "serverless",
            CLOUD,
            _("Serverless"),
            _("Workloads marked event-driven as functions; the rest right-sized."),
        ),
    )
}

KINDS: dict[str, Kind] = {**LEFT, **RIGHT}

PURCHASE_NAMES: dict[str, LazyText] = {
    PurchaseOption.ON_DEMAND.value: _("on demand"),
    PurchaseOption.ONE_YEAR.value: _("1 year"),
    PurchaseOption.THREE_YEAR.value: _("3 years"),
}
"""How hours are bought, in a few words beside an alternative's name."""
