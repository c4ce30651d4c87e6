"""All rules, in the order in which they are listed. A new one is one more record in one of these modules."""

from virtlab.compare.readiness.rule import Rule
from virtlab.compare.readiness.rules.applications import APPLICATIONS
from virtlab.compare.readiness.rules.devices import DEVICES
from virtlab.compare.readiness.rules.disks import DISKS
from virtlab.compare.readiness.rules.firmware import FIRMWARE
from virtlab.compare.readiness.rules.sizes import SIZES
from virtlab.compare.readiness.rules.states import STATES
from virtlab.compare.readiness.rules.systems import SYSTEMS

RULES: tuple[Rule, ...] = (*SYSTEMS, *SIZES, *DISKS, *FIRMWARE, *DEVICES, *STATES, *APPLICATIONS)
BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}
