"""The pages of jobs, read and used through HTTP."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from hosts.choices import HostState
from hosts.models import Host
from hosts.operations.guest.resize import ResizeVm
from tests.jobs.estate import Estate
from tests.support.sandbox import GIB
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import AuditEntry, Job, Step
from virtlab.jobs.pages.physics import physics_of
from virtlab.jobs.pages.ticks import lab_moment
from virtlab.jobs.runner.drive import drive
from virtlab.labs import clock
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab
from virtlab.web.formats import moment

RESIZE = "vm.resize"


def address(estate: Estate, name: str, *args: object) -> str:
    """An address of the estate's lab."""
    return reverse(f"jobs:{name}", args=[estate.lab.slug, *args])


def asked(estate: Estate, **more: object) -> dict[str, object]:
    """What the resize form sends."""
    return {"subject": estate.vms[0].pk, "vcpu": 4, "memory_mib": 16 * GIB, "do": "start", **more}


class TestReading:
    @pytest.mark.parametrize("name", ["list", "tasks", "toasts", "clock"])
    def test_it_shows_pages_with_and_without_jobs(self, mine: Estate, aiko: Client, name: str) -> None:
        assert aiko.get(address(mine, name)).status_code == 200
        mine.resize()
        mine.let_pass()
        mine.move()
        assert aiko.get(address(mine, name)).status_code == 200

    def test_it_shows_a_job_with_its_steps(self, mine: Estate, aiko: Client) -> None:
        page = aiko.get(address(mine, "job", mine.resize().pk)).content.decode()
        assert "Resize db-01 to 4 vCPU, 16.0 GiB" in page
        assert "Shut down the guest OS" in page

    def test_it_lists_when_a_job_began_in_lab_time_and_in_real_time(self, mine: Estate, aiko: Client) -> None:
        clock.move_forward(mine.lab.pk, mine.lab.lab_time() + timedelta(days=3))
        job = Job.objects.get(pk=mine.resize().pk)
        assert job.started_lab_at
        assert job.started_lab_at - job.created_at > timedelta(days=2)
        page = aiko.get(address(mine, "list")).content.decode()
        assert lab_moment(job.started_lab_at, dated=True) in page
        assert f"real time {moment(job.created_at)}" in page
        [row] = csv.DictReader(io.StringIO(aiko.get(address(mine, "list") + "?format=csv").content.decode("utf-8-sig")))
        began, asked_for = (datetime.fromisoformat(row[f"Started ({of} time)"]) for of in ("lab", "real"))
        assert began - asked_for > timedelta(days=2)

    def test_it_shows_the_physics_of_all_steps_in_one_table(self, mine: Estate, aiko: Client) -> None:
        job = mine.resize()
        first, *others = job.steps.all()
        rounds = [{"sent_gib": 4.0, "left_gib": 1.0}, {"sent_gib": 1.0, "left_gib": 0.1}]
        for step in others:
            Step.objects.filter(pk=step.pk).update(physics={"kind": "x", "disk_gib": 12.5})
        Step.objects.filter(pk=first.pk).update(physics={"kind": "y", "rate_mib_per_s": 250.0, "rounds": rounds})
        told = physics_of(job.steps.all())
        assert told.columns == [("Disk", "GiB"), ("Rate", "MiB/s")]
        assert [cells for _step, cells in told.rows] == [["–", "250"], *[["12.5", "–"]] * len(others)]
        assert [table.rows for table in told.tables] == [[["1", "4", "1"], ["2", "1", "0.100"]]]
        page = aiko.get(address(mine, "job", job.pk)).content.decode()
        assert page.count("Physics of the steps") == 1

    def test_it_hides_another_visitors_lab(self, mine: Estate, ben: Client) -> None:
        job = mine.resize()
        for name, args in [("list", ()), ("job", (job.pk,)), ("tasks", ()), ("operate", (RESIZE,))]:
            assert ben.get(address(mine, name, *args)).status_code == 404
        assert ben.post(address(mine, "cancel", job.pk)).status_code == 404
        assert ben.post(address(mine, "set-clock"), {"speed": "0"}).status_code == 404

    def test_it_filters_and_keeps_the_filter_in_the_address(self, mine: Estate, aiko: Client) -> None:
        mine.resize(0)
        mine.resize(1)
        page = aiko.get(address(mine, "list") + "?q=db-02&state=running&side=hosts").content.decode()
        assert page.count("<tr id=") == 1
        assert 'value="db-02"' in page

    def test_it_shows_what_was_started_together_and_a_way_back(self, mine: Estate, aiko: Client) -> None:
        Job.objects.filter(pk=mine.resize(0).pk).update(batch="b1")
        mine.resize(1)
        page = aiko.get(address(mine, "list") + "?batch=b1").content.decode()
        assert page.count("<tr id=") == 1
        assert "Started together" in page
        assert '<input type="hidden" name="batch" value="b1">' in page

    def test_it_survives_nonsense_in_the_address(self, mine: Estate, aiko: Client) -> None:
        for query in ("?state=x&side=y&page=z&sort=q", "?q=" + "9" * 200, "?q=%00"):
            assert aiko.get(address(mine, "list") + query).status_code == 200
        for number in ("0", str(2**63), "9" * 300, "٣"):
            assert aiko.get(address(mine, "toasts") + f"?job={number}").status_code == 200


