"""A case of every operation in the cloud. Loads are flat, so that what is drawn now is what is drawn on average."""

from typing import Any

from django.db import models

from instances.choices import FaultKind
from instances.live.region import region_view
from instances.models import ElasticAddress, Fault, Instance, PlacementGroup
from instances.operations.system_failure import IMPAIRED, PASSED
from instances.rules.right_size import Projection, RightSize, right_size_of
from instances.services.instances import SyntheticLoad
from tests.instances.operations.cloud import TOKYO, Cloud, again, make_cloud
from tests.operations.case import Case, case
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


def started(case: Case) -> Case:
    """Its preview shows the figures of the running instance: it is started before they are compared."""
    case.figures_once = lambda: case.box.run("instance.start", case.subject)
    return case


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


@case("instance.launch")
def launch() -> Case:
    cloud = make_cloud()
    params = launch_params(cloud, count=2, instance_type="m5.large")

    def price() -> dict[str, float]:
        total = region_view(cloud.lab, TOKYO).total
        hourly, monthly = total.usd_per_hour, total.usd_per_month
        yen = cloud.prepared("instance.launch", None, **params).lab_figures["usd_jpy"]  # type: ignore[attr-defined]
        return {"hour": hourly, "month": monthly, "yen": round(monthly * yen)}

    made = Instance.objects.filter(lab=cloud.lab)
    reads = {
        "Instances": made.count,
        "vCPU": lambda: sum(instance.instance_type.vcpu for instance in made),
        "Memory": lambda: sum(instance.instance_type.memory_mib for instance in made) / 1024,
        "Network": lambda: made[0].instance_type.network_performance,
        "Volumes": lambda: sum(volume.size_gib for instance in made for volume in instance.volumes.all()),
        "Zone": lambda: ", ".join({instance.zone for instance in made}),
        "Price per hour": lambda: f"{price()['hour']:.4f}",
        "Price per month": lambda: f"{price()['month']:.2f}",
        "Price per month, at the lab's rate": lambda: price()["yen"],
    }
    return in_cloud(cloud, params=params, reads=reads)


@case("template.create_launch")
def create_launch() -> Case:
    cloud = make_cloud()
    return in_cloud(cloud, params=launch_params(cloud, save_as="web"))


@case("instance.start")
def start() -> Case:
    return of_instance("stopped")


@case("instance.start/hibernated")
def start_hibernated() -> Case:
    case = of_instance(hibernation=True)
    case.box.run("instance.hibernate", case.subject)
    return case


@case("instance.stop")
def stop() -> Case:
    return of_instance()


@case("instance.stop/store")
def stop_store() -> Case:
    return of_instance(kind="m5d.large", elastic_address=True)


@case("instance.reboot")
def reboot() -> Case:
    return of_instance()


@case("instance.hibernate")
def hibernate() -> Case:
    return of_instance(hibernation=True)


@case("instance.resize")
def resize() -> Case:
    return of_instance(params={"instance_type": "m5.xlarge"})


@case("instance.change_type")
def change_type() -> Case:
    return started(of_instance("stopped", {"instance_type": "m5.xlarge"}))


@case("instance.right_size")
def right_size() -> Case:
    return sized(of_instance(kind="m5.4xlarge"))


@case("instance.right_size/off")
def right_size_off() -> Case:
    return sized(started(of_instance("stopped", kind="m5.4xlarge")))


@case("instance.rename")
def rename() -> Case:
    return of_instance(params={"name": "shop"})


@case("instance.set_tags")
def set_tags() -> Case:
    return of_instance(params={"tags": "stage = test"})


@case("instance.set_protection")
def set_protection() -> Case:
    return of_instance(params={"protected": "on"})


@case("instance.set_user_data")
def set_user_data() -> Case:
    return of_instance("stopped", {"user_data": "#!/bin/sh"})


@case("instance.set_auto_recovery")
def set_auto_recovery() -> Case:
    return of_instance(params={"auto_recovery": ""})


@case("instance.set_credit_mode")
def set_credit_mode() -> Case:
    busy = SyntheticLoad("steady", 0.5, 0.5, 0.05)
    return of_instance(kind="t3.medium", load=busy, credit_mode="unlimited", params={"credit_mode": "standard"})


@case("instance.set_placement_group")
def set_placement_group() -> Case:
    case = of_instance("stopped")
    case.params = {"placement_group": made_group(case.box).pk}
    return case


