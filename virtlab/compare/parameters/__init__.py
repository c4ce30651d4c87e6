"""The comparison's assumptions: what each is, its unit, its range, where its default comes from."""

from django.utils.translation import gettext_lazy as _

from hosts.parameters.around import AROUND
from hosts.parameters.energy import ENERGY
from hosts.parameters.licences import LICENCES
from hosts.parameters.people import PEOPLE
from hosts.parameters.servers import SERVERS
from hosts.parameters.storage import STORAGE
from instances.parameters.commitments import GROUP as PURCHASED
from instances.parameters.commitments import GROUP_NAME as PURCHASED_NAME
from instances.parameters.microsoft import GROUP as MICROSOFT
from instances.parameters.microsoft import GROUP_NAME as MICROSOFT_NAME
from instances.parameters.prices import GROUP, GROUP_NAME
from virtlab.compare.parameters.capacity import CAPACITY
from virtlab.compare.parameters.cloud_services import CLOUD_NETWORK, CLOUD_STORAGE
from virtlab.compare.parameters.cloud_services import GROUPS as CLOUD_GROUPS
from virtlab.compare.parameters.money import MONEY
from virtlab.compare.parameters.purchase import PURCHASE
from virtlab.compare.parameters.rules import RULES
from virtlab.compare.parameters.usage import USAGE
from virtlab.web.lazy_text import LazyText

CLOUD = (*PURCHASE, *CLOUD_STORAGE, *CLOUD_NETWORK)
SPECS = (*ENERGY, *SERVERS, *AROUND, *LICENCES, *STORAGE, *PEOPLE, *CAPACITY, *RULES, *USAGE, *MONEY, *CLOUD)

GROUPS: dict[str, LazyText] = {
    "energy": _("Energy and carbon"),
    "servers": _("Servers and network"),
    "licences": _("Licences"),
    "storage": _("Storage and backups"),
    "people": _("People"),
    "capacity": _("Capacity"),
    "rules": _("Rules of sizing"),
    "usage": _("Use of the cloud"),
    "money": _("Money and time"),
}
"""The comparison's own groups of assumptions in the order in which the page shows them."""

ALL_GROUPS: dict[str, LazyText] = {
    **GROUPS,
    PURCHASED: PURCHASED_NAME,
    GROUP: GROUP_NAME,
    **CLOUD_GROUPS,
    MICROSOFT: MICROSOFT_NAME,
}
"""Those and the cloud's."""

READ_ON_IMPORT = frozenset(
    {"assumed_cpu_mean_pct", "assumed_memory_mean_pct", "synthetic_swing_pct", "synthetic_noise_pct"}
)
"""Parameters of these groups that act when an inventory is accepted, so that a comparison has no use for them."""
