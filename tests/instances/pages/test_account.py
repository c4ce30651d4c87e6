"""Pages of what a lab has in its cloud: the region, the list, one instance; hypervisors and duties."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from plotly import graph_objects
from pytest_django import DjangoAssertNumQueries

from instances.choices import InstanceState
from instances.models import Fault, Instance, LaunchTemplate
from instances.pages.hypervisors.comparison import compared, host_of
from instances.pages.instances.charts import load_charts, overlay_chart
from instances.pages.instances.load import load_of
from instances.pages.responsibility.duties import DUTIES
from instances.rules.right_size import RightSize, right_size_of
from tests.instances.operations.cloud import TOKYO, Cloud
from virtlab.charts.base import as_script
from virtlab.charts.hypervisors import work_done
from virtlab.charts.theme import CLOUD
from virtlab.jobs.models import Job
from virtlab.labs.choices import Role
from virtlab.labs.models import Membership
from virtlab.labs.parameters import lab_values
from virtlab.web.formats import moment


def get(client: Client, cloud: Cloud, name: str, query: str = "", *args: int, **headers: str) -> str:
    answer = client.get(reverse(f"instances:{name}", args=[cloud.lab.slug, *args]) + query, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


class TestRegionView:
    def test_it_teaches_the_next_step_where_nothing_runs(self, aiko: Client, own: Cloud) -> None:
        page = get(aiko, own, "region")
        assert "Nothing runs here yet" in page
        assert reverse("jobs:operate", args=[own.lab.slug, "instance.launch"]) in page

    def test_it_shows_zones_cards_and_states(self, aiko: Client, own: Cloud) -> None:
        own.instance(name="web-01")
        own.instance(name="old-01", state="stopped", zone="ap-northeast-1c")
        page = get(aiko, own, "region")
        assert all(f"ap-northeast-1{letter}" in page for letter in "acd")
        assert "stopped · volumes $2.88 a month" in page
        assert 'data-state="stopped"' in page
        assert "m5.large · $" in page
        assert "instance.stop" in page

    def test_it_shows_what_a_fault_does_and_how_to_end_it(self, aiko: Client, own: Cloud) -> None:
        own.instance(name="web-01")
        own.do("fault.zone_outage", None, zone="ap-northeast-1a")
        page = get(aiko, own, "region")
        assert 'data-state="impaired"' in page
        assert "out of reach" in page
        assert "fault.end" in page

    def test_it_names_a_fault_for_readers_of_any_language(self, aiko: Client, own: Cloud) -> None:
        own.do("fault.zone_outage", None, zone="ap-northeast-1a")
        own.do("fault.end", Fault.objects.get(lab=own.lab))
        for job in Job.objects.filter(lab=own.lab, operation__startswith="fault."):
            assert {subject.name for subject in job.subjects.all()} == {"ap-northeast-1a"}
        address = reverse("jobs:list", args=[own.lab.slug])
        page = aiko.get(address, headers={"accept-language": "ja"}).content.decode()
        assert "A zone is out" not in page

    def test_it_answers_htmx_with_what_changes(self, aiko: Client, own: Cloud) -> None:
        assert get(aiko, own, "region", HX_Request="true").lstrip().startswith('<div id="region"')

    def test_it_takes_no_more_queries_for_more_rows(
        self, aiko: Client, own: Cloud, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        own.instance(name="web-01")
        get(aiko, own, "region")
        with django_assert_max_num_queries(60) as few:
            get(aiko, own, "region")
        for number in range(12):
            own.instance(name=f"more-{number:02}")
        with django_assert_max_num_queries(len(few)):
            get(aiko, own, "region")

    def test_it_shows_a_stranger_nothing(self, ben: Client, own: Cloud) -> None:
        assert ben.get(reverse("instances:region", args=[own.lab.slug])).status_code == 404

    @pytest.mark.parametrize("name", ["region", "list", "templates", "types", "regions"])
    def test_it_offers_a_viewer_nothing_to_start(
        self, dara: User, client_of: Callable[[User], Client], own: Cloud, name: str
    ) -> None:
        own.instance()
        LaunchTemplate.objects.create(lab=own.lab, name="web", values={"instance_type": "m5.large", "region": TOKYO})
        Membership.objects.create(lab=own.lab, user=dara, role=Role.VIEWER)
        page = get(client_of(dara), own, name)
        assert "/jobs/operations/" not in page
        assert "/launch/" not in page
        assert "/bulk/" not in page

    def test_it_knows_no_instance_of_a_number_that_no_database_holds(self, aiko: Client, own: Cloud) -> None:
        for number in (0, 2**31, 2**63 - 1, 2**63, 10**30):
            assert aiko.get(reverse("instances:instance", args=[own.lab.slug, number])).status_code == 404


class TestList:
    def test_it_filters_searches_and_exports(self, aiko: Client, own: Cloud) -> None:
        own.instance(name="web-01")
        own.instance("t3.micro", name="db-01", state="stopped")
        assert "web-01" in get(aiko, own, "list", "?state=running")
        assert "db-01" not in get(aiko, own, "list", "?state=running")
        assert "web-01" not in get(aiko, own, "list", "?family=t3")
        assert "No instance matches" in get(aiko, own, "list", "?q=nothing")
        rows = list(csv.reader(io.StringIO(get(aiko, own, "list", "?q=t3.micro&format=csv").lstrip("\ufeff"))))
        assert [row[0] for row in rows[1:]] == ["db-01"]

    def test_it_finds_its_file_under_the_old_address(self, aiko: Client, ben: Client, own: Cloud) -> None:
        address = reverse("instances:list-csv", args=[own.lab.slug])
        answer = aiko.get(f"{address}?state=running")
        assert answer.status_code == 301
        assert answer["Location"] == reverse("instances:list", args=[own.lab.slug]) + "?state=running&format=csv"
        assert ben.get(address).status_code == 404

    def test_it_selects_for_bulk_actions(self, aiko: Client, own: Cloud) -> None:
        own.instance()
        page = get(aiko, own, "list")
        assert reverse("jobs:bulk", args=[own.lab.slug, "instance.stop"]) in page
        assert 'name="subject"' in page

    def test_it_takes_no_more_queries_for_more_rows(
        self, aiko: Client, own: Cloud, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        own.instance(name="web-01")
        get(aiko, own, "list")
        with django_assert_max_num_queries(60) as few:
            get(aiko, own, "list")
        for number in range(12):
            own.instance(name=f"more-{number:02}")
        with django_assert_max_num_queries(len(few)):
            get(aiko, own, "list")


class TestLaunchTemplates:
    def test_it_sorts_searches_and_exports(self, aiko: Client, own: Cloud) -> None:
        for name, kind in (("web", "m5.large"), ("batch", "c5.large"), ("data", "r5.large")):
            values = {"instance_type": kind, "region": TOKYO}
            LaunchTemplate.objects.create(lab=own.lab, name=name, values=values)
        page = get(aiko, own, "templates", "?sort=-type")
        assert page.index("r5.large") < page.index("m5.large") < page.index("c5.large")
        assert "c5.large" not in get(aiko, own, "templates", "?q=m5")
        rows = list(csv.reader(io.StringIO(get(aiko, own, "templates", "?q=at&format=csv").lstrip("\ufeff"))))
        assert [row[0] for row in rows] == ["Name", "batch", "data"]

    def test_it_leads_to_a_launch_from_each(self, aiko: Client, own: Cloud) -> None:
        template = LaunchTemplate.objects.create(lab=own.lab, name="web", values={"instance_type": "m5.large"})
        assert reverse("instances:launch-from", args=[own.lab.slug, template.pk]) in get(aiko, own, "templates")
        assert "No launch template yet" not in get(aiko, own, "templates", "?q=nothing")


class TestOneInstance:
    def test_it_shows_tags_and_user_data_as_text(self, aiko: Client, own: Cloud) -> None:
        markup = "<script>alert(1)</script>"
        instance = own.instance(tags={markup: markup}, user_data=markup)
        page = get(aiko, own, "instance", "", instance.pk)
        assert "<script>alert" not in page
        assert page.count("&lt;script&gt;alert(1)") >= 3

    def test_it_shows_what_a_commitment_owes_while_it_is_stopped(self, aiko: Client, own: Cloud) -> None:
        instance = own.instance(purchase="one_year", state="stopped")
        page = get(aiko, own, "instance", "", instance.pk)
        assert "owed by its commitment" in page
        assert f"{0.124 * 0.63:.4f}" in page

    def test_it_shows_what_it_is_committed_to_until_when(self, aiko: Client, own: Cloud) -> None:
        instance = own.instance(purchase="one_year")
        own.do("instance.resize", instance, instance_type="c5.large")
        page = get(aiko, own, "instance", "", instance.pk)
        assert instance.launched_lab_at
        until = moment(instance.launched_lab_at + timedelta(days=365))
        assert f"committed to m5.large until {until}" in page
        own.let_pass(365 * 24 * 3600)
        assert "committed to m5.large" not in get(aiko, own, "instance", "", instance.pk)

    def test_it_shows_how_much_of_its_time_it_was_in_reach(self, aiko: Client, own: Cloud) -> None:
        instance = own.instance()
        own.let_pass(9 * 3600)
        own.start("fault.zone_outage", None, zone=instance.zone)
        own.let_pass(3600)
        page = get(aiko, own, "instance", "", instance.pk)
        assert "Availability" in page
        assert "90.000" in page
        assert "h out</small>" in page
        assert "out of reach" in page

    def test_it_shows_load_and_the_right_size_of_a_launched_one(self, aiko: Client, own: Cloud) -> None:
        own.launch(instance_type="m5.4xlarge", load_mean_pct=3, load_peak_pct=10)
        own.let_pass()
        instance = Instance.objects.get(lab=own.lab)
        page = get(aiko, own, "instance", "", instance.pk)
        assert 'id="chart-cpu"' in page
        assert 'id="chart-overlay"' in page
        assert "Saves $" in page
        assert "instance.resize" in page

    def test_it_offers_another_type_only_in_states_in_which_it_can_be_changed(self, aiko: Client, own: Cloud) -> None:
        own.launch(instance_type="m5.4xlarge", load_mean_pct=3, load_peak_pct=10)
        own.let_pass()
        instance = Instance.objects.get(lab=own.lab)
        offered = {}
        for state in InstanceState:
            Instance.objects.filter(pk=instance.pk).update(state=state)
            answer = aiko.get(reverse("instances:instance", args=[own.lab.slug, instance.pk]))
            offered[state] = answer.context["size_operation"]
            assert ("&amp;instance_type=" in answer.content.decode()) == bool(offered[state]), state
        expected = {InstanceState.RUNNING: "instance.resize", InstanceState.STOPPED: "instance.change_type"}
        assert {state: name for state, name in offered.items() if name} == expected

    def test_it_offers_what_can_be_done_in_its_state(self, aiko: Client, own: Cloud) -> None:
        own.launch(instance_type="m5.4xlarge", load_mean_pct=3, load_peak_pct=10)
        own.let_pass()
        instance = Instance.objects.get(lab=own.lab)
        Instance.objects.filter(pk=instance.pk).update(state=InstanceState.STOPPING)
        part = get(aiko, own, "instance", "", instance.pk)
        assert 'id="size-next"' in part
        assert "&amp;instance_type=" not in part
        assert "instance.start" not in part

    def test_it_shows_credits_of_a_burstable_one(self, aiko: Client, own: Cloud) -> None:
        own.launch(instance_type="t3.micro")
        own.let_pass()
        assert 'id="chart-credits"' in get(aiko, own, "instance", "", Instance.objects.get(lab=own.lab).pk)

    def test_it_shows_one_without_a_trace_and_a_terminated_one(self, aiko: Client, own: Cloud) -> None:
        instance = own.instance()
        Instance.objects.filter(pk=instance.pk).update(workload=None)
        assert "has no trace" in get(aiko, own, "instance", "", instance.pk)
        own.do("instance.terminate", Instance.objects.get(pk=instance.pk))
        assert "Terminated" in get(aiko, own, "instance", "", instance.pk)

    def test_it_knows_no_instance_of_another_lab(self, aiko: Client, own: Cloud) -> None:
        assert aiko.get(reverse("instances:instance", args=[own.lab.slug, 999_999])).status_code == 404

    def test_it_draws_charts_that_are_valid_by_plotlys_schema(self, own: Cloud) -> None:
        own.launch(instance_type="t3.large", load_mean_pct=30)
        own.let_pass()
        instance = Instance.objects.select_related("instance_type__cpu_power", "image").get(lab=own.lab)
        load, sized = load_of(own.lab, instance), right_size_of(own.lab, instance)
        assert load
        assert isinstance(sized, RightSize)
        for chart in [*load_charts(load), overlay_chart(sized)]:
            graph_objects.Figure(json.loads(as_script(chart.figure)))
            assert "%(" not in chart.summary
            assert all(len(row) == len(chart.columns) for row in chart.rows)


class TestTemplates:
    def test_it_launches_from_one(self, aiko: Client, own: Cloud) -> None:
        assert "No launch template yet" in get(aiko, own, "templates")
        template = LaunchTemplate.objects.create(lab=own.lab, name="web", values=own.launch_params(name="from-it"))
        assert "web" in get(aiko, own, "templates")
        answer = aiko.get(reverse("instances:launch-from", args=[own.lab.slug, template.pk]), follow=True)
        assert b"from-it" in answer.content


class TestHypervisors:
    def test_it_counts_types_and_compares_the_load(self, aiko: Client, own: Cloud) -> None:
        page = get(aiko, own, "hypervisors")
        assert "74 types in 17 families" in page
        assert "1,167 types in" in page
        assert "154 types in" in page
        assert "Mend the fields marked" in get(aiko, own, "hypervisors", "?guests=none")

    def test_it_answers_htmx_with_the_comparison_and_history_with_the_page(self, aiko: Client, own: Cloud) -> None:
        region = get(aiko, own, "hypervisors", "?guests=24", HX_Request="true")
        assert region.startswith('<div id="comparison"')
        assert 'value="24"' in region
        whole = {"HX_Request": "true", "HX_History_Restore_Request": "true"}
        assert "<!doctype html>" in get(aiko, own, "hypervisors", "", **whole)

    def test_it_says_where_memory_is_too_little_and_names_a_type_of_each_kind(self, aiko: Client, own: Cloud) -> None:
        assert "too little" in get(aiko, own, "hypervisors", "?guests=90")
        page = get(aiko, own, "hypervisors")
        assert "too little" not in page
        assert "96 vCPU · 384" in page
        assert reverse("instances:type", args=[own.lab.slug, "m5.metal"]) in page

    def test_it_gives_the_guests_of_xen_less(self, own: Cloud) -> None:
        host = host_of(lab_values(own.lab))
        assert host
        load = {"guests": 12, "vcpu": 8, "cpu_percent": 60.0, "memory_gib": 30.0, "iops": 6500.0}
        comparison = compared(load, host)
        xen, nitro, metal = comparison.sides
        assert xen.cpu_share < nitro.cpu_share == metal.cpu_share == 1
        assert xen.iops[1] < nitro.iops[1] <= metal.iops[1]
        chart = work_done(comparison, CLOUD)
        graph_objects.Figure(json.loads(as_script(chart.figure)))


def test_it_explains_every_cell_of_the_duties_and_leads_on(aiko: Client, own: Cloud) -> None:
    page = get(aiko, own, "responsibility")
    assert page.count('class="duty is-') == 4 * len(DUTIES)
    assert reverse("jobs:operate", args=[own.lab.slug, "instance.launch"]) in page
    assert "AWS Shared Responsibility Model" in page