@case("placement_group.create")
def create_group() -> Case:
    cloud = make_cloud()
    params = {"region": TOKYO, "name": "racks", "strategy": "partition", "partitions": 3}

    def made() -> PlacementGroup:
        return PlacementGroup.objects.get(lab=cloud.lab, name="racks")

    reads = {"Strategy": lambda: made().get_strategy_display(), "Partitions": lambda: made().partitions}
    return in_cloud(cloud, params=params, reads=reads)


@case("placement_group.delete")
def delete_group() -> Case:
    cloud = make_cloud()
    return in_cloud(cloud, made_group(cloud), reads={"Placement group": lambda: left(PlacementGroup, cloud)})


def made_group(box: Sandbox) -> PlacementGroup:
    """An empty placement group."""
    box.run("placement_group.create", None, region=TOKYO, name="racks", strategy="spread")
    return PlacementGroup.objects.get(lab=box.lab)


def left(model: type[models.Model], cloud: Cloud) -> str:
    """What the lab has left of these, in words."""
    return ", ".join(str(row) for row in model._default_manager.filter(lab=cloud.lab)) or "–"


@case("address.allocate")
def allocate() -> Case:
    return in_cloud(make_cloud(), params={"region": TOKYO})


@case("address.release")
def release() -> Case:
    cloud = make_cloud()
    return in_cloud(cloud, cloud.elastic(), reads={"Elastic IP": lambda: left(ElasticAddress, cloud)})


@case("address.associate")
def associate() -> Case:
    cloud = make_cloud()
    return in_cloud(cloud, cloud.elastic(), params={"instance": cloud.instance(load=FLAT).pk})


@case("address.associate/moves")
def associate_moves() -> Case:
    cloud = make_cloud()
    user = cloud.instance(load=FLAT, elastic_address=True)
    other = cloud.instance("m5.large", "stopped", load=FLAT, name="web-02")
    params = {"instance": other.pk, "allow_reassociation": "on"}
    return in_cloud(cloud, ElasticAddress.objects.get(instance=user), params=params)


@case("address.disassociate")
def disassociate() -> Case:
    cloud = make_cloud()
    user = cloud.instance(load=FLAT, elastic_address=True)
    reads = {"Public address": lambda: again(user).public_address}
    return in_cloud(cloud, ElasticAddress.objects.get(instance=user), reads=reads)


@case("instance.terminate")
def terminate() -> Case:
    return of_instance()


@case("instance.terminate/off")
def terminate_off() -> Case:
    return of_instance("stopped", purchase="one_year")


@case("volume.modify")
def modify() -> Case:
    case = of_instance()
    assert isinstance(case.subject, Instance)
    case.subject = case.subject.volumes.get()
    case.params = {"kind": "gp3", "size_gib": 100, "iops": 6000, "throughput_mbps": 250}
    return case


@case("quota.request")
def quota() -> Case:
    cloud = make_cloud()
    return in_cloud(cloud, params={"region": TOKYO, "group": "standard", "vcpu": 5000})


def out_of_reach(cloud: Cloud) -> int:
    """Instances that an outage keeps out of reach."""
    return Instance.objects.filter(lab=cloud.lab, unreachable_since_lab_at__isnull=False).count()


def outage(**place: Any) -> Case:
    """A place with two instances goes out."""
    cloud = make_cloud()
    cloud.instance(load=FLAT)
    cloud.instance(load=FLAT, name="web-02", zone=f"{TOKYO}c")
    return in_cloud(cloud, params=place, reads={"Instances out of reach": lambda: out_of_reach(cloud)})


@case("fault.zone_outage")
def zone_outage() -> Case:
    return outage(zone=ZONE)


@case("fault.region_outage")
def region_outage() -> Case:
    return outage(region=TOKYO)


def status_checks(case: Case) -> str:
    """What the page says of the hardware under the case's instance."""
    assert isinstance(case.subject, Instance)
    return str(PASSED if again(case.subject).system_failed_lab_at is None else IMPAIRED)


@case("fault.system_failure")
def system_failure() -> Case:
    case = of_instance()
    case.reads = {"Status checks": lambda: status_checks(case)}
    return case


@case("fault.system_failure/stays")
def system_failure_stays() -> Case:
    case = of_instance(auto_recovery=False)
    case.reads = {"Status checks": lambda: status_checks(case)}
    return case


@case("fault.no_capacity")
def no_capacity() -> Case:
    return outage(region=TOKYO, type_name="m5.large")


@case("fault.end")
def end() -> Case:
    case = outage()
    case.box.run("fault.zone_outage", None, zone=ZONE)
    case.subject = Fault.objects.get(lab=case.box.lab, kind=FaultKind.ZONE_OUTAGE)
    return case
