"""Small settings of an instance: protection, tags, user data."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import Instance
from instances.operations.fields import TagsField, UserDataField
from instances.operations.instance.base import InstanceOperation
from instances.operations.needs import within_reach
from instances.rules.health.recovery import why_never
from virtlab.jobs.operations.columns import restore_columns, set_columns
from virtlab.jobs.operations.effects import Run, StepFailed, effect
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText

ATTRIBUTES = ("name", "protected", "tags", "user_data", "auto_recovery")


@effect("instance.set_attribute")
def set_attribute(run: Run) -> None:
    """Sets one attribute; StepFailed where the instance is terminated, or runs and must not."""
    instance, name = run.get(Instance), run.params["attribute"]
    if name not in ATTRIBUTES or instance.state == InstanceState.TERMINATED:
        raise StepFailed(_("%(name)s is terminated."), name=instance.name)
    if name == "user_data" and instance.state != InstanceState.STOPPED:
        raise StepFailed(_("%(name)s does not stand still any more."), name=instance.name)
    set_columns(run, instance, {name: run.params["value"]})


@effect("instance.restore_attribute")
def restore_attribute(run: Run) -> None:
    """Gives back the value from before."""
    restore_columns(run, run.get(Instance))


class AttributeOperation(InstanceOperation):
    """Sets one attribute of an instance."""

    attribute: ClassVar[str]
    label: ClassVar[Any]
    group = _("Settings")
    downtime_s = 0.0

    def changes(self) -> Sequence[Change]:
        before, after = getattr(self.instance, self.attribute), self.values[self.attribute]
        return [Change(self.label, self.shown(before), self.shown(after))]

    def shown(self, value: Any) -> Any:
        """A value for a reader."""
        return value or "–"

    def plan(self) -> Plan:
        params = {"attribute": self.attribute, "value": self.values[self.attribute]}
        title, needs = _("Change the instance"), within_reach(self.instance)
        lasts_s = self.timings.ec2_modify_s
        return Plan(
            [PlannedStep("set", title, lasts_s, set_attribute, undo=restore_attribute, params=params, needs=needs)]
        )


class NameForm(OperationForm):
    columns = ("name",)
    name = forms.CharField(label=_("Name"), max_length=255)


class RenameInstance(AttributeOperation):
    """Gives an instance another name; nothing else changes."""

    name = "instance.rename"
    title = _("Rename")
    form_class = NameForm
    counterpart = "vm.rename"
    attribute, label = "name", _("Name")

    def describe(self) -> Text:
        return say(_("Rename %(name)s to %(new)s"), name=self.instance.name, new=self.values["name"])


class ProtectionForm(OperationForm):
    """Protected or not."""

    columns = ("protected",)
    protected = forms.BooleanField(label=_("Termination protection"), required=False)


class SetProtection(AttributeOperation):
    """Switches termination protection on or off."""

    name = "instance.set_protection"
    title = _("Termination protection")
    form_class = ProtectionForm
    attribute, label = "protected", _("Termination protection")

    def describe(self) -> Text:
        on = self.values["protected"]
        return say(_("Protect %(name)s") if on else _("Take the protection off %(name)s"), name=self.instance.name)

    def shown(self, value: Any) -> Any:
        return _("on") if value else _("off")


class RecoveryForm(OperationForm):
    """Recovered or not."""

    columns = ("auto_recovery",)
    auto_recovery = forms.BooleanField(label=_("Automatic recovery"), required=False)


class SetAutoRecovery(AttributeOperation):
    """Says whether the cloud brings an instance to other hardware when its own fails."""

    name = "instance.set_auto_recovery"
    title = _("Automatic recovery")
    form_class = RecoveryForm
    attribute, label = "auto_recovery", _("Automatic recovery")

    def describe(self) -> Text:
        on = self.values["auto_recovery"]
        message = _("Recover %(name)s automatically") if on else _("Do not recover %(name)s automatically")
        return say(message, name=self.instance.name)

    def shown(self, value: Any) -> Any:
        return _("on") if value else _("off")

    def notes(self) -> Sequence[Text]:
        """Types that are not recovered all the same."""
        why = why_never(self.instance.instance_type)
        return [why] if why else []


class TagsForm(OperationForm):
    """All tags of an instance."""

    columns = ("tags",)
    tags = TagsField(label=_("Tags"), required=False, help_text=_("One a line: key = value"))


class SetTags(AttributeOperation):
    """Sets an instance's tags."""

    name = "instance.set_tags"
    title = _("Tags")
    sentence = _("Set the tags of %(name)s")
    form_class = TagsForm
    attribute, label = "tags", _("Tags")

    def shown(self, value: Any) -> Any:
        return ", ".join(f"{key} = {text}" for key, text in value.items()) or "–"


class UserDataForm(OperationForm):
    """What runs at the first boot."""

    columns = ("user_data",)
    user_data = UserDataField(label=_("User data"))


class SetUserData(AttributeOperation):
    """Sets a stopped instance's user data."""

    name = "instance.set_user_data"
    title = _("User data")
    sentence = _("Set the user data of %(name)s")
    form_class = UserDataForm
    attribute, label = "user_data", _("User data")
    from_states = (InstanceState.STOPPED,)
    refused_states = (InstanceState.PENDING, InstanceState.RUNNING, InstanceState.STOPPING)

    def shown(self, value: Any) -> Any:
        return value.strip().splitlines()[0][:80] if value.strip() else "–"

    def notes(self) -> Sequence[LazyText]:
        """Nothing runs it any more."""
        return [
            _(
                "It has booted before: cloud-init (on Windows EC2Launch) runs user data at the first boot only. "
                "The new text is kept and shown, and runs only where the guest is set to run it at every start."
            )
        ]
