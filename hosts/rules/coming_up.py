"""Guests that are on their way to run: they have been admitted, so their memory and vCPU are taken.

Admission is judged at power-on: "When you power on a virtual machine, the system checks the amount of CPU and memory
resources that have not yet been reserved" (VMware vSphere 7.0 Resource Management, Admission Control; looked up
2026-11).
"""

from typing import Any

from django.db.models import BigIntegerField, F, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from hosts.choices import PowerState
from virtlab.jobs.choices import StepState
from virtlab.jobs.models import Step


def lets_run(source: int | None = None) -> dict[str, Any]:
    """What the parameters of a step say at whose end the guest runs that its job holds; `source`: the job holds that
    one too, which it only copies.
    """
    return {"power_state": str(PowerState.RUNNING), **({"source": source} if source else {})}


def coming_up(lab: int) -> "QuerySet[Step, int]":
    """Keys of a lab's guests that a job holds which has a step in progress or to come that lets them run: those that
    boot or resume, and those that a job shut down to start them again. From the steps.
    """
    steps = Step.objects.filter(
        job__lab=lab,
        state__in=(StepState.PENDING, StepState.RUNNING),
        params__power_state=str(PowerState.RUNNING),
        job__subjects__held=True,
        job__subjects__content_type__app_label="hosts",
        job__subjects__content_type__model="virtualmachine",
    )
    copied = Cast(KeyTextTransform("source", "params"), BigIntegerField())
    guests = steps.order_by().annotate(guest=F("job__subjects__object_id"), copied=copied)
    return guests.filter(Q(copied=None) | ~Q(guest=F("copied"))).values_list("guest", flat=True)
