"""Pages for what went wrong."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from virtlab.urls import urlpatterns as product

pytestmark = pytest.mark.django_db


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault")


urlpatterns = [*product, path("fail/", fail)]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_says_that_there_is_nothing_in_the_readers_language(aiko: Client, language: str) -> None:
    answer = aiko.get("/no-such-page", headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert f'lang="{language}"' in answer.content.decode()


@override_settings(ROOT_URLCONF="tests.web.test_errors")
def test_it_owns_up_to_its_own_faults() -> None:
    answer = Client(raise_request_exception=False).get("/fail/")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.content.decode()


def test_it_explains_a_form_that_came_without_its_token() -> None:
    answer = Client(enforce_csrf_checks=True).post("/labs/open/")
    assert answer.status_code == 403
    assert "The form was not accepted" in answer.content.decode()


def test_it_keeps_to_its_own_addresses_after_a_change_of_colours(aiko: Client) -> None:
    assert aiko.post("/theme/", {"next": "https://elsewhere.example/"})["Location"] == "/"
    assert aiko.post("/theme/", {"next": "/parameters/"})["Location"] == "/parameters/"
