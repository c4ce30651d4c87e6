"""Elastic IPs: the lab's own from allocation to release, and charged all the while."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest

from instances.live.addresses import address_rows
from instances.live.region import region_view
from instances.models import ElasticAddress, Instance
from tests.instances.operations.cloud import TOKYO, Cloud, again
from virtlab.jobs.choices import JobState
from virtlab.jobs.operations.refusals import Refused
from virtlab.labs.models import Lab

MONTH_USD = 0.005 * 730


def bill(cloud: Cloud) -> float:
    """USD per month of the region."""
    return region_view(Lab.objects.get(pk=cloud.lab.pk), TOKYO).total.usd_per_month


def as_previewed(cloud: Cloud, name: str, subject: object, /, **params: object) -> None:
    """Runs it: the region's bill changes by what the preview says."""
    before = bill(cloud)
    preview, _plan = cloud.preview(name, subject, **params)  # type: ignore[arg-type]
    cloud.run(name, subject, **params)  # type: ignore[arg-type]
    assert preview.cost_usd_per_month is not None
    assert bill(cloud) - before == pytest.approx(preview.cost_usd_per_month[1] - preview.cost_usd_per_month[0])


class TestAllocation:
    def test_it_costs_from_now_on_though_nobody_uses_it(self, cloud: Cloud) -> None:
        as_previewed(cloud, "address.allocate", None, region=TOKYO)
        view = region_view(cloud.lab, TOKYO)
        assert view.loose_addresses == 1
        assert view.loose_addresses_usd_per_month == pytest.approx(MONTH_USD)
        [row] = address_rows(cloud.lab, ElasticAddress.objects.get().allocated_lab_at + timedelta(hours=10))
        assert row.unused
        assert row.usd_per_month == pytest.approx(MONTH_USD)
        assert row.accrued_usd == pytest.approx(0.05)

    def test_it_gives_five_in_a_region(self, cloud: Cloud) -> None:
        for _number in range(5):
            cloud.run("address.allocate", None, region=TOKYO)
        refusal = cloud.refused("address.allocate", None, region=TOKYO).refusals[0]
        assert "0 left of the limit of 5" in str(refusal.text)
        assert {way.operation for way in refusal.ways_out} == {"address.release"}
        cloud.run("address.allocate", None, region="us-east-1")

    def test_it_does_not_give_a_sixth_that_was_asked_for_before(self, cloud: Cloud) -> None:
        job = cloud.start("address.allocate", None, region=TOKYO)
        for _number in range(5):
            cloud.elastic()
        cloud.let_pass()
        job.refresh_from_db()
        assert (job.state, ElasticAddress.objects.count()) == (JobState.FAILED, 5)

    def test_it_is_released_for_good(self, cloud: Cloud) -> None:
        address = cloud.elastic()
        as_previewed(cloud, "address.release", address)
        assert (bill(cloud), ElasticAddress.objects.count()) == (0, 0)

    def test_it_is_not_released_while_it_is_used(self, cloud: Cloud) -> None:
        instance = cloud.instance(elastic_address=True)
        refusal = cloud.refused("address.release", ElasticAddress.objects.get()).refusals[0]
        assert [way.operation for way in refusal.ways_out] == ["address.disassociate"]
        cloud.run("address.disassociate", ElasticAddress.objects.get())
        cloud.run("address.release", ElasticAddress.objects.get())
        assert again(instance).public_address

    def test_it_is_not_released_where_an_instance_got_it_meanwhile(self, cloud: Cloud) -> None:
        address, instance = cloud.elastic(), cloud.instance()
        job = cloud.start("address.release", address)
        ElasticAddress.objects.update(instance=instance)
        cloud.let_pass()
        job.refresh_from_db()
        assert (job.state, ElasticAddress.objects.count()) == (JobState.FAILED, 1)


