"""The REST API of jobs, and the command."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.jobs.estate import Estate
from tests.support.guests import shut_down
from tests.support.sandbox import GIB
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import Job
from virtlab.labs import clock


def post(client: Client, estate: Estate, path: str = "jobs", **sent: Any) -> Any:
    """Sends JSON."""
    return client.post(f"/api/labs/{estate.lab.slug}/{path}", sent, content_type="application/json")


def resize(client: Client, estate: Estate, memory_mib: int = 16 * GIB, **more: Any) -> Any:
    """Asks for a resize of the first guest."""
    params = {"vcpu": 4, "memory_mib": memory_mib}
    return post(client, estate, operation="vm.resize", subject=estate.vms[0].pk, params=params, **more)


class TestApi:
    def test_it_starts_an_operation(self, mine: Estate, aiko: Client) -> None:
        answer = resize(aiko, mine)
        assert (answer.status_code, answer.json()["state"]) == (201, "running")
        assert Job.objects.get().source == "api"

    def test_it_shows_what_it_would_do_by_the_same_plan_as_the_job(self, mine: Estate, aiko: Client) -> None:
        sent = {"operation": "vm.resize", "subject": mine.vms[0].pk, "params": {"vcpu": 4, "memory_mib": 16 * GIB}}
        shown = post(aiko, mine, "operations/preview", **sent).json()
        assert shown["changes"][1] == {"label": "Memory", "before": "8192", "after": "16384", "unit": "MiB"}
        assert not Job.objects.exists()
        job = aiko.get(f"/api/labs/{mine.lab.slug}/jobs/{resize(aiko, mine).json()['id']}").json()
        assert [(s["title"], s["duration_s"]) for s in shown["steps"]] == [
            (s["title"], s["duration_s"]) for s in job["steps"]
        ]
        assert post(aiko, mine, "operations/preview", **sent).status_code == 409

    def test_it_runs_a_job_again_once_for_one_key(self, mine: Estate, aiko: Client) -> None:
        clock.set_speed(mine.lab.pk, 0)
        mine.switch_off()
        job = resize(aiko, mine).json()["id"]
        assert post(aiko, mine, f"jobs/{job}/again").status_code == 409
        post(aiko, mine, f"jobs/{job}/cancel")
        answers = [post(aiko, mine, f"jobs/{job}/again?key=k") for _call in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json()["id"] == answers[1].json()["id"] != job

    def test_it_starts_once_for_one_key(self, mine: Estate, aiko: Client) -> None:
        assert resize(aiko, mine, key="a").json()["id"] == resize(aiko, mine, key="a").json()["id"]

    def test_it_takes_any_key_that_a_database_can_hold(self, mine: Estate, aiko: Client) -> None:
        job = resize(aiko, mine, key="a\0b").json()["id"]
        assert Job.objects.get().key == "ab"
        assert post(aiko, mine, f"jobs/{job}/again?key=%00").status_code == 409
        stopped = post(aiko, mine, "jobs/bulk", operation="vm.stop", subjects=[mine.vms[1].pk], key="c\0").json()
        assert stopped["batch"] == "c"

    @pytest.mark.parametrize("address", [5, -1, 1e308, [1], ["10.0.0.1"], {"a": 1}])
    def test_it_refuses_what_is_no_text_where_a_form_has_text(
        self, mine: Estate, aiko: Client, address: object
    ) -> None:
        shut_down(mine.vms[0])
        params = {"name": "copy", "address": address}
        answer = post(aiko, mine, operation="vm.clone", subject=mine.vms[0].pk, params=params)
        assert answer.status_code == 422
        assert post(aiko, mine, operation="vm.clone", subject=mine.vms[0].pk, params={"name": 5}).status_code == 201

    @pytest.mark.parametrize(
        ("operation", "params"),
        [
            ("vm.clone", {"name": "copy", "address": True}),
            ("vm.resize", {"vcpu": 4, "memory_mib": 8192, "disk_gib": 10**400}),
            ("vm.set_placement", {"anti_affinity": "a\0b"}),
        ],
    )
    def test_it_says_of_nonsense_that_it_is_none(
        self, mine: Estate, aiko: Client, operation: str, params: dict[str, Any]
    ) -> None:
        vm = mine.vms[0].pk
        for path in ("operations/preview", "jobs"):
            assert post(aiko, mine, path, operation=operation, subject=vm, params=params).status_code == 422
        assert not Job.objects.exists()

    def test_it_says_what_is_in_the_way(self, mine: Estate, aiko: Client) -> None:
        first = resize(aiko, mine).json()["id"]
        answer = resize(aiko, mine)
        assert (answer.status_code, answer.json()["job"]) == (409, first)
        assert "db-01 is busy" in answer.json()["reasons"][0]

    def test_it_names_the_field_that_is_wrong(self, mine: Estate, aiko: Client) -> None:
        answer = resize(aiko, mine, memory_mib=1)
        assert answer.status_code == 422
        assert list(answer.json()["fields"]) == ["memory_mib"]

    @pytest.mark.parametrize(
        "sent", [{"operation": "x"}, {"operation": "vm.resize", "subject": 2**70}, {"operation": "vm.resize"}]
    )
    def test_it_does_not_know_what_is_not_there(self, mine: Estate, aiko: Client, sent: dict[str, Any]) -> None:
        assert post(aiko, mine, **sent).status_code == 404

    def test_it_lists_shows_cancels_and_retries(self, mine: Estate, aiko: Client) -> None:
        clock.set_speed(mine.lab.pk, 0)
        mine.switch_off()
        job = resize(aiko, mine).json()["id"]
        base = f"/api/labs/{mine.lab.slug}"
        assert [row["id"] for row in aiko.get(f"{base}/jobs?state=running").json()] == [job]
        assert len(aiko.get(f"{base}/jobs/{job}").json()["steps"]) == 1
        assert post(aiko, mine, f"jobs/{job}/cancel").json()["state"] == "cancelled"
        assert post(aiko, mine, f"jobs/{job}/cancel").status_code == 409
        assert post(aiko, mine, f"jobs/{job}/retry").json()["state"] == "running"
        assert "vm.resize" in [row["name"] for row in aiko.get(f"{base}/operations").json()]

    def test_it_says_before_a_cancel_what_that_takes(self, mine: Estate, aiko: Client) -> None:
        clock.set_speed(mine.lab.pk, 0)
        job = resize(aiko, mine).json()["id"]
        back = aiko.get(f"/api/labs/{mine.lab.slug}/jobs/{job}/way-back").json()
        assert [(step["key"], step["down"]) for step in back["steps"]] == [("stop", True), ("start_again", True)]
        assert (back["duration_s"], back["downtime_s"], back["lost"]) == (30, 30, [])
        assert post(aiko, mine, f"jobs/{job}/cancel").json()["state"] == "running"
        assert aiko.get(f"/api/labs/{mine.lab.slug}/jobs/{job}/way-back").status_code == 409

    def test_it_hides_other_peoples_labs(self, mine: Estate, ben: Client) -> None:
        ben.cookies["sessionid"] = "something"
        assert ben.get(f"/api/labs/{mine.lab.slug}/jobs").status_code == 404
        ben.cookies["sessionid"] = "something"
        assert resize(ben, mine).status_code == 404

    def test_it_wants_a_session(self, mine: Estate, ben: Client) -> None:
        assert ben.get(f"/api/labs/{mine.lab.slug}/jobs").status_code == 401

    def test_it_wants_the_csrf_token(self, mine: Estate, aiko: Client) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = aiko.cookies
        assert resize(strict, mine).status_code == 403

    def test_it_describes_itself(self, client: Client, db: None) -> None:
        assert "/api/labs/{lab}/jobs" in client.get("/api/openapi.json").json()["paths"]
        assert client.get("/api/docs").status_code == 200


class TestCommand:
    def run(self, *words: str) -> str:
        out = StringIO()
        call_command("operate", *words, stdout=out)
        return out.getvalue()

    def test_it_starts_an_operation(self, estate: Estate) -> None:
        words = ["--subject", "db-01", "--param", "memory_mib=16384", "--param", "vcpu=4"]
        said = self.run(estate.lab.slug, "vm.resize", *words)
        assert "Resize db-01" in said
        estate.let_pass()
        assert Job.objects.get().state == JobState.SUCCEEDED

    def test_it_shows_what_it_would_do(self, estate: Estate) -> None:
        words = ["--subject", "db-01", "--param", "memory_mib=16384", "--param", "vcpu=4", "--preview"]
        assert "Memory: 8,192 → 16,384 MiB" in self.run(estate.lab.slug, "vm.resize", *words)
        assert not Job.objects.exists()

    def test_it_lists_what_there_is(self, db: None) -> None:
        assert "vm.move" in self.run()

    @pytest.mark.parametrize(
        "words", [("nowhere", "vm.resize"), ("LAB", "vm.x"), ("LAB", "vm.resize", "--subject", "zz")]
    )
    def test_it_says_what_is_wrong(self, estate: Estate, words: tuple[str, ...]) -> None:
        with pytest.raises(CommandError, match="There is no"):
            self.run(*(word.replace("LAB", estate.lab.slug) for word in words))

    def test_it_says_why_not(self, estate: Estate) -> None:
        words = ["--subject", "db-01", "--param", "memory_mib=60000000", "--param", "vcpu=4"]
        with pytest.raises(CommandError, match="host kvm-01 has"):
            self.run(estate.lab.slug, "vm.resize", *words)
