"""Opening, keeping, renaming, deleting labs, and who may enter which."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from virtlab.labs import services
from virtlab.labs.models import Lab, Membership, Trace

pytestmark = pytest.mark.django_db


def open_lab(client: Client) -> Lab:
    response = client.post("/labs/open/")
    assert response.status_code == 302
    return Lab.objects.get(slug=response["Location"].split("/")[2])


class TestOpening:
    def test_it_opens_a_filled_lab_for_a_visitor_without_an_account(self, aiko: Client) -> None:
        lab = open_lab(aiko)
        assert lab.owner is None
        assert lab.visitor_token
        assert lab.workloads.filter(virtual_machine__is_template=False).count() == 61
        assert aiko.get(lab.get_absolute_url()).status_code == 200

    def test_it_opens_only_on_a_post(self, aiko: Client) -> None:
        assert aiko.get("/labs/open/").status_code == 405
        assert not Lab.objects.exists()

    def test_it_gives_a_users_lab_to_the_user(self, dara: User, client_of: Callable[[User], Client]) -> None:
        assert open_lab(client_of(dara)).owner == dara

    def test_it_says_how_many_labs_one_may_have(self, aiko: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "LABS_PER_PERSON", 1)
        open_lab(aiko)
        answer = aiko.post("/labs/open/", follow=True)
        assert "You have 1 labs already" in answer.content.decode()
        assert Lab.objects.count() == 1

    def test_it_leaves_nothing_behind_where_filling_fails(self, aiko: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(lab: Lab) -> None:
            raise RuntimeError("full")

        monkeypatch.setattr(services, "on_open", [fail])
        with pytest.raises(RuntimeError):
            aiko.post("/labs/open/")
        assert not Lab.objects.exists()


class TestEntering:
    def test_it_hides_another_visitors_lab(self, aiko: Client, ben: Client) -> None:
        lab = open_lab(aiko)
        for part in ("", "settings/", "hosts/", "hosts/vms/", "compare/"):
            assert ben.get(f"/labs/{lab.slug}/{part}").status_code == 404
        assert ben.post(f"/labs/{lab.slug}/delete/").status_code == 404
        assert Lab.objects.filter(pk=lab.pk).exists()

    def test_it_lets_a_viewer_look_but_not_rename(
        self, aiko: Client, dara: User, client_of: Callable[[User], Client]
    ) -> None:
        lab = open_lab(aiko)
        Membership.objects.create(lab=lab, user=dara)
        client = client_of(dara)
        assert client.get(lab.get_absolute_url()).status_code == 200
        assert client.get(f"/labs/{lab.slug}/settings/").status_code == 404

    def test_it_notes_the_visit_once_an_hour(self, aiko: Client) -> None:
        lab = open_lab(aiko)
        long_ago = timezone.now() - timedelta(days=3)
        Lab.objects.update(used_at=long_ago)
        aiko.get(lab.get_absolute_url())
        lab.refresh_from_db()
        assert timezone.now() - lab.used_at < timedelta(minutes=1)


class TestChanging:
    def test_it_renames(self, aiko: Client) -> None:
        lab = open_lab(aiko)
        aiko.post(f"/labs/{lab.slug}/settings/", {"name": "Tokyo office"})
        lab.refresh_from_db()
        assert lab.name == "Tokyo office"

    def test_it_refuses_an_empty_or_overlong_name_at_the_field(self, aiko: Client) -> None:
        lab = open_lab(aiko)
        for name in ("", "x" * 121):
            answer = aiko.post(f"/labs/{lab.slug}/settings/", {"name": name})
            assert 'aria-invalid="true"' in answer.content.decode()
        lab.refresh_from_db()
        assert lab.name == "Demo estate"

    def test_it_deletes_with_everything_in_it(self, aiko: Client) -> None:
        lab = open_lab(aiko)
        answer = aiko.post(f"/labs/{lab.slug}/delete/", follow=True)
        assert "is deleted" in answer.content.decode()
        assert not Lab.objects.exists()
        assert not Trace.objects.exists()


class TestClearing:
    def test_it_deletes_visitors_labs_that_nobody_used(
        self, aiko: Client, ben: Client, dara: User, client_of: Callable[[User], Client]
    ) -> None:
        old, fresh, owned = open_lab(aiko), open_lab(ben), open_lab(client_of(dara))
        Lab.objects.exclude(pk=fresh.pk).update(used_at=timezone.now() - timedelta(days=40))
        call_command("clear_unused_labs", "--days", "30")
        assert set(Lab.objects.all()) == {fresh, owned}
        assert old not in Lab.objects.all()

    def test_it_refuses_less_than_a_day(self) -> None:
        with pytest.raises(CommandError):
            call_command("clear_unused_labs", "--days", "0")
