"""The jobs' own operations: console, bulk actions, audit log, health, metrics."""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.test import Client
from django.test.utils import override_settings

from tests.jobs.estate import Estate
from virtlab.jobs.choices import JobState
from virtlab.jobs.models import AuditEntry, Job
from virtlab.labs import clock

ClientOf = Callable[[User], Client]


class TestConsole:
    def test_it_shows_the_machinery(self, estate: Estate, eve: User, client_of: ClientOf) -> None:
        estate.resize()
        page = client_of(eve).get("/admin/jobs/job/console/").content.decode()
        assert "Workers and queue" in page
        assert "Nothing is stuck." in page

    def test_it_is_for_staff_only(self, dara: User, client_of: ClientOf, db: None) -> None:
        assert client_of(dara).get("/admin/jobs/job/console/").status_code == 302

    def test_it_lists_jobs_and_the_audit_log(self, estate: Estate, eve: User, client_of: ClientOf) -> None:
        job = estate.resize()
        client = client_of(eve)
        assert "Resize db-01" in client.get("/admin/jobs/job/").content.decode()
        assert "Shut down the guest OS" in client.get(f"/admin/jobs/job/{job.pk}/change/").content.decode()
        assert "Memory: 8192 → 16384" in client.get("/admin/jobs/auditentry/").content.decode()


class TestBulk:
    def act(self, client: Client, action: str, jobs: list[Job]) -> str:
        sent = {"action": action, "_selected_action": [job.pk for job in jobs]}
        return client.post("/admin/jobs/job/", sent, follow=True).content.decode()

    def test_it_cancels_and_says_which_it_could_not(self, estate: Estate, eve: User, client_of: ClientOf) -> None:
        first = estate.resize(0)
        estate.let_pass()
        estate.switch_off(1)
        clock.set_speed(estate.lab.pk, 0)
        second = estate.resize(1)
        page = self.act(client_of(eve), "cancel_selected", [first, second])
        assert "1 job was changed." in page
        assert "has ended already" in page
        assert Job.objects.get(pk=second.pk).state == JobState.CANCELLED
        assert AuditEntry.objects.get(action="job.cancel").who == "eve"

    def test_it_retries(self, estate: Estate, eve: User, client_of: ClientOf) -> None:
        clock.set_speed(estate.lab.pk, 0)
        estate.switch_off()
        job = estate.resize()
        client = client_of(eve)
        self.act(client, "cancel_selected", [job])
        self.act(client, "retry_selected", [job])
        estate.let_pass()
        assert Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED


class TestHealth:
    def test_it_lives_and_is_ready(self, client: Client, db: None) -> None:
        assert client.get("/healthz").content == b"ok\n"
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["redis"]) == (200, "ok")

    def test_it_is_not_ready_without_redis(self, client: Client, db: None) -> None:
        with override_settings(REDIS_URL="unix:///nowhere/redis.sock"):
            answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "ok")

    def test_it_gives_figures(self, estate: Estate, client: Client) -> None:
        estate.resize()
        assert 'virtlab_jobs{state="running"} 1.0' in client.get("/metrics").content.decode()

    def test_it_gives_figures_only_to_the_bearer_of_the_token(self, client: Client, db: None) -> None:
        with override_settings(METRICS_TOKEN="sesame"):
            assert client.get("/metrics").status_code == 403
            assert client.get("/metrics", headers={"authorization": "Bearer sesame"}).status_code == 200

    def test_it_gives_no_figures_in_production_without_a_token(self, client: Client, db: None) -> None:
        with override_settings(PRODUCTION=True):
            assert client.get("/metrics").status_code == 403