class TestAssociation:
    def test_it_replaces_the_address_from_the_pool_and_its_charge(self, cloud: Cloud) -> None:
        address, instance = cloud.elastic(), cloud.instance()
        as_previewed(cloud, "address.associate", address, instance=instance.pk)
        assert (again(instance).public_address, again(instance).elastic_address) == (address.address, True)

    def test_it_is_the_address_of_a_stopped_instance(self, cloud: Cloud) -> None:
        address, instance = cloud.elastic(), cloud.instance(state="stopped")
        as_previewed(cloud, "address.associate", address, instance=instance.pk)
        as_previewed(cloud, "instance.start", instance)
        assert again(instance).public_address == address.address

    def test_it_moves_to_another_instance_when_it_may(self, cloud: Cloud) -> None:
        loser, winner = cloud.instance(elastic_address=True), cloud.instance(name="web-02")
        address = ElasticAddress.objects.get()
        refusal = cloud.refused("address.associate", address, instance=winner.pk).refusals[0]
        assert "is the address of web-01" in str(refusal.text)
        [way] = refusal.ways_out
        as_previewed(cloud, "address.associate", address, **way.params)
        assert again(winner).public_address == address.address
        assert again(loser).public_address not in {None, address.address}
        assert not again(loser).elastic_address

    def test_it_leaves_the_instances_other_one_allocated(self, cloud: Cloud) -> None:
        instance = cloud.instance(elastic_address=True)
        before, address = ElasticAddress.objects.get(), cloud.elastic()
        as_previewed(cloud, "address.associate", address, instance=instance.pk)
        before.refresh_from_db()
        assert (before.instance, again(instance).public_address) == (None, address.address)

    def test_it_refuses_what_is_so_already_and_other_regions(self, cloud: Cloud) -> None:
        instance = cloud.instance(elastic_address=True)
        address = ElasticAddress.objects.get()
        with pytest.raises(Refused, match=r"web-01 has .* already"):
            cloud.start("address.associate", address, instance=instance.pk)
        with pytest.raises(Refused, match="No instance uses"):
            cloud.start("address.disassociate", cloud.elastic())

    def test_it_is_not_given_to_what_was_terminated_meanwhile(self, cloud: Cloud) -> None:
        address, instance = cloud.elastic(), cloud.instance()
        job = cloud.start("address.associate", address, instance=instance.pk)
        Instance.objects.update(state="terminated")
        cloud.let_pass()
        job.refresh_from_db()
        assert job.state == JobState.FAILED

    def test_it_is_not_taken_off_what_is_being_terminated(self, cloud: Cloud) -> None:
        cloud.instance(elastic_address=True, state="shutting-down")
        [refusal] = cloud.refused("address.disassociate", ElasticAddress.objects.get()).refusals
        assert "web-01 is being terminated" in str(refusal.text)

    def test_it_refuses_while_the_zone_is_out(self, cloud: Cloud) -> None:
        instance = cloud.instance(elastic_address=True)
        cloud.run("fault.zone_outage", None, zone=f"{TOKYO}a")
        with pytest.raises(Refused, match="is out"):
            cloud.start("address.disassociate", ElasticAddress.objects.get())
        with pytest.raises(Refused, match="is out"):
            cloud.start("address.associate", cloud.elastic(), instance=instance.pk)


class TestInstances:
    def test_it_stays_and_is_charged_when_its_instance_stops(self, cloud: Cloud) -> None:
        instance = cloud.instance(elastic_address=True)
        as_previewed(cloud, "instance.stop", instance)
        assert again(instance).public_address == ElasticAddress.objects.get().address

    def test_it_stays_and_is_charged_when_its_instance_is_terminated(self, cloud: Cloud) -> None:
        instance = cloud.instance(elastic_address=True)
        preview, _plan = cloud.preview("instance.terminate", instance)
        assert any("stays allocated and charged" in str(note) for note in preview.notes)
        as_previewed(cloud, "instance.terminate", instance)
        assert ElasticAddress.objects.get().instance is None
        assert bill(cloud) == pytest.approx(MONTH_USD)

    def test_it_is_allocated_by_a_launch_for_each_instance(self, cloud: Cloud) -> None:
        as_previewed(cloud, "instance.launch", None, **cloud.launch_params(count=3, elastic_address="on"))
        addresses = {row.instance_id: row.address for row in ElasticAddress.objects.all()}
        assert {one.pk: one.public_address for one in Instance.objects.all()} == addresses
        assert len(addresses) == 3
        refusal = cloud.refused("instance.launch", None, **cloud.launch_params(count=3, elastic_address="on"))
        assert refusal.refusals[0].field == "elastic_address"

    def test_it_is_released_when_the_launch_is_undone(self, cloud: Cloud) -> None:
        cloud.launch(elastic_address="on")
        cloud.let_pass(5)
        assert ElasticAddress.objects.count() == 1
        cloud.run_now("fault.region_outage", None, region=TOKYO)
        assert (Instance.objects.count(), ElasticAddress.objects.count()) == (0, 0)

    def test_it_is_a_row_for_what_was_a_flag(self, cloud: Cloud) -> None:
        instance = cloud.instance()
        flagged = SimpleNamespace(filter=lambda **_where: Instance.objects.filter(pk=instance.pk))
        models = {"ElasticAddress": ElasticAddress, "Instance": SimpleNamespace(objects=flagged)}
        apps = SimpleNamespace(get_model=lambda _app, name: models[name])
        import_module("instances.migrations.0010_addresses").to_rows(apps, None)
        row = ElasticAddress.objects.get()
        assert (row.instance, row.address, row.region_id) == (instance, instance.public_address, TOKYO)
