"""A host whose date of purchase nobody stated is no younger than its processors allow."""

from dataclasses import replace

import pytest
from django.utils import timezone

from hosts.inventory.rows import HostRow
from hosts.inventory.write import create_estate
from tests.compare.conftest import VISITOR, report_of, small_inventory
from virtlab.compare.bills.onprem.quantities import OnPremQuantities
from virtlab.compare.report.answer import sure_answer
from virtlab.compare.report.report import Report
from virtlab.labs.models import Lab

pytestmark = pytest.mark.django_db

OLD = "Intel(R) Xeon(R) CPU E5-2680 0 @ 2.70GHz"
"""Of spring 2012."""
YOUNG = "INTEL(R) XEON(R) PLATINUM 8592+"
"""Of the end of 2023."""


def estate_of(*cpus: str, purchased_on: str = "", assumed: bool = False) -> Lab:
    """The small estate whose hosts have these processors; of the first when it was bought, or that it is assumed."""
    several = small_inventory()
    hosts: list[HostRow] = [replace(host, cpu_model=cpu) for host, cpu in zip(several.hosts, cpus, strict=True)]
    hosts[0] = replace(hosts[0], purchased_on=purchased_on, assumed=assumed)
    lab = Lab.objects.create(name=" ".join(cpus), visitor_token=VISITOR)
    create_estate(lab, replace(several, hosts=hosts))
    return lab


def as_is(report: Report) -> OnPremQuantities:
    """What is there."""
    quantities = report.by_key["as_is"].shape.quantities
    assert isinstance(quantities, OnPremQuantities)
    return quantities


def servers_usd(report: Report) -> float:
    """The line of servers a month."""
    return sum(float(item.amount) for item in report.by_key["as_is"].cost if item.key == "servers")


def test_it_counts_a_host_as_old_as_its_processors(catalog: None) -> None:
    report = report_of(estate_of(OLD, OLD))
    (group,) = as_is(report).bought
    months = (timezone.localdate().year - 2012.2) * 12 + timezone.localdate().month - 1
    assert group.age_at(report.question.values) == pytest.approx(months - 36, abs=1)
    assert "Nobody stated when 2 of 2 hosts were bought. Age by processor: " in sure_answer(report).evidence
    assert "Hosts due for replacement now: 2 of 2." in sure_answer(report).evidence


def test_it_pays_for_what_is_older_than_its_lifetime_from_now_on(catalog: None) -> None:
    lab = estate_of(OLD, OLD)
    now, free = report_of(lab), report_of(lab, processor_sold_years=20)
    assert servers_usd(now) == pytest.approx(servers_usd(report_of(lab, existing_age_years=10)))
    assert servers_usd(free) == pytest.approx(servers_usd(now) / 2, rel=1e-3), "half of five years is left"
    assert "processor_sold_years" in next(i for i in now.by_key["as_is"].cost if i.key == "servers").rests_on


def test_it_keeps_the_assumed_age_of_younger_processors(catalog: None) -> None:
    report = report_of(estate_of(YOUNG, YOUNG))
    assert [group.age_at(report.question.values) for group in as_is(report).bought] == [None]
    assert "Age assumed: 2.5 years." in sure_answer(report).evidence


def test_it_tells_both_apart(catalog: None) -> None:
    evidence = sure_answer(report_of(estate_of(OLD, YOUNG))).evidence
    assert "years or more for 1 of them; the others as assumed, 2.5 years." in evidence
    assert "Hosts due for replacement now: 1 of 2." in evidence


def test_it_goes_by_a_stated_date_before_all(catalog: None) -> None:
    today = timezone.localdate().replace(day=1)
    report = report_of(estate_of(OLD, OLD, purchased_on=today.replace(year=today.year - 1).isoformat()))
    ages = sorted(group.age_at(report.question.values) or 0 for group in as_is(report).bought)
    assert ages[0] == 12
    assert ages[1] > 60
    assert "1 of 2 hosts were bought" in sure_answer(report).evidence
    assert "due for replacement now: 1 of 2" in sure_answer(report).evidence


def test_it_takes_what_nobody_described_for_as_old_as_its_clusters_others(catalog: None) -> None:
    report = report_of(estate_of(OLD, OLD, assumed=True))
    assert len(as_is(report).bought) == 1
    unknown = report_of(estate_of("", OLD, assumed=False))
    assert [group.cpu_age_months > 0 for group in as_is(unknown).bought] == [False, True]


@pytest.mark.parametrize("cpus", [(OLD, YOUNG), (YOUNG, OLD)])
def test_it_keeps_the_younger_of_hosts_alike_whatever_their_order(catalog: None, cpus: tuple[str, str]) -> None:
    side = report_of(estate_of(*cpus), spare_hosts=0).by_key["consolidated"]
    quantities = side.shape.quantities
    assert isinstance(quantities, OnPremQuantities)
    (group,) = quantities.bought
    assert (group.servers, group.age_at(side.values)) == (1, None)
