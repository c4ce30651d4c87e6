"""An instance with several network interfaces gets no public address from the cloud's pool."""

import pytest

from instances.models import ElasticAddress, Instance
from tests.instances.operations.cloud import Cloud, again
from tests.instances.operations.test_addresses import as_previewed

NEEDS = "it needs an Elastic IP"


def says_so(cloud: Cloud, name: str, subject: Instance | ElasticAddress | None, /, **params: object) -> bool:
    """Whether the preview says that it needs an Elastic IP."""
    preview, _plan = cloud.preview(name, subject, **params)
    return any(NEEDS in str(note) for note in preview.notes)


class TestSeveralInterfaces:
    def test_it_gets_no_address_at_launch_and_pays_for_none(self, cloud: Cloud) -> None:
        one, two = (cloud.launch_params(instance_type="m5.large", interfaces=count) for count in (1, 2))
        with_one, with_two = (cloud.preview("instance.launch", None, **answers)[0] for answers in (one, two))
        assert with_one.cost_usd_per_month is not None
        assert with_two.cost_usd_per_month is not None
        assert with_one.cost_usd_per_month[1] - with_two.cost_usd_per_month[1] == pytest.approx(0.005 * 730)
        assert not says_so(cloud, "instance.launch", None, **one)
        assert says_so(cloud, "instance.launch", None, **two)
        cloud.do("instance.launch", None, **two)
        assert Instance.objects.get().public_address is None

    def test_it_has_the_elastic_ip_that_the_launch_asks_for(self, cloud: Cloud) -> None:
        answers = cloud.launch_params(instance_type="m5.large", interfaces=2, elastic_address="on")
        assert not says_so(cloud, "instance.launch", None, **answers)
        cloud.do("instance.launch", None, **answers)
        assert Instance.objects.get().public_address == ElasticAddress.objects.get().address

    def test_it_gets_none_at_a_start(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large", "stopped", network_interfaces=2)
        preview, _plan = cloud.preview("instance.start", instance)
        assert ("Public address", "–", "–") in {(str(each.label), each.before, each.after) for each in preview.changes}
        assert says_so(cloud, "instance.start", instance)
        as_previewed(cloud, "instance.start", instance)
        assert again(instance).public_address is None

    def test_it_has_none_after_another_type(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large", network_interfaces=2)
        assert says_so(cloud, "instance.resize", instance, instance_type="m5.xlarge")
        cloud.do("instance.resize", instance, instance_type="m5.xlarge")
        assert (again(instance).state, again(instance).public_address) == ("running", None)

    def test_it_gets_none_for_the_elastic_ip_that_it_loses(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.large", elastic_address=True, network_interfaces=2)
        address = ElasticAddress.objects.get()
        assert says_so(cloud, "address.disassociate", address)
        as_previewed(cloud, "address.disassociate", address)
        assert again(instance).public_address is None

    def test_it_gets_none_where_another_instance_takes_its_elastic_ip(self, cloud: Cloud) -> None:
        loser = cloud.instance("m5.large", elastic_address=True, network_interfaces=2)
        winner, address = cloud.instance(name="web-02"), ElasticAddress.objects.get()
        as_previewed(cloud, "address.associate", address, instance=winner.pk, allow_reassociation="on")
        assert (again(loser).public_address, again(winner).public_address) == (None, address.address)
