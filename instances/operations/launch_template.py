"""Launch templates: a launch form's answers under a name."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from instances.models import LaunchTemplate
from instances.operations.launch.form import LaunchForm
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.effects import Run, effect
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Change, Plan, PlannedStep
from virtlab.jobs.text import Text, say
from virtlab.web.lazy_text import LazyText

LEFT_OUT = ("template", "save_as", "workload")
KEYS = {"region": "pk", "zone": "name", "image": "image_id", "placement_group": "name", "instance_type": "pk"}
"""Answers that are rows, each by the field that the form takes again."""


@effect("template.save")
def save_template(run: Run) -> None:
    """Keeps the answers; an existing name gets a new version."""
    name, values = run.params["name"], run.params["values"]
    template = LaunchTemplate.objects.filter(lab=run.lab, name=name).first()
    run.remember(values=template.values if template else None)
    if template is None:
        template = LaunchTemplate.objects.create(lab=run.lab, name=name, values=values)
    else:
        template.version, template.values = template.version + 1, values
        template.save(update_fields=["version", "values"])
    run.touch(template)


@effect("template.restore")
def restore_template(run: Run) -> None:
    """Takes the new version back."""
    templates = LaunchTemplate.objects.filter(lab=run.lab, name=run.params["name"])
    if run.memory["values"] is None:
        templates.delete()
    for template in templates:
        template.version, template.values = max(template.version - 1, 1), run.memory["values"]
        template.save(update_fields=["version", "values"])


class TemplateForm(LaunchForm):
    """A launch form and a name for its answers."""

    save_as = forms.CharField(label=_("Name of the template"), max_length=128)

    def prepare(self) -> None:
        super().prepare()
        self.order_fields(["save_as"])


class CreateLaunchTemplate(Operation):
    """Saves a launch template, or a new version of one."""

    name = "template.create_launch"
    title = _("Save a launch template")
    side = Side.INSTANCES
    form_class = TemplateForm

    def describe(self) -> Text:
        return say(_("Save the launch template %(name)s"), name=self.values["save_as"])

    def changes(self) -> Sequence[Change]:
        known = LaunchTemplate.objects.filter(lab=self.lab, name=self.values["save_as"]).first()
        version = known.version if known else 0
        return [Change(_("Version"), version, version + 1)]

    def notes(self) -> Sequence[LazyText]:
        return [_("A template costs nothing.")]

    def plan(self) -> Plan:
        params = {"name": self.values["save_as"], "values": self._answers()}
        return Plan([PlannedStep("save", _("Save"), 0.0, save_template, undo=restore_template, params=params)])

    def _answers(self) -> dict[str, Any]:
        """The answers as the form takes them again."""
        plain = {name: value for name, value in self.values.items() if name not in LEFT_OUT}
        for name, field in KEYS.items():
            plain[name] = getattr(plain[name], field) if plain.get(name) else ""
        return {name: value for name, value in plain.items() if value not in (None, "", False)}
