"""What a user should know of CPU credits before something is done with a burstable instance."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from instances.choices import CreditMode
from instances.models import InstanceType
from instances.pricing.credits import credit_mode
from instances.pricing.instance import CostQuery, month_usd
from instances.rules.credits import loses_credits
from virtlab.engine.load.cpu_credits import DAYS_KEPT_STOPPED
from virtlab.jobs.text import Text, say


def surplus_notes(query: CostQuery, values: Mapping[str, float], count: int = 1) -> list[Text]:
    """What the mean load takes above the baseline, and what becomes of it in the mode; nothing of other types. Of
    several instances it is said of each, and of all together what they cost.
    """
    mode = credit_mode(query.kind, query.credit_mode)
    if not mode:
        return []
    words = {"baseline": query.kind.lasting_vcpu, "surplus": query.surplus_vcpu}
    if mode == CreditMode.STANDARD:
        held = _("Standard mode: when its CPU credits are used up, it is held to its baseline of %(baseline).2f vCPU.")
        short = _(
            "Standard mode: its mean load is %(surplus).2f vCPU above the baseline of %(baseline).2f. Its CPU credits "
            "will be used up, and its work then takes longer."
        )
        return [say(short if query.surplus_vcpu else held, **words)]
    usd = month_usd(query.surplus_usd_per_hour(values), 0.0)
    none = _(
        "Unlimited mode: its mean load is not above the baseline of %(baseline).2f vCPU, so no surplus is charged."
    )
    some = _(
        "Unlimited mode: its mean load is %(surplus).2f vCPU above the baseline of %(baseline).2f. This surplus costs "
        "%(usd).2f USD a month."
    )
    of_each = _(
        "Unlimited mode: the mean load of each instance is %(surplus).2f vCPU above its baseline of %(baseline).2f. "
        "This surplus costs %(usd).2f USD a month for each, %(all_usd).2f USD for all %(count)s."
    )
    if query.surplus_vcpu and count > 1:
        return [say(of_each, **words, usd=usd, all_usd=usd * count, count=count)]
    return [say(some, **words, usd=usd) if query.surplus_vcpu else say(none, **words)]


def stop_notes(kind: InstanceType) -> list[Text]:
    """What a stop does to CPU credits."""
    if not kind.burstable:
        return []
    if loses_credits(kind):
        return [say(_("Its CPU credits are lost."))]
    return [say(_("Its CPU credits are kept for %(days)s days."), days=DAYS_KEPT_STOPPED)]
