"""Signing up, in and out, and what happens to a visitor's labs."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.labs.test_labs import open_lab
from virtlab.labs.models import Lab

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-passphrase"


def sign_in(client: Client, name: str, password: str = PASSWORD) -> int:
    return client.post("/accounts/sign-in/", {"username": name, "password": password}).status_code


def test_it_keeps_a_visitors_lab_on_signing_up(aiko: Client) -> None:
    lab = open_lab(aiko)
    form = {"username": "aiko", "password1": PASSWORD, "password2": PASSWORD}
    answer = aiko.post("/accounts/sign-up/", form, follow=True)
    assert "your lab is kept" in answer.content.decode()
    lab.refresh_from_db()
    assert lab.owner == User.objects.get(username="aiko")
    assert lab.visitor_token == ""


def test_it_keeps_a_visitors_lab_on_signing_in(aiko: Client, dara: User) -> None:
    lab = open_lab(aiko)
    assert sign_in(aiko, "dara") == 302
    lab.refresh_from_db()
    assert lab.owner == dara


def test_it_gives_nobody_elses_lab(aiko: Client, ben: Client, dara: User) -> None:
    lab = open_lab(aiko)
    sign_in(ben, "dara")
    lab.refresh_from_db()
    assert lab.owner is None


def test_it_leaves_no_lab_in_the_browser_after_signing_out(aiko: Client, dara: User) -> None:
    lab = open_lab(aiko)
    sign_in(aiko, "dara")
    aiko.post("/accounts/sign-out/")
    assert aiko.get(lab.get_absolute_url()).status_code == 404
    assert Lab.objects.filter(pk=lab.pk).exists()


def test_it_explains_a_weak_password_at_its_field(aiko: Client) -> None:
    answer = aiko.post("/accounts/sign-up/", {"username": "aiko", "password1": "1234", "password2": "1234"})
    assert "too short" in answer.content.decode()
    assert not User.objects.exists()


def test_it_locks_a_name_after_too_many_attempts(aiko: Client, dara: User) -> None:
    for _attempt in range(10):
        sign_in(aiko, "dara", "wrong")
    answer = aiko.post("/accounts/sign-in/", {"username": "dara", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Too many attempts" in answer.content.decode()


def test_it_changes_the_password(aiko: Client, dara: User) -> None:
    sign_in(aiko, "dara")
    form = {"old_password": PASSWORD, "new_password1": "another-long-one", "new_password2": "another-long-one"}
    assert "Your password is changed" in aiko.post("/accounts/", form, follow=True).content.decode()
    assert sign_in(Client(), "dara", "another-long-one") == 302


def test_it_asks_a_visitor_to_sign_in_for_the_account_page(aiko: Client) -> None:
    assert aiko.get("/accounts/")["Location"].startswith("/accounts/sign-in/")
