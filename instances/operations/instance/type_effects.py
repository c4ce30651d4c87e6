"""The change of an instance's type as an effect."""

import math

from django.utils.translation import gettext_lazy as _

from instances.catalog.prices import prices_of
from instances.choices import InstanceState
from instances.live.credits import surplus_usd
from instances.models import Instance, InstanceType
from instances.operations.refusals import not_offered
from instances.pricing.charged_time import ran_in_all_s, used_usd
from instances.pricing.instance import CostQuery, compute_charge
from instances.rules.compatibility import why_not_become
from instances.rules.credits import most_credits
from virtlab.jobs.operations.columns import set_columns
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.text import Text, say
from virtlab.labs.parameters import lab_values


@effect("instance.set_type")
def set_type(run: Run) -> None:
    """Gives a stopped instance another type; StepFailed where it runs, or the type does not fit it any more."""
    instance = run.get(Instance)
    kind = InstanceType.objects.filter(pk=run.params["instance_type"]).first()
    if instance.state != InstanceState.STOPPED or kind is None:
        raise StepFailed(_("%(name)s is not stopped."), name=instance.name)
    if why := _why_not(instance, kind):
        raise StepFailed(why)
    _settle_and_set(run, instance, kind, min(instance.credits_kept, most_credits(kind)))


def _settle_and_set(run: Run, instance: Instance, kind: InstanceType, credits_kept: float) -> None:
    """The type that it had is charged to this moment; the other one's time begins, with the CPU credits named."""
    ran = ran_in_all_s(instance, run.lab_time)
    charge = {"ran_s": 0.0, "covered_s": 0.0, "ran_earlier_s": ran, "accrued_usd": _used_usd(run, instance)}
    credit = {"credits_kept": credits_kept, "surplus_charged": 0.0}
    set_columns(run, instance, {"instance_type": kind.pk, **charge, **credit})


def _why_not(instance: Instance, kind: InstanceType) -> Text | None:
    if unfit := why_not_become(instance, kind, instance.volumes.count()):
        return unfit.text
    refusal = not_offered(kind.pk, instance.region_id, instance.zone)
    return say(refusal.text) if refusal else None


def _used_usd(run: Run, instance: Instance) -> float:
    """What running and surplus CPU credits have cost so far, so that their price does not change; a commitment goes on
    by itself.
    """
    query, values = CostQuery.of(instance, running=True), lab_values(run.lab)
    prices = prices_of(query.region, {query.kind.pk, query.committed_type})
    used = used_usd(instance, compute_charge(prices, query, values), run.lab_time)
    surplus = surplus_usd(instance, instance.surplus_charged, values)
    return (used if math.isfinite(used) else instance.accrued_usd) + surplus


@effect("instance.restore_type")
def restore_type(run: Run) -> None:
    """Gives back the type from before; what the other one cost meanwhile stays charged."""
    instance, kind = run.get(Instance), InstanceType.objects.get(pk=run.memory["instance_type"])
    _settle_and_set(run, instance, kind, run.memory.get("credits_kept", instance.credits_kept))
