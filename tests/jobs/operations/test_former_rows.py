"""Rows of before under the columns of today."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from tests.hosts.operations.operated import make_operated
from tests.support.sandbox import TESTER
from virtlab.jobs.models import Step
from virtlab.jobs.runner.cancel import cancel, way_back_of

pytestmark = pytest.mark.django_db
FORMER = {"title_kept": "title", "planned_s": "duration_s", "duration_s": "lasts_s"}
KEPT = ("key", "title_kept", "planned_s", "duration_s", "effect", "abort", "params", "interruptible", "needs", "down")


def test_it_goes_back_where_the_way_was_kept_under_former_names() -> None:
    estate = make_operated()
    job = estate.start("vm.stop", estate.vm("db-01"))
    stop = job.steps.get()
    now = stop.way_back
    stop.way_back = [{FORMER.get(name, name): columns[name] for name in KEPT} for columns in now]
    stop.save()
    import_module("virtlab.jobs.migrations.0008_columns_of_ways_back").to_columns(apps, connection.schema_editor())
    told = Step.objects.get(pk=stop.pk).way_back
    assert told == [{name: columns[name] for name in KEPT} for columns in now]
    assert [step.key for step in way_back_of(job).steps] == ["stop", "start_again"]
    cancel(job, TESTER)
    estate.let_pass(3600)
    assert estate.vm("db-01").power_state == "running"
