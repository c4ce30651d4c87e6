"""Refusals of the cloud carry the error code with which EC2 refuses, and none where it would not."""

from typing import Any

import pytest
from django.test import Client

from instances.models import Fault, Quota
from instances.operations.real_world import REAL_WORLD
from tests.instances.operations.cloud import AL2023_ARM, PARAVIRTUAL, TOKYO, Cloud, image
from tests.support.visitors import give_to
from virtlab.jobs.operations.refusals import Refused


def codes(cloud: Cloud, name: str, subject: Any = None, /, **params: Any) -> list[str]:
    """The codes of an operation's refusals; each that is not empty stands in what it is called outside."""
    with pytest.raises(Refused) as refused:
        cloud.start(name, subject, **params)
    codes_told = [refusal.code for refusal in refused.value.refusals]
    assert set(codes_told) - {""} <= {code for way in REAL_WORLD[name] for code in way.errors}
    return codes_told


def launch_codes(cloud: Cloud, **changes: Any) -> list[str]:
    """The same of a launch."""
    return codes(cloud, "instance.launch", None, **cloud.launch_params(**changes))


class TestStates:
    def test_it_is_told_of_a_type_change_while_the_instance_runs(self, cloud: Cloud) -> None:
        change = codes(cloud, "instance.change_type", cloud.instance(), instance_type="m5.xlarge")
        assert change[0] == "IncorrectInstanceState"

    @pytest.mark.parametrize(
        ("now", "more", "wanted", "code"),
        [
            ("m5.large", {"zone": f"{TOKYO}d"}, "m1.small", "InvalidInstanceAttributeValue"),
            ("m5.large", {}, "m7g.large", "InvalidParameterValue"),
            ("m3.medium", {"image_name": PARAVIRTUAL}, "m5.large", "InvalidParameterCombination"),
        ],
    )
    def test_it_is_told_of_a_type_that_the_instance_cannot_be(
        self, cloud: Cloud, now: str, more: dict[str, Any], wanted: str, code: str
    ) -> None:
        stopped, running = cloud.instance(now, state="stopped", **more), cloud.instance(now, **more)
        assert codes(cloud, "instance.change_type", stopped, instance_type=wanted) == [code]
        assert codes(cloud, "instance.resize", running, instance_type=wanted) == [code]

    @pytest.mark.parametrize(
        ("name", "state", "code"),
        [
            ("instance.stop", "pending", "IncorrectInstanceState"),
            ("instance.stop", "stopped", ""),
            ("instance.start", "stopping", "IncorrectInstanceState"),
            ("instance.start", "running", ""),
            ("instance.start", "terminated", "IncorrectInstanceState"),
            ("instance.set_user_data", "running", "IncorrectInstanceState"),
            ("instance.set_protection", "pending", ""),
            ("instance.terminate", "terminated", ""),
        ],
    )
    def test_it_is_told_only_where_ec2_refuses_the_state(self, cloud: Cloud, name: str, state: str, code: str) -> None:
        assert codes(cloud, name, cloud.instance(state=state)) == [code]

    def test_it_is_told_of_addresses(self, cloud: Cloud) -> None:
        address = cloud.elastic()
        pending, running = cloud.instance(state="pending"), cloud.instance(name="web-02")
        assert codes(cloud, "address.associate", address, instance=pending.pk) == ["IncorrectInstanceState"]
        cloud.run("address.associate", address, instance=running.pk)
        other = cloud.instance(name="web-03")
        assert codes(cloud, "address.associate", address, instance=other.pk) == ["Resource.AlreadyAssociated"]
        assert codes(cloud, "address.release", address) == ["InvalidIPAddress.InUse"]
        for _number in range(4):
            cloud.elastic()
        assert codes(cloud, "address.allocate", None, region=TOKYO) == ["AddressLimitExceeded"]
        assert launch_codes(cloud, elastic_address="on") == ["AddressLimitExceeded"]

    def test_it_is_told_of_protection(self, cloud: Cloud) -> None:
        assert codes(cloud, "instance.terminate", cloud.instance(protected=True)) == ["OperationNotPermitted"]

    def test_it_is_told_of_hibernation(self, cloud: Cloud) -> None:
        assert codes(cloud, "instance.hibernate", cloud.instance()) == ["UnsupportedHibernationConfiguration"]


class TestLaunch:
    def test_it_is_told_of_capacity_and_quota(self, cloud: Cloud) -> None:
        Quota.objects.create(lab=cloud.lab, region_id=TOKYO, group="standard", vcpu=1)
        Fault.objects.create(lab=cloud.lab, kind="no_capacity", region_id=TOKYO, since_lab_at=cloud.lab.lab_time())
        assert launch_codes(cloud) == ["InsufficientInstanceCapacity", "VcpuLimitExceeded"]

    def test_it_has_none_for_an_outage(self, cloud: Cloud) -> None:
        Fault.objects.create(lab=cloud.lab, kind="region_outage", region_id=TOKYO, since_lab_at=cloud.lab.lab_time())
        assert launch_codes(cloud) == [""]

    @pytest.mark.parametrize(
        ("image_name", "type_name", "code"),
        [
            (AL2023_ARM, "t3.micro", "InvalidParameterValue"),
            (PARAVIRTUAL, "t3.micro", "InvalidParameterCombination"),
        ],
    )
    def test_it_is_told_of_an_image_that_does_not_boot(
        self, cloud: Cloud, image_name: str, type_name: str, code: str
    ) -> None:
        chosen = image(image_name)
        values = {"image": chosen.image_id, "instance_type": type_name, "root_gib": 30}
        assert launch_codes(cloud, **values) == [code]

    def test_it_is_told_of_interfaces_and_hibernation(self, cloud: Cloud) -> None:
        assert launch_codes(cloud, interfaces=40) == ["AttachmentLimitExceeded"]
        kind = "p5.48xlarge"
        assert "UnsupportedHibernationConfiguration" in launch_codes(
            cloud, instance_type=kind, hibernation="on", root_gib=30
        )


class TestRest:
    def test_it_is_told_of_volumes_and_quotas(self, cloud: Cloud) -> None:
        volume = cloud.instance().volumes.get()
        smaller = codes(cloud, "volume.modify", volume, kind="gp3", size_gib=8, iops=3000, throughput_mib_per_s=125)
        assert smaller == ["InvalidParameterValue"]
        less = codes(cloud, "quota.request", None, region=TOKYO, group="standard", vcpu=1)
        assert less == ["IllegalArgumentException"]

    def test_it_is_in_the_api_and_on_the_page(self, cloud: Cloud, aiko: Client) -> None:
        give_to(aiko, cloud.lab)
        instance = cloud.instance(protected=True)
        sent = {"operation": "instance.terminate", "subject": instance.pk, "params": {}}
        answer = aiko.post(f"/api/labs/{cloud.lab.slug}/jobs", sent, content_type="application/json")
        assert (answer.status_code, answer.json()["codes"]) == (409, ["OperationNotPermitted"])
        address = f"/labs/{cloud.lab.slug}/jobs/operations/instance.terminate/"
        page = aiko.post(address, {"subject": instance.pk, "do": "start"}).content.decode()
        assert page.count('<code class="error-code">OperationNotPermitted</code>') == 2
