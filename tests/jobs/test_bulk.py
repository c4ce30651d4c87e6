"""One operation on many objects: the page, the start, and the API."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from hosts.models import VirtualMachine
from hosts.operations.guest.move import MoveVm
from hosts.operations.guest.resize import ResizeVm
from tests.jobs.estate import Estate, make_estate
from tests.support.sandbox import GIB, TESTER
from tests.support.visitors import give_to
from virtlab.jobs.models import AuditEntry, Job, JobSubject
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.plan import Plan, PlannedStep
from virtlab.jobs.operations.registry import OPERATIONS
from virtlab.jobs.requests.bulk import Bulk
from virtlab.jobs.requests.start import start_all
from virtlab.labs.models import Lab

RESIZE, MOVE = "vm.resize", "vm.move"


class Touch(Operation):
    """Does nothing to a guest, and asks the database nothing of its own."""

    name = "test.touch"
    title = "Touch"
    subject_model = VirtualMachine

    def plan(self) -> Plan:
        """One step without an effect."""
        return Plan([PlannedStep("touch", "Touch it", 10.0)])


def address(estate: Estate, name: str = RESIZE) -> str:
    """The page for many objects."""
    return reverse("jobs:bulk", args=[estate.lab.slug, name])


def chosen(estate: Estate, **more: object) -> dict[str, Any]:
    """What the page sends for all guests."""
    return {"subject": [vm.pk for vm in estate.vms], **more}


class TestPage:
    def test_it_shows_each_object_with_before_and_after(self, mine: Estate, aiko: Client) -> None:
        page = aiko.get(address(mine), chosen(mine, memory_mib=16 * GIB)).content.decode()
        assert "4 can start" in page
        assert page.count("8,192 → <b>16,384</b>") == 4
        assert "<small>kvm, USD / month</small>" in page, "whose money it is: the cluster's"
        assert not Job.objects.exists()

    def test_it_leaves_what_is_left_empty_as_each_has_it(self, mine: Estate, aiko: Client) -> None:
        VirtualMachine.objects.filter(pk=mine.vms[0].pk).update(vcpu=6)
        page = aiko.get(address(mine))  # nobody chosen
        assert page.status_code == 302
        shown = aiko.get(address(mine), chosen(mine))
        assert 'placeholder="as each is now"' in shown.content.decode()
        aiko.post(address(mine), chosen(mine, vcpu="", memory_mib=12 * GIB, do="start"))
        vcpu_of = {job.params["subject"]: job.params["vcpu"] for job in Job.objects.all()}
        assert vcpu_of == {vm.pk: 6 if vm == mine.vms[0] else 2 for vm in mine.vms}

    def test_it_says_of_each_why_not(self, mine: Estate, aiko: Client) -> None:
        busy = mine.move(0)
        VirtualMachine.objects.filter(pk=mine.vms[1].pk).update(memory_mib=16 * GIB, vcpu=4)
        page = aiko.get(address(mine), chosen(mine, vcpu=4, memory_mib=16 * GIB)).content.decode()
        assert "2 can start" in page
        assert "2 cannot" in page
        assert reverse("jobs:job", args=[mine.lab.slug, busy.pk]) in page
        assert "db-02 has this size already." in page

    def test_it_asks_for_what_has_no_value_yet(self, mine: Estate, aiko: Client) -> None:
        page = aiko.get(address(mine, MOVE), chosen(mine)).content.decode()
        assert "Fill in the form" in page
        assert "notice-error" not in page

    def test_it_offers_what_any_of_them_may_choose(self, mine: Estate, aiko: Client) -> None:
        VirtualMachine.objects.filter(pk=mine.vms[0].pk).update(host=mine.hosts[1])
        shown = aiko.get(address(mine, MOVE), chosen(mine, host=mine.hosts[1].pk))
        offered = set(shown.context["form"].fields["host"].queryset)
        assert offered == set(mine.hosts)
        assert (shown.context["bulk"].can, shown.context["bulk"].cannot) == (3, 1)

    def test_it_marks_the_field_that_is_wrong_for_all(self, mine: Estate, aiko: Client) -> None:
        page = aiko.post(address(mine), chosen(mine, vcpu="many", do="start")).content.decode()
        assert page.count('<ul class="errorlist"') == 1
        assert "Enter a whole number." in page
        assert not Job.objects.exists()

    def test_it_answers_a_changed_form_with_the_rows_alone(self, mine: Estate, aiko: Client) -> None:
        part = aiko.post(address(mine), chosen(mine, memory_mib=16 * GIB), headers={"HX-Request": "true"})
        assert part.content.decode().startswith('<div id="bulk-rows"')

    def test_it_asks_no_more_queries_for_more_objects(
        self,
        aiko: Client,
        db: None,
        monkeypatch: pytest.MonkeyPatch,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        monkeypatch.setitem(OPERATIONS, Touch.name, Touch)
        for guests in (5, 20):
            estate = make_estate(f"{guests} guests", guests)
            give_to(aiko, estate.lab)
            with django_assert_max_num_queries(24):
                page = aiko.get(address(estate, Touch.name), chosen(estate))
            assert page.context["bulk"].can == guests
            with django_assert_max_num_queries(30):
                aiko.post(address(estate, Touch.name), chosen(estate, do="start"))
            assert Job.objects.filter(lab=estate.lab).count() == guests


class TestStart:
    def test_it_starts_a_job_for_each_that_can(self, mine: Estate, aiko: Client) -> None:
        mine.move(0)
        answer = aiko.post(address(mine), chosen(mine, vcpu=4, memory_mib=16 * GIB, do="start", key="k"), follow=True)
        page = answer.content.decode()
        assert answer.request["QUERY_STRING"] == "batch=k"
        assert page.count('<tr id="job-') == 3
        assert "Started 3 jobs." in page
        assert "Not started for db-01: db-01 is busy" in page
        assert AuditEntry.objects.filter(action=RESIZE).count() == 3

    def test_it_runs_them_all_to_the_end(self, mine: Estate, aiko: Client) -> None:
        aiko.post(address(mine), chosen(mine, vcpu=4, memory_mib=9 * GIB, do="start"))
        mine.let_pass()
        assert set(Job.objects.values_list("state", flat=True)) == {"succeeded"}
        assert set(VirtualMachine.objects.values_list("vcpu", "memory_mib")) == {(4, 9 * GIB)}

    def test_it_starts_one_set_for_a_double_click(self, mine: Estate, aiko: Client) -> None:
        sent = chosen(mine, vcpu=4, memory_mib=16 * GIB, do="start", key="once")
        answers = [aiko.post(address(mine), sent) for _click in range(2)]
        assert answers[0]["Location"] == answers[1]["Location"]
        assert Job.objects.count() == 4

    def test_it_starts_nothing_under_a_stale_page_and_shows_what_changed(self, mine: Estate, aiko: Client) -> None:
        seen = aiko.get(address(mine), chosen(mine)).context["seen"]
        VirtualMachine.objects.filter(pk=mine.vms[2].pk).update(memory_mib=12 * GIB)
        sent = chosen(mine, vcpu=4, memory_mib=16 * GIB, do="start", seen=seen)
        page = aiko.post(address(mine), sent).content.decode()
        assert "memory (MiB): was 8,192, is 12,288 now" in page
        assert not Job.objects.exists()

    def test_it_stays_on_the_page_where_none_can_start(self, mine: Estate, aiko: Client) -> None:
        answer = aiko.post(address(mine), chosen(mine, vcpu=2, memory_mib=8 * GIB, do="start"))
        assert "4 cannot" in answer.content.decode()

    def test_it_queues_those_beyond_the_labs_limit(self, mine: Estate, aiko: Client) -> None:
        mine.lab.assumptions.create(key="jobs_at_once", value=3)
        aiko.post(address(mine), chosen(mine, vcpu=4, memory_mib=9 * GIB, do="start"))
        states = list(Job.objects.order_by("pk").values_list("state", flat=True))
        assert states == ["running", "running", "running", "queued"]

    def test_it_refuses_the_second_that_needs_the_same_thing(self, mine: Estate) -> None:
        requests = [
            *Bulk(mine.lab, ResizeVm, mine.vms[:1], {"vcpu": 4}, TESTER).requests(),
            *Bulk(mine.lab, MoveVm, mine.vms[:1], {"host": mine.hosts[1].pk}, TESTER).requests(),
        ]
        started = start_all(mine.lab, requests, "b")
        assert len(started.jobs) == 1
        assert "needed by another job of the same request" in str(started.prepared[1].refused)

    def test_it_names_the_jobs_that_were_started_together(self, mine: Estate, aiko: Client) -> None:
        aiko.post(address(mine), chosen(mine, vcpu=4, do="start", key="together"))
        first = Job.objects.order_by("pk")[0]
        assert "?batch=together" in aiko.get(first.get_absolute_url()).content.decode()


class TestBadRequests:
    @pytest.mark.parametrize("word", ["x", "-1", "9" * 30, "1; drop", ""])
    def test_it_does_not_know_what_is_no_key(self, mine: Estate, aiko: Client, word: str) -> None:
        assert aiko.get(address(mine), [("subject", str(mine.vms[0].pk)), ("subject", word)]).status_code == 404

    def test_it_does_not_know_another_labs_objects(self, mine: Estate, aiko: Client) -> None:
        VirtualMachine.objects.filter(pk=mine.vms[1].pk).update(lab=Lab.objects.create(name="Other"))
        assert aiko.get(address(mine), chosen(mine)).status_code == 404
        assert aiko.post(address(mine), chosen(mine, vcpu=4, do="start")).status_code == 404
        assert not Job.objects.exists()

    def test_it_goes_on_without_those_that_are_gone(self, mine: Estate, aiko: Client) -> None:
        sent = chosen(mine, vcpu=4, memory_mib=16 * GIB)
        VirtualMachine.objects.filter(pk=mine.vms[0].pk).delete()
        page = aiko.get(address(mine), sent).content.decode()
        assert "One of the objects chosen does not exist any more." in page
        assert "3 can start" in page

    def test_it_turns_back_where_nothing_is_chosen_or_too_much(self, mine: Estate, aiko: Client) -> None:
        back = reverse("jobs:list", args=[mine.lab.slug])
        none = aiko.get(address(mine), {"next": back}, follow=True)
        assert "Choose at least one first." in none.content.decode()
        many = aiko.get(address(mine), [("next", back), *(("subject", str(n)) for n in range(1, 202))], follow=True)
        assert "At most 200 at once: you chose 201." in many.content.decode()

    @pytest.mark.parametrize("name", ["vm.explode", "../x"])
    def test_it_knows_only_operations_on_objects(self, mine: Estate, aiko: Client, name: str) -> None:
        assert aiko.get(f"/labs/{mine.lab.slug}/jobs/bulk/{name}/").status_code == 404

    def test_it_hides_another_visitors_lab(self, mine: Estate, ben: Client) -> None:
        assert ben.get(address(mine), chosen(mine)).status_code == 404
        assert ben.post(address(mine), chosen(mine, do="start")).status_code == 404

    @pytest.mark.parametrize("seen", ["[", "[]", '{"1": 5}', "null", "[" * 10_000, '{"%s": {"vcpu": "NaN"}}'])
    def test_it_survives_nonsense_in_what_was_seen(self, mine: Estate, aiko: Client, seen: str) -> None:
        seen = seen.replace("%s", str(mine.vms[0].pk))
        sent = chosen(mine, vcpu=4, memory_mib=16 * GIB, do="start", seen=seen)
        assert aiko.post(address(mine), sent).status_code in {200, 302}


class TestApi:
    def post(self, client: Client, estate: Estate, **sent: Any) -> Any:
        return client.post(f"/api/labs/{estate.lab.slug}/jobs/bulk", json.dumps(sent), "application/json")

    def test_it_starts_each_that_can(self, mine: Estate, aiko: Client) -> None:
        busy = mine.move(0)
        keys = [vm.pk for vm in mine.vms]
        sent = {"operation": RESIZE, "subjects": keys, "params": {"memory_mib": 16 * GIB}, "key": "k"}
        first, again = self.post(aiko, mine, **sent), self.post(aiko, mine, **sent)
        assert first.status_code == again.status_code == 201
        answer = first.json()
        assert [job["id"] for job in answer["jobs"]] == [job["id"] for job in again.json()["jobs"]]
        assert len(answer["jobs"]) == 3
        assert [(each["subject"], each["job"]) for each in answer["refused"]] == [(keys[0], busy.pk)]
        assert JobSubject.objects.filter(held=True).count() == 4

    def test_it_says_why_none_can(self, mine: Estate, aiko: Client) -> None:
        answer = self.post(aiko, mine, operation=RESIZE, subjects=[mine.vms[0].pk], params={"vcpu": "x"})
        assert answer.status_code == 409
        assert list(answer.json()["refused"][0]["fields"]) == ["vcpu"]

    @pytest.mark.parametrize(
        ("sent", "status"),
        [
            ({"operation": RESIZE, "subjects": []}, 422),
            ({"operation": RESIZE, "subjects": list(range(1, 202))}, 422),
            ({"operation": RESIZE, "subjects": [-1]}, 404),
            ({"operation": RESIZE, "subjects": [999_999]}, 404),
            ({"operation": "vm.explode", "subjects": [1]}, 404),
        ],
    )
    def test_it_refuses_nonsense(self, mine: Estate, aiko: Client, sent: dict[str, Any], status: int) -> None:
        assert self.post(aiko, mine, **sent).status_code == status
