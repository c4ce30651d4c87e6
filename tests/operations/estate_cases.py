"""A case of every operation on a host, a cluster or a datastore."""

from hosts.models import Cluster, Datastore, Host, ServerModel
from tests.operations.case import Case, case
from tests.operations.estates import in_estate, quiet

SETTINGS = {"policy": "spread", "cpu_overcommit": 3.0, "memory_overcommit": 1.0}


@case("host.power_off")
def power_off() -> Case:
    estate = quiet()
    return in_estate(estate, estate.hosts[1])


@case("host.power_on")
def power_on() -> Case:
    estate = quiet()
    estate.run("host.power_off", estate.hosts[1])
    return in_estate(estate, estate.hosts[1])


@case("host.fail")
def fail() -> Case:
    estate = quiet()
    return in_estate(estate, estate.hosts[0])


@case("host.repair")
def repair() -> Case:
    estate = quiet()
    estate.run("host.fail", estate.hosts[0])
    return in_estate(estate, estate.hosts[0])


@case("host.remove")
def remove() -> Case:
    estate = quiet()
    of_cluster = Host.objects.filter(cluster=estate.cluster)
    reads = {"Hosts": of_cluster.count, "Cores": lambda: sum(host.cores for host in of_cluster.filter(name="h-02"))}
    return in_estate(estate, estate.hosts[1], reads=reads)


@case("host.add")
def add() -> Case:
    estate = quiet()
    model = ServerModel.objects.get(name="Test server")
    params = {"cluster": estate.cluster.pk, "model": model.pk, "count": 2, "pattern": "h-{n:02}", "first": 3}
    return in_estate(estate, params=params)


@case("host.purchase")
def purchase() -> Case:
    estate = quiet()
    return in_estate(estate, estate.hosts[1], params={"purchased_on": "2023-04-01"})


@case("cluster.settings")
def settings() -> Case:
    estate = quiet()
    return in_estate(estate, estate.cluster, params=SETTINGS)


@case("cluster.change_hypervisor")
def hypervisor() -> Case:
    estate = quiet()
    return in_estate(estate, estate.cluster, params={"hypervisor": "esxi"})


@case("cluster.add")
def add_cluster() -> Case:
    estate = quiet()
    params = {"name": "c2", "site": "Main", "hypervisor": "kvm", **SETTINGS}

    def made() -> str:
        return Cluster.objects.get(lab=estate.lab, name="c2").get_hypervisor_display()

    return in_estate(estate, params=params, reads={"Hypervisor": made})


@case("datastore.grow")
def grow() -> Case:
    estate = quiet()
    return in_estate(estate, estate.datastore, params={"capacity_gib": 1500})


@case("datastore.add")
def add_datastore() -> Case:
    estate = quiet()
    params = {"name": "ds-02", "cluster": estate.cluster.pk, "capacity_gib": 500, "mib_per_s": 500}

    def capacity() -> float:
        return Datastore.objects.get(lab=estate.lab, name="ds-02").capacity_gib

    return in_estate(estate, params=params, reads={"Capacity": capacity})
