"""A case of every operation in the cloud that is not on one instance."""

from instances.choices import FaultKind
from instances.live.region import region_view
from instances.models import ElasticAddress, Fault, Instance, PlacementGroup
from tests.instances.operations.cloud import TOKYO, Cloud, again, make_cloud
from tests.operations.case import Case, case
from tests.operations.clouds import (
    FLAT,
    ZONE,
    in_cloud,
    launch_params,
    left,
    made_group,
    of_instance,
    outage,
    status_checks,
)
from virtlab.web.formats import exact, number


@case("instance.launch")
def launch() -> Case:
    cloud = make_cloud()
    params = launch_params(cloud, count=2, instance_type="m5.large")

    def price() -> dict[str, float]:
        total = region_view(cloud.lab, TOKYO).total
        hourly, monthly = total.usd_per_hour, total.usd_per_month
        yen = cloud.prepared("instance.launch", None, **params).lab_figures["usd_jpy"]
        return {"hour": hourly, "month": monthly, "yen": round(monthly * yen)}

    made = Instance.objects.filter(lab=cloud.lab)
    reads = {
        "Instances": lambda: number(made.count()),
        "vCPU": lambda: number(sum(instance.instance_type.vcpu for instance in made)),
        "Memory": lambda: exact(sum(instance.instance_type.memory_mib for instance in made) / 1024),
        "Network": lambda: made[0].instance_type.network_performance,
        "Volumes": lambda: number(sum(volume.size_gib for one in made for volume in one.volumes.all())),
        "Zone": lambda: ", ".join({instance.zone for instance in made}),
        "Price per hour": lambda: number(price()["hour"], 4),
        "Price per month": lambda: number(price()["month"], 2),
        "Price per month, at the lab's rate": lambda: number(price()["yen"], 0),
    }
    return in_cloud(cloud, params=params, reads=reads)


@case("template.create_launch")
def create_launch() -> Case:
    cloud = make_cloud()
    return in_cloud(cloud, params=launch_params(cloud, save_as="web"))


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


@case("volume.modify")
def modify() -> Case:
    case = of_instance()
    assert isinstance(case.subject, Instance)
    case.subject = case.subject.volumes.get()
    case.params = {"kind": "gp3", "size_gib": 100, "iops": 6000, "throughput_mib_per_s": 250}
    return case


@case("quota.request")
def quota() -> Case:
    cloud = make_cloud()
    return in_cloud(cloud, params={"region": TOKYO, "group": "standard", "vcpu": 5000})


@case("fault.zone_outage")
def zone_outage() -> Case:
    return outage(zone=ZONE)


@case("fault.zone_outage/launching")
def zone_outage_launching() -> Case:
    """A launch, a start and a modification are in progress."""
    case = outage(zone=ZONE)
    cloud = case.box
    assert isinstance(cloud, Cloud)
    volume = cloud.instance(load=FLAT, name="web-03").volumes.get()
    cloud.start("volume.modify", volume, kind="gp3", size_gib=100, iops=6000, throughput_mib_per_s=250)
    cloud.let_pass(60)
    cloud.start("instance.start", cloud.instance("m5.large", "stopped", load=FLAT, name="web-04"))
    cloud.launch(**{**launch_params(cloud, count=3, root_gib=100, zone=ZONE), "name": "new"})
    cloud.let_pass(5)
    return case


@case("fault.region_outage")
def region_outage() -> Case:
    return outage(region=TOKYO)


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
