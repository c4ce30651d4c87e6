"""The instance store: disks inside the host that forget everything when the instance stops."""

from django import forms
from django.utils.translation import gettext_lazy as _

from instances.models import Instance
from instances.operations.instance.base import InstanceOperation
from virtlab.jobs.operations.form import OperationForm
from virtlab.jobs.operations.plan import Refusal, WayOut
from virtlab.jobs.text import say


class StoreForm(OperationForm):
    """Whether what is on the instance store may be lost."""

    lose_store = forms.BooleanField(
        label=_("The data on the instance store may be lost"),
        required=False,
        help_text=_("Disks inside the host forget everything when the instance stops. Volumes (EBS) keep theirs."),
    )

    def prepare(self) -> None:
        """Asks only where there is something to lose."""
        if not (isinstance(self.subject, Instance) and self.subject.store_written):
            self.fields["lose_store"].widget = forms.HiddenInput()


class StopForm(StoreForm):
    """How it is stopped."""

    skip_os_shutdown = forms.BooleanField(
        label=_("Skip the shutdown of the operating system"),
        required=False,
        help_text=_("As if its plug were pulled: faster, but data that is not written yet is lost."),
    )


def store_lost(operation: InstanceOperation) -> list[Refusal]:
    """Stopping would lose data that nobody has given up."""
    instance = operation.instance
    if not instance.store_written or operation.values.get("lose_store"):
        return []
    text = say(
        _("%(name)s has data on its instance store (%(gb)s GB), lost when it stops. Copy it to a volume first."),
        name=instance.name,
        gb=round(instance.instance_type.instance_store_gb),
    )
    params = {**operation.kept_values(), "lose_store": "on"}
    return [Refusal(text, "lose_store", [WayOut(operation.name, instance, _("It may be lost"), params)])]
