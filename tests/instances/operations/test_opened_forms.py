"""A form that stands at what is now opens without a refusal: nobody has asked for anything yet."""

import pytest
from django.db import models
from django.urls import reverse

from instances.models import Instance, PlacementGroup, Volume
from tests.instances.operations.cloud import TOKYO, Cloud
from tests.instances.operations.test_bulk import visitor
from virtlab.jobs.choices import Side
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.refusals import Invalid
from virtlab.jobs.operations.registry import OPERATIONS
from virtlab.jobs.operations.state import StateOperation


def asked_by_form() -> list[str]:
    """Operations on an instance or a volume whose form shows fields."""
    return [
        name
        for name, operation in OPERATIONS.items()
        if operation.side == Side.INSTANCES
        and operation.subject_model in {Instance, Volume}
        and operation.form_class().visible_fields()
    ]


def subject_of(cloud: Cloud, operation: type[Operation]) -> models.Model:
    """An instance in a state for it, in a placement group; or its volume."""
    states = operation.from_states if issubclass(operation, StateOperation) else ["running"]
    group = PlacementGroup.objects.create(lab=cloud.lab, region_id=TOKYO, name="spread", strategy="spread")
    kind = "t3.large" if operation.name == "instance.set_credit_mode" else "m5.large"
    instance = cloud.instance(kind, str(states[0]), placement_group=group)
    return instance.volumes.get() if operation.subject_model is Volume else instance


@pytest.mark.parametrize("name", asked_by_form())
def test_it_opens_without_a_refusal(cloud: Cloud, name: str) -> None:
    subject = subject_of(cloud, OPERATIONS[name])
    address = reverse("jobs:operate", args=[cloud.lab.slug, name])
    opened = visitor(cloud).get(address, {"subject": subject.pk})
    assert (opened.context["refusals"], opened.context["form"].errors) == ([], {})


@pytest.mark.parametrize("kind", ["gp3", "gp2", "io2"])
def test_it_refuses_a_volume_like_it_is_once_it_is_sent(cloud: Cloud, kind: str) -> None:
    volume = cloud.instance().volumes.get()
    if kind != "gp3":
        cloud.run("volume.modify", volume, kind=kind, size_gib=30)
        volume.refresh_from_db()
    opened = visitor(cloud).get(reverse("jobs:operate", args=[cloud.lab.slug, "volume.modify"]), {"subject": volume.pk})
    assert (opened.context["refusals"], opened.context["form"].errors) == ([], {})
    with pytest.raises(Invalid) as invalid:
        cloud.start("volume.modify", volume, kind=kind, size_gib=30)
    assert "like this already" in str(invalid.value.form.errors)


@pytest.mark.parametrize("kind", ["t3.micro", "t4g.micro", "m7g.large"])
def test_it_opens_a_launch_with_an_image_that_runs_on_the_type_asked_for(cloud: Cloud, kind: str) -> None:
    address = reverse("jobs:operate", args=[cloud.lab.slug, "instance.launch"])
    opened = visitor(cloud).get(address, {"instance_type": kind, "name": "web-01"})
    assert (opened.context["refusals"], opened.context["form"].errors) == ([], {})
    assert opened.context["preview"]
