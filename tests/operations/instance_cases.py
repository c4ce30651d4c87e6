"""A case of every operation on an instance."""

from instances.services.instances import SyntheticLoad
from tests.operations.case import Case, case
from tests.operations.clouds import (
    made_group,
    of_instance,
    sized,
)


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


@case("instance.stop/skips the shutdown")
def stop_hard() -> Case:
    return of_instance(params={"skip_os_shutdown": "on"})


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
    return of_instance("stopped", {"instance_type": "m5.xlarge"})


@case("instance.right_size")
def right_size() -> Case:
    return sized(of_instance(kind="m5.4xlarge"))


@case("instance.right_size/off")
def right_size_off() -> Case:
    return sized(of_instance("stopped", kind="m5.4xlarge"))


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


@case("instance.terminate")
def terminate() -> Case:
    return of_instance()


@case("instance.terminate/off")
def terminate_off() -> Case:
    return of_instance("stopped", purchase="one_year")
