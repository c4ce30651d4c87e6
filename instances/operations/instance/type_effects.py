"""The change of an instance's type as an effect."""

from django.utils.translation import gettext_lazy as _

from instances.catalog.queries import service_prices
from instances.choices import InstanceState
from instances.models import Instance, InstanceType
from instances.operations.refusals import not_offered
from instances.pricing.instance import Asked, cost
from instances.rules.compatibility import TypeFacts, why_interfaces, why_not_boot
from virtlab.engine.units import SECONDS_PER_HOUR
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.text import Text
from virtlab.labs.parameters import lab_values

CHARGE = ("ran_s", "accrued_usd")


@effect("instance.set_type")
def set_type(run: Run) -> None:
    """Gives a stopped instance another type; StepFailed where it runs, or the type does not fit it any more."""
    instance = run.get(Instance)
    kind = InstanceType.objects.filter(pk=run.params["instance_type"]).first()
    if instance.state != InstanceState.STOPPED or kind is None:
        raise StepFailed(_("%(name)s is not stopped."), name=instance.name)
    if why := _why_not(instance, kind):
        raise StepFailed(why)
    run.remember(instance_type=instance.instance_type_id, **{name: getattr(instance, name) for name in CHARGE})
    settle(run, instance)
    instance.instance_type = kind
    instance.save(update_fields=["instance_type", *CHARGE])


def _why_not(instance: Instance, kind: InstanceType) -> Text | None:
    facts = TypeFacts.of(kind)
    found = why_not_boot(facts, instance.image) or why_interfaces(facts, instance.network_interfaces)
    if found is None and (refusal := not_offered(kind.pk, instance.region_id, instance.zone)):
        return refusal.text if isinstance(refusal.text, Text) else None
    return found


def settle(run: Run, instance: Instance) -> None:
    """Adds what the present type has cost so far to what was charged before, so that its price does not change."""
    asked = Asked.of(instance, running=True)
    usd = cost(asked, service_prices(instance.region_id), lab_values(run.lab)).compute_usd_per_hour
    instance.accrued_usd += (usd or 0.0) * instance.ran_s / SECONDS_PER_HOUR
    instance.ran_s = 0.0


@effect("instance.restore_type")
def restore_type(run: Run) -> None:
    """Gives back the type from before and what had been charged."""
    instance = run.get(Instance)
    instance.instance_type_id = run.memory["instance_type"]
    for name in CHARGE:
        setattr(instance, name, run.memory[name])
    instance.save(update_fields=["instance_type", *CHARGE])
