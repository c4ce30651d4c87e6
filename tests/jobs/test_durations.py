"""The durations of operations are parameters: everybody's, and a lab's own."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hosts.live.live import live
from tests.hosts.operations.operated import Operated, make_operated
from tests.instances.operations.cloud import Cloud, make_cloud
from virtlab.engine.durations.timings import Timings
from virtlab.engine.sourced import figures_of
from virtlab.jobs.operations.registry import OPERATIONS
from virtlab.labs.models import Assumption, Lab, Parameter
from virtlab.labs.parameters import SPECS
from virtlab.labs.timings import LABELS, PREFIX, UNITS, timings_of

pytestmark = pytest.mark.django_db
FIGURES = figures_of(Timings)
STOP_S, SHUTDOWN_S = "timing_ec2_stop_s", "timing_shutdown_linux_s"


@pytest.fixture
def estate() -> Operated:
    """Guests on hosts of one's own."""
    return make_operated()


@pytest.fixture
def cloud(catalog: None) -> Cloud:
    """A lab with an empty cloud."""
    return make_cloud()


def everybodys(key: str, value: float) -> None:
    """An administrator's value."""
    Parameter.objects.create(key=key, value=value, source="Our own runs", source_date="2026-10", kind="estimate")


def own(lab: Lab, key: str, value: float) -> None:
    """A lab's value."""
    Assumption.objects.create(lab=lab, key=key, value=value)


def shutdown_s(estate: Operated) -> float:
    """How long a guest's shutdown is planned to take."""
    return float(estate.prepared("vm.stop", estate.vms[0]).plan().duration_s)


def stop_s(cloud: Cloud) -> float:
    """How long an instance's stop is planned to take."""
    return cloud.preview("instance.stop", cloud.instance())[1].duration_s


class TestDeclaration:
    def test_it_declares_every_figure_with_a_label_of_its_own(self) -> None:
        assert set(LABELS) == set(FIGURES)
        assert len({str(label) for label in LABELS.values()}) == len(FIGURES)

    @pytest.mark.parametrize("name", FIGURES)
    def test_it_keeps_a_figures_range_source_date_and_kind(self, name: str) -> None:
        spec, known = SPECS[PREFIX + name], FIGURES[name]
        assert (spec.default, (spec.minimum, spec.maximum)) == (known.value, known.range)
        assert (spec.source, spec.source_date, spec.kind) == (known.source, known.date, known.kind.value)
        assert spec.minimum < spec.maximum, "it can be changed"
        assert spec.step > 0

    def test_it_translates_units_that_are_words_and_no_others(self) -> None:
        assert {known.unit for known in FIGURES.values()} == {"s", "MiB/s", "Gb/s", "Mb/s", *UNITS}

    def test_it_lists_them_with_source_and_date(self, aiko: Client) -> None:
        page = aiko.get("/parameters/?q=EC2%3A+pending+to+running").content.decode()
        assert "Durations of operations" in page
        assert "16.5" in page
        assert "Brev, ec2-coldboot-research" in page
        assert "Nov 2026" in page

    @pytest.mark.parametrize(("value", "kept"), [(45, True), (4, False), (601, False), ("nan", False)])
    def test_it_takes_what_is_in_range(
        self, eve: User, client_of: Callable[[User], Client], value: object, kept: bool
    ) -> None:
        row = {"key": STOP_S, "value": value, "kind": "list", "source": "A test", "source_date": "2026-10"}
        client_of(eve).post("/admin/labs/parameter/add/", row)
        assert Parameter.objects.filter(key=STOP_S).exists() is kept


class TestInForce:
    def test_it_takes_the_engines_where_nobody_says_otherwise(self, estate: Operated) -> None:
        assert timings_of(estate.lab) == Timings()

    def test_it_takes_everybodys_then_the_labs_own(self, estate: Operated) -> None:
        everybodys(SHUTDOWN_S, 50)
        everybodys(STOP_S, 60)
        own(estate.lab, SHUTDOWN_S, 70)
        assert timings_of(estate.lab) == replace(Timings(), shutdown_linux_s=70, ec2_stop_s=60)

    def test_it_changes_the_plan_on_prem(self, estate: Operated) -> None:
        assert shutdown_s(estate) == Timings().shutdown_linux_s
        everybodys(SHUTDOWN_S, 50)
        assert shutdown_s(estate) == 50
        own(estate.lab, SHUTDOWN_S, 70)
        assert shutdown_s(estate) == 70

    def test_it_changes_the_plan_in_the_cloud(self, cloud: Cloud) -> None:
        before = stop_s(cloud)
        everybodys(STOP_S, 130)
        assert stop_s(cloud) == before + 100
        own(cloud.lab, STOP_S, 230)
        assert stop_s(cloud) == before + 200

    def test_it_changes_a_launch(self, cloud: Cloud) -> None:
        params = cloud.launch_params()
        before = cloud.preview("instance.launch", None, **params)[1].duration_s
        everybodys("timing_ec2_pending_s", 36.5)
        assert cloud.preview("instance.launch", None, **params)[1].duration_s == before + 20

    def test_it_changes_what_pages_say_of_a_chain_of_snapshots(self, estate: Operated) -> None:
        vm = estate.vms[0]
        estate.run("snapshot.take", vm, name="one")
        before = live(estate.lab).guests[vm.pk].read_factor
        own(estate.lab, "timing_chain_read_share", 0.4)
        assert live(estate.lab).guests[vm.pk].read_factor - 1 == pytest.approx(2 * (before - 1))

    def test_it_leaves_other_labs_alone(self, estate: Operated) -> None:
        own(Lab.objects.create(name="Another"), SHUTDOWN_S, 70)
        assert shutdown_s(estate) == Timings().shutdown_linux_s

    def test_it_runs_as_long_as_planned(self, estate: Operated) -> None:
        everybodys(SHUTDOWN_S, 50)
        job = estate.run("vm.stop", estate.vms[0])
        assert job.ends_lab_at
        assert job.started_lab_at
        assert (job.ends_lab_at - job.started_lab_at).total_seconds() == pytest.approx(50)

    def test_it_reads_them_once_for_a_request(
        self, estate: Operated, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        operations = [OPERATIONS["vm.stop"](estate.lab, vm, {}) for vm in estate.vms]
        for operation in operations:
            operation.shared = operations[0].shared
        with django_assert_num_queries(2):
            assert {operation.timings for operation in operations} == {Timings()}