class TestOperating:
    def test_it_shows_before_and_after(self, mine: Estate, aiko: Client) -> None:
        page = aiko.post(address(mine, "operate", RESIZE), asked(mine, do="preview")).content.decode()
        assert "8,192" in page
        assert "16,384" in page
        assert Job.objects.count() == 0

    def test_it_starts_once_for_a_double_click(self, mine: Estate, aiko: Client) -> None:
        sent = asked(mine, key="abc")
        answers = [aiko.post(address(mine, "operate", RESIZE), sent) for _click in range(2)]
        assert {answer["Location"] for answer in answers} == {address(mine, "job", Job.objects.get().pk)}
        job = Job.objects.get()
        assert (job.source, len(job.visitor)) == ("page", 8)

    def test_it_says_why_not_in_words_with_a_way_out(self, mine: Estate, aiko: Client) -> None:
        answer = aiko.post(address(mine, "operate", RESIZE), asked(mine, memory_mib=60 * GIB))
        page = answer.content.decode()
        assert "host kvm-01 has 40.0 GiB left" in page
        assert address(mine, "operate", "vm.move") in page

    def test_it_names_the_job_that_is_in_the_way(self, mine: Estate, aiko: Client) -> None:
        first = mine.resize()
        page = aiko.post(address(mine, "operate", RESIZE), asked(mine)).content.decode()
        assert address(mine, "job", first.pk) in page

    def test_it_marks_the_field_that_is_wrong(self, mine: Estate, aiko: Client) -> None:
        answer = aiko.post(address(mine, "operate", RESIZE), asked(mine, vcpu="many"))
        assert "Enter a whole number." in answer.content.decode()

    def test_it_says_what_changed_under_a_stale_form(self, mine: Estate, aiko: Client) -> None:
        page = aiko.get(address(mine, "operate", RESIZE), {"subject": mine.vms[0].pk})
        seen = page.context["seen"]
        mine.vms[0].memory_mib = 12 * GIB
        mine.vms[0].save()
        answer = aiko.post(address(mine, "operate", RESIZE), asked(mine, seen=seen))
        assert "memory (MiB): was 8,192, is 12,288 now" in answer.content.decode()
        assert Job.objects.count() == 0

    def test_it_says_that_a_machine_is_gone(self, mine: Estate, aiko: Client) -> None:
        sent = asked(mine)
        mine.vms[0].delete()
        answer = aiko.post(address(mine, "operate", RESIZE), sent, follow=False)
        assert answer.status_code == 302
        assert Job.objects.count() == 0

    def test_it_hides_machines_of_other_labs(self, mine: Estate, aiko: Client) -> None:
        other = Lab.objects.create(name="Other")
        mine.vms[0].lab = other
        mine.vms[0].save()
        assert aiko.post(address(mine, "operate", RESIZE), asked(mine)).status_code == 404

    def test_it_prefills_from_the_address(self, mine: Estate, aiko: Client) -> None:
        query = {"subject": mine.vms[0].pk, "memory_mib": 12 * GIB}
        page = aiko.get(address(mine, "operate", RESIZE), query)
        assert page.context["preview"] is not None
        assert 'value="12288"' in page.content.decode()

    def test_it_knows_only_registered_operations(self, mine: Estate, aiko: Client) -> None:
        assert aiko.get(address(mine, "operate", "vm.explode")).status_code == 404


