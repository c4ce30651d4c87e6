"""What nobody should send: every address of the API answers it with a sentence, and none with a fault."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from virtlab.api import api
from virtlab.labs.models import Lab
from virtlab.rest.why import Why

SCHEMA = api.get_openapi_schema()
VALUES: tuple[object, ...] = (
    *(None, True, -1, 0, 10**30, 1.5, 1e300, [], {}, [[]], [None], {"": None}, {"usd_jpy": None}, {"a": {"b": []}}),
    *(
        "",
        " ",
        "NaN",
        "a\0b",
        "\ud800",
        "\u202e名前",
        "🜁" * 50,
        "x" * 1_000_000,
        "9" * 5_000,
        "../../etc",
        "' OR 1=1 --",
    ),
)
BODIES = (
    *(b"", b"null", b"[]", b"1", b'"x"', b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": 1, "a": 2}', b'{"a": NaN}'),
    *(b'{"a": -Infinity}', b'{"a": ' + b"9" * 5_000 + b"}", b'{"\\ud800": 1}'),
)
TEXTS = ("", "\0", "NaN", "-1", "1e400", "9" * 5_000, "🜁" * 50, "\u202e名前", "[]", "%s", "x" * 100_000, "' OR 1=1 --")
PATHS = sorted(SCHEMA["paths"])


def operations(*methods: str) -> list[tuple[str, str]]:
    """Method and path of every operation."""
    return [(method, path) for path in PATHS for method in SCHEMA["paths"][path] if method in methods]


def filled(path: str, lab: Lab, other: str = "1") -> str:
    """The path's address in a lab, with something else in its other places."""
    parts = (lab.slug if part == "{lab}" else other if part.startswith("{") else part for part in path.split("/"))
    return "/".join(parts)


def fields_of(method: str, path: str) -> list[str]:
    """The names of a body's fields."""
    body = SCHEMA["paths"][path][method].get("requestBody")
    schema = next(iter(body["content"].values()))["schema"] if body else {}
    if "$ref" in schema:
        schema = SCHEMA["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return list(schema.get("properties", {}))


def bodies_of(method: str, path: str) -> Iterator[bytes]:
    """Bodies that are none, and those with something odd in each of their fields."""
    yield from BODIES
    for name in fields_of(method, path):
        yield from (json.dumps({name: value}).encode() for value in VALUES)


def check(answer: Any) -> None:
    """A refusal says why in the API's one form."""
    assert answer.status_code < 500
    if answer.status_code >= 400:
        said = json.loads(answer.content)
        assert set(Why.model_fields) <= set(said)
        assert said["reasons"]
        assert all(isinstance(text, str) and len(text) < 1_000 for text in said["reasons"])


@pytest.mark.parametrize(("method", "path"), operations("post", "patch", "put"))
def test_it_says_why_it_does_not_take_a_body(visitor: Client, lab: Lab, method: str, path: str) -> None:
    for body in bodies_of(method, path):
        check(visitor.generic(method.upper(), filled(path, lab), body, "application/json"))


@pytest.mark.parametrize(("method", "path"), operations("get", "delete"))
def test_it_says_why_it_does_not_take_a_query(visitor: Client, lab: Lab, method: str, path: str) -> None:
    names = [each["name"] for each in SCHEMA["paths"][path][method].get("parameters", []) if each["in"] == "query"]
    for text in TEXTS:
        sent = dict.fromkeys([*names, "usd_jpy"] if "comparison" in path else names, text or "x")
        check(visitor.generic(method.upper(), filled(path, lab), query_string=urlencode(sent)))


@pytest.mark.parametrize("path", PATHS)
def test_it_says_why_in_json_whatever_is_wrong(visitor: Client, lab: Lab, path: str) -> None:
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"):
        check(visitor.generic(method, filled(path, lab)))
    if "{lab}" in path:
        for slug in ("none", "%00", "a%00b", "x" * 5_000, "%F0%9F%9C%81", "%FF", "..", "' OR 1=1"):
            check(visitor.get(filled(path, Lab(slug=slug))))
    if path.count("{") > 1:
        for other in ("0", "-1", "9" * 30, "1.5", "x", "%00", "%FF"):
            check(visitor.get(filled(path, lab, other)))


@pytest.mark.parametrize("path", ["/api/none", "/api/labs/x/none", "/api/labs/%00/imports", "/api/labs//"])
def test_it_says_in_json_that_there_is_no_such_address(visitor: Client, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 404
    check(answer)


def test_it_says_in_json_what_the_house_refuses(
    lab: Lab, dara: User, client_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client_of(dara).cookies
    answers = [
        (403, strict.post("/api/labs", {"name": "x"}, content_type="application/json")),
        (401, Client().get("/api/labs")),
        (405, client_of(dara).put("/api/labs")),
    ]
    monkeypatch.setattr(settings, "DATA_UPLOAD_MAX_MEMORY_SIZE", 1024 * 1024)
    huge = json.dumps({"name": "x" * 2_000_000})
    answers.append((413, client_of(dara).post("/api/labs", huge, content_type="application/json")))
    for status, answer in answers:
        assert answer.status_code == status
        check(answer)
    assert answers[2][1]["Allow"]
    assert "1 MiB" in answers[3][1].json()["reasons"][0]


def test_it_says_it_in_the_readers_language(visitor: Client) -> None:
    answer = visitor.get("/api/none", headers={"Accept-Language": "ja"})
    assert "ありません" in answer.json()["reasons"][0]
