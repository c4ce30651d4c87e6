"""A lab's cloud to run operations on."""

from typing import Any

from django.utils import timezone

from instances.choices import CheckState
from instances.models import ElasticAddress, Image, Instance, InstanceType
from instances.operations.instance.state_effects import change
from instances.services.addresses import allocate, associate
from instances.services.instances import NewInstances, SyntheticLoad, create_instances, root_volume
from tests.support.sandbox import Sandbox
from virtlab.jobs.models import Job
from virtlab.labs.models import Lab

TOKYO = "ap-northeast-1"
AL2023 = "al2023-ami-2023.12.20260930.0-kernel-6.12-x86_64"
AL2023_ARM = "al2023-ami-2023.12.20260930.0-kernel-6.12-arm64"
OLD = "amzn-ami-hvm-2017.09.1.20171103-x86_64-gp2"
WINDOWS = "Windows_Server-2016-English-Full-Base-2017.10.13"
WINDOWS_2019 = "Windows_Server-2019-English-Full-Base-illustrative"
PARAVIRTUAL = "amzn-ami-pv-2017.09.1.20171103-x86_64-ebs"


def image(name: str = AL2023, region: str = TOKYO) -> Image:
    """An image by its name."""
    return Image.objects.get(region=region, name=name, lab=None)


class Cloud(Sandbox):
    """A lab with what is there already in its cloud, and launches."""

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

    def instance(self, type_name: str = "m5.large", state: str = "running", **more: Any) -> Instance:
        """An instance that is there: `image_name`, `zone`, `root_gib`, `elastic_address` and fields of the model."""
        with_image = image(more.pop("image_name", AL2023))
        elastic = more.pop("elastic_address", False)
        zone, root_gib = more.pop("zone", f"{TOKYO}a"), more.pop("root_gib", 30)
        new = NewInstances(
            names=[more.pop("name", "web-01")],
            region=TOKYO,
            zones=[zone],
            kind=InstanceType.objects.get(pk=type_name),
            image=with_image,
            root=root_volume(size_gib=root_gib, encrypted=more.pop("encrypted", bool(more.get("hibernation")))),
            purchase=more.pop("purchase", "on_demand"),
            load=more.pop("load", SyntheticLoad()),
            more=more,
        )
        instance = create_instances(self.lab, new)[0]
        if elastic:
            associate(self.elastic(), instance)
        for step in {"running": ["running"], "stopped": ["running", "stopped"]}.get(state, [state]):
            change(instance, step, self.lab.lab_time())
        instance.status_checks = CheckState.PASSED
        instance.save()
        return instance

    def elastic(self) -> ElasticAddress:
        """An Elastic IP that nobody uses."""
        return allocate(self.lab, TOKYO, 1, self.lab.lab_time())[0]


def again(instance: Instance) -> Instance:
    """The instance as the database has it."""
    return Instance.objects.get(pk=instance.pk)


def make_cloud(name: str = "Lab") -> Cloud:
    """A fresh lab whose clock stands, so that only `let_pass` moves it."""
    now = timezone.now()
    return Cloud(Lab.objects.create(name=name, clock_speed=0.0, clock_real_at=now, clock_lab_at=now))
