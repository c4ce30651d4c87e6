"""A lab's cloud to run operations on, and the ways to let its time pass."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from instances.models import Image, Instance, InstanceType
from instances.operations.instance.state_effects import change
from instances.services.instances import NewInstances, SyntheticLoad, create_instances, root_volume
from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import Source
from virtlab.jobs.models import Job
from virtlab.jobs.operations.plan import Plan, Preview
from virtlab.jobs.operations.registry import operation_named
from virtlab.jobs.requests.prepare import Request, prepare
from virtlab.jobs.requests.start import start
from virtlab.jobs.runner.drive import drive
from virtlab.labs import clock
from virtlab.labs.models import Lab

TOKYO = "ap-northeast-1"
TESTER = Actor(Source.COMMAND)
AL2023 = "al2023-ami-2023.12.20260930.0-kernel-6.12-x86_64"
AL2023_ARM = "al2023-ami-2023.12.20260930.0-kernel-6.12-arm64"
OLD = "amzn-ami-hvm-2017.09.1.20171103-x86_64-gp2"
WINDOWS = "Windows_Server-2016-English-Full-Base-2017.10.13"
PARAVIRTUAL = "amzn-ami-pv-2017.09.1.20171103-x86_64-ebs"


def image(name: str = AL2023, region: str = TOKYO) -> Image:
    """An image by its name."""
    return Image.objects.get(region=region, name=name, lab=None)


@dataclass
class Cloud:
    """A lab and what can be done in its cloud."""

    lab: Lab

    def launch_params(self, **changes: Any) -> dict[str, Any]:
        """What a launch form sends."""
        return {
            "name": "web",
            "count": 1,
            "region": TOKYO,
            "zone": "",
            "instance_type": "t3.micro",
            "image": image().image_id,
            "purchase": "on_demand",
            "root_kind": "gp3",
            "root_gib": 8,
            "interfaces": 1,
            "load": "office",
            "load_mean_pct": 15,
            "load_peak_pct": 60,
            **changes,
        }

    def launch(self, **changes: Any) -> Job:
        """Starts a launch."""
        return self.start("instance.launch", None, **self.launch_params(**changes))

    def start(self, name: str, subject: models.Model | None, /, **params: Any) -> Job:
        """Starts an operation."""
        return start(self.lab, Request(operation_named(name), subject, params, TESTER))

    def do(self, name: str, subject: models.Model | None, /, **params: Any) -> Job:
        """Starts an operation and lets it end."""
        job = self.start(name, subject, **params)
        self.let_pass()
        return Job.objects.get(pk=job.pk)

    def preview(self, name: str, subject: models.Model | None, /, **params: Any) -> tuple[Preview, Plan]:
        """Before and after, and the plan; raises as a start would."""
        prepared = prepare(self.lab, Request(operation_named(name), subject, params, TESTER))
        return prepared.preview(), prepared.plan()

    def let_pass(self, seconds: float = 3600.0) -> None:
        """Moves the lab's clock on and lets happen what is due."""
        lab = Lab.objects.get(pk=self.lab.pk)
        clock.move_forward(lab.pk, lab.lab_time() + timedelta(seconds=seconds))
        while drive(lab.pk).steps:
            pass

    def instance(self, type_name: str = "m5.large", state: str = "running", **more: Any) -> Instance:
        """An instance that is there already; `image_name`, `zone`, `root_gib` and fields of the model."""
        with_image = image(more.pop("image_name", AL2023))
        zone, root_gib = more.pop("zone", f"{TOKYO}a"), more.pop("root_gib", 30)
        new = NewInstances(
            names=[more.pop("name", "web-01")],
            region=TOKYO,
            zones=[zone],
            kind=InstanceType.objects.get(pk=type_name),
            image=with_image,
            root=root_volume(size_gib=root_gib),
            purchase=more.pop("purchase", "on_demand"),
            load=more.pop("load", SyntheticLoad()),
            more=more,
        )
        instance = create_instances(self.lab, new)[0]
        for step in {"running": ["running"], "stopped": ["running", "stopped"]}.get(state, [state]):
            change(instance, step, self.lab.lab_time())
        instance.save()
        return instance


def again(instance: Instance) -> Instance:
    """The instance as the database has it."""
    return Instance.objects.get(pk=instance.pk)


def make_cloud(name: str = "Lab") -> Cloud:
    """A fresh lab; its clock runs a minute a second."""
    return Cloud(Lab.objects.create(name=name, clock_speed=60.0, clock_real_at=timezone.now()))
