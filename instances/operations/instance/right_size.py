"""Right-sizing an instance: the type that its trace asks for, applied as a type change."""

from collections.abc import Sequence
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from instances.choices import InstanceState
from instances.models import InstanceType
from instances.operations.instance.change_type import ResizeInstance
from instances.operations.instance.store import StoreForm
from instances.rules.right_size import RightSize, right_size_of
from virtlab.jobs.operations.plan import Change, Plan, Refusal
from virtlab.jobs.text import Text, say
from virtlab.web import formats
from virtlab.web.lazy_text import LazyText


class RightSizeInstance(ResizeInstance):
    """Changes an instance to the cheapest type that holds its load."""

    name = "instance.right_size"
    title = _("Right-size")
    form_class = StoreForm
    counterpart = ""
    primary = False
    group = _("Size")
    from_states = (InstanceState.RUNNING, InstanceState.STOPPED)

    @cached_property
    def recommended(self) -> RightSize | Text:
        """The recommendation, or why there is none."""
        return right_size_of(self.lab, self.instance, self.lab_figures)

    @cached_property
    def kind(self) -> InstanceType:
        """The recommended type; the present one where there is none."""
        if isinstance(self.recommended, Text) or self.recommended.best is None:
            return self.instance.instance_type
        return InstanceType.objects.select_related("cpu_power").get(pk=self.recommended.best.type_name)

    @property
    def asked_again_by(self) -> str:
        """One whose form names a type, which this one's does not."""
        return "instance.resize" if self.instance.state == InstanceState.RUNNING else "instance.change_type"

    def describe(self) -> Text:
        return say(_("Right-size %(name)s to %(type)s"), name=self.instance.name, type=self.kind.pk)

    def check_rules(self) -> Sequence[Refusal]:
        """There must be something to recommend; then as for every type change."""
        if isinstance(self.recommended, Text):
            return [Refusal(self.recommended)]
        return [Refusal(self.recommended.why)] if self.recommended.why else super().check_rules()

    def changes(self) -> list[Change]:
        """The types, and the busiest hours on each."""
        if isinstance(self.recommended, Text) or self.recommended.best is None:
            return super().changes()
        now, best = self.recommended.now, self.recommended.best
        return [
            *super().changes(),
            Change(_("CPU in the busiest hours"), formats.percent(now.cpu_busiest), formats.percent(best.cpu_busiest)),
            Change(_("Highest memory"), formats.percent(now.memory_busiest), formats.percent(best.memory_busiest)),
            Change(_("Risk"), now.risk_name, best.risk_name),
        ]

    def notes(self) -> list[Text | LazyText]:
        """The risk in words first."""
        if isinstance(self.recommended, Text) or self.recommended.best is None or not self.recommended.best.risk_text:
            return super().notes()
        return [self.recommended.best.risk_text, *super().notes()]

    def plan(self) -> Plan:
        """With a stop and a start where it runs."""
        return super().plan() if self.instance.state == InstanceState.RUNNING else Plan([self.modify])
