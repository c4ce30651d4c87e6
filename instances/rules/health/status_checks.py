"""The status checks that the cloud makes of an instance every minute.

Amazon EC2 User Guide, "Status checks for Amazon EC2 instances" (2026): system, instance and attached EBS, the last
"only for Nitro instances". Application checks, which one sets up oneself, are none of the lab's.
"""

from typing import NamedTuple

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from instances.choices import Hypervisor
from instances.models import InstanceType
from virtlab.jobs.text import Text, say

NAMES = {
    "system": pgettext_lazy("status check", "system"),
    "instance": pgettext_lazy("status check", "instance"),
    "ebs": pgettext_lazy("status check", "attached EBS"),
}


class StatusChecks(NamedTuple):
    """Of the hardware below, of the instance itself, and whether its volumes are reachable (None where nobody checks
    that); not `known` before they ran.
    """

    known: bool
    system: bool
    instance: bool
    ebs: bool | None

    @property
    def results(self) -> dict[str, bool]:
        """Each check that there is, and whether it passed."""
        found = {"system": self.system, "instance": self.instance, "ebs": self.ebs}
        return {name: passed for name, passed in found.items() if passed is not None}

    @property
    def passed(self) -> Text:
        """How many of them passed, as the console counts."""
        return say(_("%(passed)s of %(all)s passed"), passed=sum(self.results.values()), all=len(self.results))

    @property
    def words(self) -> str:
        """Those that fail; where all passed, which there are."""
        failed = [name for name, passed in self.results.items() if not passed]
        listed = ", ".join(str(NAMES[name]) for name in failed or self.results)
        return gettext("failed: %(checks)s") % {"checks": listed} if failed else listed


def checks(kind: InstanceType, *, well: bool = True, boots: bool = False, known: bool = True) -> StatusChecks:
    """The checks of an instance of a type that is `well`, or is not; where it `boots` only itself fails."""
    below = well or boots
    return StatusChecks(known, below, well, None if kind.hypervisor == Hypervisor.XEN else below)
