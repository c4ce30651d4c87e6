"""A commitment is owed as it was bought, whatever the instance becomes."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from instances.choices import InstanceState
from instances.models import Fault, Instance, Price
from instances.operations.instance.state_effects import change
from instances.pricing.commitments import covers
from instances.services.outages import bring_back, cut_off, end_boots
from tests.instances.operations.cloud import TOKYO, Cloud, again
from tests.instances.operations.test_charge import ADDRESS_USD, COMMITTED, VOLUME_USD, ZONE, after, row, total
from tests.support.sandbox import DAY_S

LARGE = 0.124
"""An m5.large on demand in Tokyo."""


def price(type_name: str) -> float:
    """On demand with Linux in Tokyo."""
    return float(Price.objects.get(region=TOKYO, instance_type=type_name).usd_per_hour)


def running_usd(type_name: str) -> float:
    """What an hour costs of an instance that is committed to an m5.large, while it runs with Linux."""
    covered = LARGE if type_name.startswith("m5.") else 0.0
    return COMMITTED + max(price(type_name) - covered, 0.0)


TYPES = ["m5.large", "m5.xlarge", "m5.4xlarge", "c5.large", "t3.large"]


class TestCoverage:
    @pytest.mark.parametrize(
        ("committed", "other", "system", "covered"),
        [
            ("m5.large", "m5.24xlarge", "linux", True),
            ("m5.large", "m5.metal", "other", True),
            ("m5.large", "m5d.large", "linux", False),
            ("m5.large", "m6i.large", "linux", False),
            ("m5.large", "m5.xlarge", "windows", False),
            ("m5.large", "m5.xlarge", "rhel", False),
            ("m5.large", "m5.xlarge", "suse", False),
            ("m5.large", "m5.large", "windows", True),
            ("g5.xlarge", "g5.2xlarge", "linux", False),
            ("g5.xlarge", "g5.xlarge", "linux", True),
        ],
    )
    def test_it_covers_sizes_of_a_family_with_linux_alone(
        self, committed: str, other: str, system: str, covered: bool
    ) -> None:
        assert covers(committed, other, system) == covered


class TestTypeChange:
    @pytest.mark.parametrize("type_name", TYPES[1:])
    def test_it_costs_as_previewed_while_it_runs(self, cloud: Cloud, type_name: str) -> None:
        instance = cloud.instance(purchase="one_year")
        preview, _plan = cloud.preview("instance.resize", instance, instance_type=type_name)
        cloud.do("instance.resize", instance, instance_type=type_name)
        changed = again(instance)
        assert (changed.instance_type_id, changed.committed_type_id) == (type_name, "m5.large")
        expected = (running_usd(type_name) + ADDRESS_USD) * 730 + VOLUME_USD
        assert total(cloud)[0] == pytest.approx(after(preview)[0]) == pytest.approx(expected, rel=1e-3)
        assert row(cloud, instance).usd_per_hour == pytest.approx(running_usd(type_name))

    @pytest.mark.parametrize("type_name", TYPES[1:])
    def test_it_owes_the_same_while_it_is_stopped(self, cloud: Cloud, type_name: str) -> None:
        instance = cloud.instance(purchase="one_year", state="stopped")
        preview, _plan = cloud.preview("instance.change_type", instance, instance_type=type_name)
        cloud.do("instance.change_type", instance, instance_type=type_name)
        assert preview.cost_usd_per_month == pytest.approx((COMMITTED * 730 + VOLUME_USD,) * 2)
        assert total(cloud) == pytest.approx(after(preview))
        assert after(preview)[1] == 0
        shown = {str(one.label): (one.before, one.after) for one in preview.changes}
        months = [(running_usd(kind) + ADDRESS_USD) * 730 + VOLUME_USD for kind in ("m5.large", type_name)]
        assert shown["Per month while it runs"] == tuple(f"{usd:,.2f}" for usd in months)

    def test_it_says_until_when_and_what_is_paid_beside_it(self, cloud: Cloud) -> None:
        instance = cloud.instance(purchase="one_year")
        said = {}
        for type_name in ("m5.xlarge", "c5.large"):
            preview, _plan = cloud.preview("instance.resize", instance, instance_type=type_name)
            said[type_name] = " ".join(map(str, preview.notes))
        cloud.do("instance.resize", instance, instance_type="m5.xlarge")
        for type_name in ("m5.large", "m5.8xlarge"):
            preview, _plan = cloud.preview("instance.resize", instance, instance_type=type_name)
            said[type_name] = " ".join(map(str, preview.notes))
        assert all("Its commitment to m5.large is owed until" in text for text in said.values())
        assert all(f"{COMMITTED:.4f} USD an hour" in text for text in said.values())
        assert "covers a part of m5.xlarge" in said["m5.xlarge"]
        assert f"on demand: {LARGE:.4f} USD" in said["m5.xlarge"]
        assert "does not cover c5.large" in said["c5.large"]
        assert "It is for m5.large" in said["m5.large"]

    def test_it_says_that_a_smaller_size_saves_nothing(self, cloud: Cloud) -> None:
        instance = cloud.instance("m5.xlarge", purchase="three_year")
        preview, _plan = cloud.preview("instance.resize", instance, instance_type="m5.large")
        assert preview.cost_usd_per_month
        assert preview.cost_usd_per_month[0] == pytest.approx(preview.cost_usd_per_month[1])
        assert any("nothing is saved" in str(note) for note in preview.notes)

    def test_it_charges_another_system_beside_it(self, cloud: Cloud) -> None:
        instance = cloud.instance(purchase="one_year")
        Instance.objects.filter(pk=instance.pk).update(operating_system="rhel")
        own = row(cloud, instance).usd_per_hour
        cloud.do("instance.resize", instance, instance_type="m5.xlarge")
        larger = row(cloud, instance).usd_per_hour
        assert own
        assert larger
        surcharge = own - COMMITTED
        assert larger == pytest.approx(COMMITTED + 2 * LARGE + 2 * surcharge)

    def test_it_is_right_sized_by_what_is_owed(self, cloud: Cloud) -> None:
        """On demand a smaller type would be cheaper; what is committed costs the same on it."""
        on_demand, committed = (
            cloud.instance("m5.xlarge", name=name, purchase=name) for name in ("on_demand", "three_year")
        )
        preview, _plan = cloud.preview("instance.right_size", on_demand)
        assert preview.cost_usd_per_month
        assert preview.cost_usd_per_month[1] < preview.cost_usd_per_month[0]
        assert "is the right size" in str(cloud.refused("instance.right_size", committed).refusals[0].text)


class TestTerm:
    def test_it_is_owed_for_its_own_type_after_the_instance_is_gone(self, cloud: Cloud) -> None:
        instance = cloud.instance(purchase="one_year")
        cloud.do("instance.resize", instance, instance_type="c5.large")
        preview, _plan = cloud.preview("instance.terminate", instance)
        cloud.do("instance.terminate", instance)
        assert after(preview) == pytest.approx((COMMITTED * 730, 0))
        assert total(cloud) == pytest.approx(after(preview))

    @pytest.mark.parametrize("type_name", ["m5.large", "m5.xlarge"])
    def test_it_runs_on_demand_when_the_term_is_over(self, cloud: Cloud, type_name: str) -> None:
        instance = cloud.instance(purchase="one_year")
        if type_name != "m5.large":
            cloud.do("instance.resize", instance, instance_type=type_name)
        cloud.let_pass(365 * DAY_S)
        assert row(cloud, instance).usd_per_hour == pytest.approx(price(type_name))
        assert total(cloud)[0] == pytest.approx((price(type_name) + ADDRESS_USD) * 730 + VOLUME_USD)
        preview, _plan = cloud.preview("instance.stop", instance)
        assert after(preview)[0] == pytest.approx(VOLUME_USD)


class Ledger:
    """What an instance that is committed to an m5.large costs, added up hour by hour."""

    def __init__(self, cloud: Cloud, instance: Instance) -> None:
        self.cloud, self.pk = cloud, instance.pk
        assert instance.launched_lab_at
        self.at: datetime = instance.launched_lab_at
        self.ends = self.at + timedelta(days=365)
        self.usd = self.ran_s = self.out_s = 0.0
        self.running, self.out, self.type_name = True, False, "m5.large"

    @property
    def instance(self) -> Instance:
        return Instance.objects.select_related("instance_type", "elastic").get(pk=self.pk)

    def add(self) -> None:
        """The time since the last entry, at what it then was."""
        now = self.cloud.lab.lab_time()
        in_term = max((min(now, self.ends) - min(self.at, self.ends)).total_seconds(), 0.0)
        past = (now - self.at).total_seconds() - in_term
        on = self.running and not self.out
        self.usd += in_term / 3600 * (running_usd(self.type_name) if on else COMMITTED)
        self.usd += past / 3600 * (price(self.type_name) if on else 0.0)
        self.ran_s += (in_term + past) * on
        self.out_s += (in_term + past) * (self.running and self.out)
        self.at = now

    def possible(self, chance: random.Random) -> list[Callable[[], None]]:
        """What may happen next."""
        if self.running:
            return [lambda: self.turn("stopped"), self.regain if self.out else self.lose]
        if self.out:
            return [self.regain]
        other = chance.choice([kind for kind in TYPES if kind != self.type_name])
        return [lambda: self.turn("running"), lambda: self.retype(other), self.lose]

    def turn(self, state: str) -> None:
        instance = self.instance
        change(instance, state, self.cloud.lab.lab_time(), out=self.out)
        instance.save()
        self.running = state == InstanceState.RUNNING

    def lose(self) -> None:
        Fault.objects.create(
            lab=self.cloud.lab, kind="zone_outage", region_id=TOKYO, zone=ZONE, since_lab_at=self.cloud.lab.lab_time()
        )
        cut_off(self.cloud.lab, TOKYO, ZONE, self.cloud.lab.lab_time())
        self.out = True

    def regain(self) -> None:
        Fault.objects.all().delete()
        now = self.cloud.lab.lab_time()
        end_boots(bring_back(self.cloud.lab, TOKYO, ZONE, now), now)
        self.out = False

    def retype(self, type_name: str) -> None:
        self.cloud.do("instance.change_type", self.instance, instance_type=type_name)
        self.add()
        self.type_name = type_name


@pytest.mark.parametrize("seed", range(4))
def test_it_accrues_the_sum_of_its_hours(cloud: Cloud, seed: int) -> None:
    chance = random.Random(seed)
    ledger = Ledger(cloud, cloud.instance(purchase="one_year"))
    for _event in range(30):
        cloud.let_pass(chance.uniform(60, 30 * DAY_S))
        ledger.add()
        chance.choice(ledger.possible(chance))()
        shown = row(cloud, ledger.instance)
        # A start counts as a minute at once.
        assert shown.accrued_usd == pytest.approx(ledger.usd, abs=60 / 3600 * 2)
        assert shown.unreachable_s == pytest.approx(ledger.out_s)
    assert ledger.at > ledger.ends
    cloud.let_pass(3600)
    ledger.add()
    shown = row(cloud, ledger.instance)
    assert shown.accrued_usd == pytest.approx(ledger.usd, rel=1e-6)
    assert shown.availability_share == pytest.approx(ledger.ran_s / (ledger.ran_s + ledger.out_s))
