"""Whatever happens to a burstable instance, in whatever order: its credits are continuous, and no charge is lost."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instances.live.credits import CreditLedger, after_switch, credit_ledger, write_down
from instances.models import Instance
from instances.operations.instance.state_effects import change
from instances.rules.credits import most_credits
from instances.services.instances import SyntheticLoad
from tests.instances.operations.cloud import again, make_cloud

EVENTS = st.lists(
    st.tuples(st.sampled_from(["standard", "unlimited", "write down", "turn"]), st.floats(0.01, 60)),
    min_size=2,
    max_size=12,
)


class Life:
    """An instance whose clock is moved by the hour."""

    def __init__(self, type_name: str, load: SyntheticLoad) -> None:
        cloud = make_cloud()
        self.at = cloud.lab.lab_time()
        self.instance = cloud.instance(type_name, load=load)

    @property
    def ledger(self) -> CreditLedger:
        return credit_ledger(again(self.instance), self.at)

    def happens(self, event: str) -> None:
        instance = again(self.instance)
        if event == "turn":
            change(instance, "stopped" if instance.state == "running" else "running", self.at)
        elif event == "write down":
            write_down([instance], self.at)
        else:
            for name, value in after_switch(instance, event, self.at).items():
                setattr(instance, name, value)
            instance.credit_mode = event
        instance.save()


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=EVENTS,
    type_name=st.sampled_from(["t3.large", "t2.medium", "t4g.small"]),
    mean=st.sampled_from([0.1, 0.3, 0.8]),
)
def test_it_keeps_balance_debt_and_charge_consistent(
    catalog: None, events: list[tuple[str, float]], type_name: str, mean: float
) -> None:
    Instance.objects.all().delete()
    life = Life(type_name, SyntheticLoad("office", mean, min(3 * mean, 1)))
    most = most_credits(life.instance.instance_type)
    for event, hours in events:
        before, charged = life.ledger, life.ledger.charged
        life.at += timedelta(hours=hours)
        before = life.ledger
        assert before.charged >= charged - 1e-6
        assert -most - 1e-6 <= before.earned <= most + 1e-6
        running = again(life.instance).state == "running"
        life.happens(event)
        after = life.ledger
        # Nothing is forgiven and nothing invented: what is not owed any more has been charged.
        assert after.charged + after.owed == pytest.approx(before.charged + before.owed, abs=1e-6)
        if event == "write down":
            assert (after.earned, after.launch) == pytest.approx((before.earned, before.launch), abs=1e-6)
        if event in {"standard", "unlimited"}:
            assert max(after.earned, 0) == pytest.approx(max(before.earned, 0), abs=1e-6)
        if event == "standard" or (event == "turn" and running):
            assert after.owed == 0


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hours=st.lists(st.floats(0.01, 100), min_size=2, max_size=6), mode=st.sampled_from(["standard", "unlimited"]))
def test_it_is_the_same_however_often_it_is_written_down(catalog: None, hours: list[float], mode: str) -> None:
    Instance.objects.all().delete()
    life = Life("t2.medium", SyntheticLoad("office", 0.5, 0.9))
    life.happens(mode)
    begun = again(life.instance)
    for span in hours:
        life.at += timedelta(hours=span)
        life.happens("write down")
    at_once = credit_ledger(begun, life.at)
    assert [getattr(life.ledger, name) for name in ("earned", "launch", "charged")] == pytest.approx(
        [at_once.earned, at_once.launch, at_once.charged], abs=1e-3
    )
