"""How many jobs run at once in a lab: a limit that is raised counts at once."""

import pytest

from tests.jobs.estate import Estate
from virtlab.jobs.models import Job
from virtlab.labs.models import Assumption, Parameter

pytestmark = pytest.mark.django_db


def states(estate: Estate) -> list[str]:
    """Of the lab's jobs, the oldest first."""
    return list(Job.objects.filter(lab=estate.lab).order_by("pk").values_list("state", flat=True))


def three_where_one_runs(estate: Estate) -> Assumption:
    limit = Assumption.objects.create(lab=estate.lab, key="jobs_at_once", value=1)
    for number in range(3):
        estate.resize(number)
    assert states(estate) == ["running", "queued", "queued"]
    return limit


def test_it_begins_as_many_more_as_the_lab_may_run_now(estate: Estate) -> None:
    limit = three_where_one_runs(estate)
    limit.value = 2
    limit.save()
    assert states(estate) == ["running", "running", "queued"]


def test_it_begins_them_where_the_lab_has_no_limit_of_its_own_any_more(estate: Estate) -> None:
    three_where_one_runs(estate).delete()
    assert states(estate) == ["running"] * 3


def test_it_begins_them_in_every_lab_where_the_limit_of_all_is_raised(estate: Estate) -> None:
    Parameter.objects.update_or_create(key="jobs_at_once", defaults={"value": 1})
    for number in range(3):
        estate.resize(number)
    assert states(estate) == ["running", "queued", "queued"]
    Parameter.objects.get(key="jobs_at_once").delete()
    assert states(estate) == ["running"] * 3


def test_it_begins_none_for_another_value(estate: Estate) -> None:
    three_where_one_runs(estate)
    Assumption.objects.create(lab=estate.lab, key="duration_p95_ratio", value=1.0)
    assert states(estate) == ["running", "queued", "queued"]
