"""Asking for a higher vCPU quota."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from instances.choices import QuotaGroup
from instances.models import Quota
from instances.operations.fields import RegionForm
from instances.rules.quotas import QuotaUse, quotas_of
from virtlab.engine.units import SECONDS_PER_MINUTE
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.effects import Run, effect
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep, Refusal
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText


@effect("quota.set")
def set_quota(run: Run) -> None:
    """Gives the lab its own limit."""
    where = {"lab": run.lab, "region_id": run.params["region"], "group": run.params["group"]}
    before = Quota.objects.filter(**where).values_list("vcpu", flat=True).first()
    run.remember(vcpu=before)
    Quota.objects.update_or_create(**where, defaults={"vcpu": run.params["vcpu"]})


@effect("quota.restore")
def restore_quota(run: Run) -> None:
    """Gives back the limit from before."""
    where = {"lab": run.lab, "region_id": run.params["region"], "group": run.params["group"]}
    if run.memory["vcpu"] is None:
        Quota.objects.filter(**where).delete()
    else:
        Quota.objects.filter(**where).update(vcpu=run.memory["vcpu"])


class QuotaForm(RegionForm):
    """Which limit, and how high."""

    group = forms.ChoiceField(label=_("Families"), choices=QuotaGroup.choices, initial=QuotaGroup.STANDARD)
    vcpu = forms.IntegerField(label=_("vCPU running at once"), min_value=1, max_value=100_000)


class RequestQuota(Operation):
    """Raises a quota; it takes the time that the cloud needs to look at the request."""

    name = "quota.request"
    title = _("Request a higher quota")
    side = Side.INSTANCES
    form_class = QuotaForm

    @cached_property
    def now(self) -> QuotaUse:
        """The limit as it is."""
        quotas = quotas_of(self.lab, self.values["region"].pk)
        return next(quota for quota in quotas if quota.group == self.values["group"])

    def describe(self) -> Text:
        message = _("Quota of %(vcpu)s vCPU in %(region)s: %(group)s")
        return say(message, vcpu=self.values["vcpu"], region=self.values["region"].pk, group=self._label)

    @property
    def _label(self) -> Any:
        return QuotaGroup(self.values["group"]).label

    def check(self) -> Sequence[Refusal]:
        """More than there is."""
        if self.values["vcpu"] <= self.now.limit:
            text = say(_("The quota is %(limit)s vCPU already: request more than that."), limit=self.now.limit)
            return [Refusal(text, "vcpu", code="IllegalArgumentException")]
        return []

    def changes(self) -> Sequence[Change]:
        return [
            Change(_("Quota"), self.now.limit, self.values["vcpu"], "vCPU"),
            Change(_("In use"), self.now.used, self.now.used, "vCPU"),
        ]

    def notes(self) -> Sequence[LazyText]:
        return [_("A quota costs nothing; only what runs does.")]

    def plan(self) -> Plan:
        wait_s = self.lab_figures["quota_request_minutes"] * SECONDS_PER_MINUTE
        params = {"region": self.values["region"].pk, "group": self.values["group"], "vcpu": self.values["vcpu"]}
        title = _("The cloud looks at the request")
        return Plan([PlannedStep("grant", title, wait_s, set_quota, undo=restore_quota, params=params)])
