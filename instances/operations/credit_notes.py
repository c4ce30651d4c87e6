"""What a user should know of CPU credits before something is done with a burstable instance."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from instances.choices import CreditMode
from instances.live.credits import CreditLedger, surplus_usd
from instances.models import Instance
from instances.pricing.credits import credit_mode
from instances.pricing.instance import CostQuery, month_usd
from instances.rules.credits import loses_credits
from virtlab.engine.load.cpu_credits import DAYS_KEPT_STOPPED
from virtlab.jobs.text import Text, say


def surplus_notes(query: CostQuery, values: Mapping[str, float], count: int = 1) -> list[Text]:
    """What the mean load takes above the baseline, and what becomes of it in the mode over many days; nothing of other
    types. Of several instances it is said of each, and of all together what they cost.
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
        "Unlimited mode: its mean load is not above the baseline of %(baseline).2f vCPU. What bursts take above it is "
        "paid back with CPU credits that it earns later."
    )
    some = _(
        "Unlimited mode: its mean load is %(surplus).2f vCPU above the baseline of %(baseline).2f. As the mean "
        "over many days this surplus costs %(usd).2f USD a month. It is charged once it exceeds what a day earns."
    )
    of_each = _(
        "Unlimited mode: the mean load of each instance is %(surplus).2f vCPU above its baseline of %(baseline).2f. "
        "As the mean over many days this surplus costs %(usd).2f USD a month for each, %(all_usd).2f USD for all "
        "%(count)s. It is charged once it exceeds what a day earns."
    )
    if query.surplus_vcpu and count > 1:
        return [say(of_each, **words, usd=usd, all_usd=usd * count, count=count)]
    return [say(some, **words, usd=usd) if query.surplus_vcpu else say(none, **words)]


def stop_notes(instance: Instance, ledger: CreditLedger | None, values: Mapping[str, float]) -> list[Text]:
    """What a stop does to CPU credits, if it came at this moment."""
    kind = instance.instance_type
    if not kind.burstable:
        return []
    if owed := end_notes(instance, ledger, values):
        return owed
    if loses_credits(kind):
        return [say(_("Its CPU credits are lost."))]
    return [say(_("Its CPU credits are kept for %(days)s days."), days=DAYS_KEPT_STOPPED)]


def end_notes(instance: Instance, ledger: CreditLedger | None, values: Mapping[str, float]) -> list[Text]:
    """What the end of a run charges for surplus CPU credits, if it came at this moment; nothing where none are owed."""
    return _charged(instance, ledger, values) if ledger and instance.running_since_lab_at else []


def switch_notes(instance: Instance, mode: str, ledger: CreditLedger | None, values: Mapping[str, float]) -> list[Text]:
    """What becomes of its CPU credits with a change of mode, if it came at this moment."""
    now = credit_mode(instance.instance_type, instance.credit_mode)
    if ledger is None or mode == now or not instance.running_since_lab_at:
        return []
    if mode == CreditMode.STANDARD and ledger.owed:
        return _charged(instance, ledger, values)
    notes = [say(_("Its CPU credits are carried over: %(credits).1f."), credits=ledger.earned)]
    if mode == CreditMode.UNLIMITED and ledger.launch:
        notes.append(say(_("Its launch credits are lost: %(credits).1f."), credits=ledger.launch))
    return notes


def _charged(instance: Instance, ledger: CreditLedger, values: Mapping[str, float]) -> list[Text]:
    message = _("The surplus CPU credits that it owes are charged with this: %(credits).1f credits, %(usd).4f USD.")
    usd = surplus_usd(instance, ledger.owed, values)
    return [say(message, credits=ledger.owed, usd=usd)] if ledger.owed else []