class TestActing:
    def test_it_cancels(self, mine: Estate, aiko: Client) -> None:
        clock.set_speed(mine.lab.pk, 0)
        mine.switch_off()
        job = mine.resize()
        assert "it stops at once" in aiko.get(address(mine, "cancel", job.pk)).content.decode()
        aiko.post(address(mine, "cancel", job.pk))
        assert Job.objects.get(pk=job.pk).state == JobState.CANCELLED

    def test_it_shows_the_way_back_before_it_cancels(self, mine: Estate, aiko: Client) -> None:
        clock.set_speed(mine.lab.pk, 0)
        job = mine.resize()
        page = aiko.get(address(mine, "cancel", job.pk)).content.decode()
        assert page.index("Shut down the guest OS") < page.index("Start the guest OS")
        aiko.post(address(mine, "cancel", job.pk))
        assert "Going back" in aiko.get(address(mine, "job", job.pk)).content.decode()
        assert "already taking back" in aiko.get(address(mine, "cancel", job.pk)).content.decode()

    def test_it_shows_the_way_back_again_where_it_is_another_by_now(self, mine: Estate, aiko: Client) -> None:
        clock.set_speed(mine.lab.pk, 0)
        job = mine.resize()
        drive(mine.lab.pk)
        seen = {"seen": aiko.get(address(mine, "cancel", job.pk)).context["back"].signature}
        mine.let_pass(20)
        answer = aiko.post(address(mine, "cancel", job.pk), seen, follow=True)
        assert "its way back is another one now" in answer.content.decode()
        assert answer.redirect_chain[-1][0] == address(mine, "cancel", job.pk)
        assert not Job.objects.get(pk=job.pk).goes_back
        aiko.post(address(mine, "cancel", job.pk), {"seen": answer.context["back"].signature})
        assert Job.objects.get(pk=job.pk).goes_back

    def test_it_says_that_an_ended_job_cannot_be_cancelled(self, mine: Estate, aiko: Client) -> None:
        job = mine.resize()
        mine.let_pass()
        answer = aiko.post(address(mine, "cancel", job.pk), {"next": address(mine, "job", job.pk)}, follow=True)
        assert "has ended already" in answer.content.decode()

    def test_it_moves_the_clock_on_to_the_end_of_a_job(self, mine: Estate, aiko: Client) -> None:
        job = mine.resize()
        aiko.post(address(mine, "set-clock"), {"until": job.pk})
        ends = Job.objects.get(pk=job.pk).ends_lab_at
        assert ends
        assert Lab.objects.get(pk=mine.lab.pk).lab_time() >= ends

    @pytest.mark.parametrize("sent", [{"speed": "7"}, {"speed": "fast"}, {"speed": "nan"}, {"until": "x"}, {}])
    def test_it_refuses_a_nonsensical_clock(self, mine: Estate, aiko: Client, sent: dict[str, str]) -> None:
        assert aiko.post(address(mine, "set-clock"), sent).status_code == 302
        assert Lab.objects.get(pk=mine.lab.pk).clock_speed == 60

    def test_it_writes_the_clocks_change_into_the_audit_log(self, mine: Estate, aiko: Client) -> None:
        aiko.post(address(mine, "set-clock"), {"speed": "600"})
        assert AuditEntry.objects.get(action="clock.set").changes() == {"speed": (60.0, 600.0)}

    def test_it_runs_a_job_again_once_for_a_double_click(self, mine: Estate, aiko: Client) -> None:
        clock.set_speed(mine.lab.pk, 0)
        mine.switch_off()
        job = mine.resize()
        aiko.post(address(mine, "cancel", job.pk))
        answers = [aiko.post(address(mine, "act", job.pk, "again"), {"key": "again-1"}) for _click in range(2)]
        assert answers[0]["Location"] == answers[1]["Location"]
        assert Job.objects.count() == 2

    def test_it_wants_the_operations_own_role_for_a_retry(
        self, mine: Estate, dara: User, client_of: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ResizeVm, "role", Role.OWNER)
        mine.lab.memberships.create(user=dara, role="operator")
        client = client_of(dara)  # type: ignore[operator]
        job = mine.resize()
        assert client.post(address(mine, "cancel", job.pk)).status_code == 302
        assert client.post(address(mine, "act", job.pk, "retry")).status_code == 404
        assert client.post(address(mine, "act", job.pk, "again")).status_code == 404

    def test_it_does_not_let_a_viewer_act(self, mine: Estate, dara: User, client_of: object) -> None:
        mine.lab.memberships.create(user=dara, role="viewer")
        client = client_of(dara)  # type: ignore[operator]
        job = mine.resize()
        assert client.get(address(mine, "job", job.pk)).status_code == 200
        assert client.post(address(mine, "cancel", job.pk)).status_code == 404


class TestAnew:
    def test_it_offers_to_go_on_where_something_stands(self, mine: Estate, aiko: Client) -> None:
        clock.set_speed(mine.lab.pk, 0)
        job = mine.resize()
        mine.let_pass(20)  # it boots with its new size
        Host.objects.filter(pk=mine.hosts[0].pk).update(state=HostState.FAILED)
        mine.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.FAILED
        Host.objects.filter(pk=mine.hosts[0].pk).update(state=HostState.ON)
        assert "Go on from “Start the guest OS”" in aiko.get(address(mine, "job", job.pk)).content.decode()

    def test_it_offers_no_retry_that_would_be_refused_and_says_why(self, mine: Estate, aiko: Client) -> None:
        clock.set_speed(mine.lab.pk, 0)
        job = mine.move()
        mine.let_pass(1)
        Host.objects.filter(pk=mine.hosts[1].pk).update(state=HostState.FAILED)
        mine.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.FAILED
        page = aiko.get(address(mine, "job", job.pk)).content.decode()
        assert "It cannot be tried again now: Host kvm-02 is not on." in page
        assert "Try again" not in page
        assert "Run again as a new job" in page
        Host.objects.filter(pk=mine.hosts[1].pk).update(state=HostState.ON)
        page = aiko.get(address(mine, "job", job.pk)).content.decode()
        assert "Try again" in page
        assert "cannot be tried again" not in page
