"""Clouds in which cases of operations start. Loads are flat: what is drawn now is what is drawn on average."""

from typing import Any

from django.db import models

from instances.live.region import region_view
from instances.models import Instance, PlacementGroup
from instances.operations.fault.system_failure import IMPAIRED
from instances.rules.health.status_checks import checks
from instances.rules.right_size import Projection, RightSize, right_size_of
from instances.services.instances import SyntheticLoad
from tests.instances.operations.cloud import TOKYO, Cloud, again, make_cloud
from tests.operations.case import Case
from tests.support.sandbox import Sandbox
from virtlab.web import formats

ZONE = f"{TOKYO}a"
FLAT = SyntheticLoad("steady", 0.05, 0.05, 0.05)


def in_cloud(cloud: Cloud, subject: models.Model | None = None, /, **more: Any) -> Case:
    """A case whose figures are those of the region."""

    def figures() -> tuple[float, float]:
        total = region_view(cloud.lab, TOKYO).total
        return total.usd_per_month, total.power_w

    return Case(cloud, subject, more.pop("params", {}), figures=figures, **more)


def of_instance(state: str = "running", /, params: dict[str, Any] | None = None, **made: Any) -> Case:
    """One that is about an instance."""
    cloud = make_cloud()
    instance = cloud.instance(made.pop("kind", "m5.large"), state, **{"load": FLAT, **made})
    return in_cloud(cloud, instance, params={"lose_store": "on", **(params or {})})


def sized(case: Case) -> Case:
    """Its preview shows the load on the new type."""

    def now() -> Projection:
        assert isinstance(case.subject, Instance)
        answer = right_size_of(case.box.lab, again(case.subject))
        assert isinstance(answer, RightSize)
        return answer.now

    case.reads = {
        "CPU in the busiest hours": lambda: formats.percent(now().cpu_busiest),
        "Highest memory": lambda: formats.percent(now().memory_busiest),
        "Risk": lambda: now().risk_name,
    }
    return case


def launch_params(cloud: Cloud, **more: Any) -> dict[str, Any]:
    """A flat load for new instances."""
    return cloud.launch_params(load="steady", load_mean_pct=5, load_peak_pct=5, **more)


def made_group(box: Sandbox) -> PlacementGroup:
    """An empty placement group."""
    box.run("placement_group.create", None, region=TOKYO, name="racks", strategy="spread")
    return PlacementGroup.objects.get(lab=box.lab)


def left(model: type[models.Model], cloud: Cloud) -> str:
    """What the lab has left of these, in words."""
    return ", ".join(str(row) for row in model._default_manager.filter(lab=cloud.lab)) or "–"


def out_of_reach(cloud: Cloud) -> int:
    """Instances that an outage keeps out of reach."""
    return Instance.objects.filter(lab=cloud.lab, unreachable_since_lab_at__isnull=False).count()


def outage(**place: Any) -> Case:
    """A place with two instances goes out."""
    cloud = make_cloud()
    cloud.instance(load=FLAT)
    cloud.instance(load=FLAT, name="web-02", zone=f"{TOKYO}c")
    return in_cloud(cloud, params=place, reads={"Instances out of reach": lambda: out_of_reach(cloud)})


def status_checks(case: Case) -> str:
    """What the page says of the hardware under the case's instance."""
    assert isinstance(case.subject, Instance)
    instance = again(case.subject)
    return str(checks(instance.instance_type).passed if instance.system_failed_lab_at is None else IMPAIRED)
