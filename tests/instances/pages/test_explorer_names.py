"""Any name taken apart: those that exist, those that do not, and nonsense."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instances.catalog.names.name_check import check, known_names
from instances.catalog.names.naming import typed
from virtlab.labs.models import Lab

pytestmark = pytest.mark.usefixtures("catalog")
SLOW = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_it_explains_every_type_of_the_catalog() -> None:
    for name in known_names():
        checked = check(name)
        assert checked.exists, name
        assert not any(part.wrong for part in checked.parts)
        assert all(str(part.meaning) for part in checked.parts)


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("c7gn.2xlarge", ["series", "generation", "processor", "option", "size"]),
        ("u7i-12tb.224xlarge", ["series", "generation", "processor", "suffix", "size"]),
        ("mac2-m2.metal", ["series", "generation", "suffix", "size"]),
        ("x2iedn.32xlarge", ["series", "generation", "processor", "option", "option", "option", "size"]),
    ],
)
def test_it_takes_a_name_apart(name: str, roles: list[str]) -> None:
    assert [part.role for part in check(name).parts] == roles


@pytest.mark.parametrize(
    ("name", "part", "says", "near"),
    [
        ("m5.1xlarge", "size", "xlarge without a number", "m5.xlarge"),
        ("m5-flex.large", "suffix", "a family m5, but none with the addition flex", "m5.large"),
        ("cr1.8xlarge", "generation", "cr1 is retired", ""),
        ("cc2.8xlarge", "generation", "cc2 is retired", ""),
        ("hs1.8xlarge", "generation", "hs1 is retired", ""),
    ],
)
def test_it_refuses_a_name_by_its_part(name: str, part: str, says: str, near: str) -> None:
    checked = check(name)
    assert says in checked.wrong
    assert part in {shown.role for shown in checked.parts if shown.wrong} or "retired" in says
    assert not near or near in checked.nearest
    assert not any("does not know" in str(shown.meaning) for shown in checked.parts)


@pytest.mark.parametrize(
    ("name", "service", "inner"),
    [
        ("db.r6g.large", "RDS", "r6g.large"),
        ("ml.g5.xlarge", "SageMaker", "g5.xlarge"),
        ("cache.m7g.large", "ElastiCache", "m7g.large"),
        ("r6g.large.search", "OpenSearch", "r6g.large"),
        ("ＤＢ．ｍ５．ｌａｒｇｅ", "RDS", "m5.large"),
    ],
)
def test_it_knows_names_of_other_services_with_the_type_in_them(name: str, service: str, inner: str) -> None:
    checked = check(name)
    assert not checked.exists
    assert service in checked.wrong
    assert checked.nearest == [inner]
    assert [part.role for part in checked.parts][-1] == "size"


def test_it_knows_another_services_name_around_what_is_no_type() -> None:
    checked = check("db.m5.1xlarge")
    assert "RDS" in checked.wrong
    assert checked.nearest[0] == "m5.xlarge"
    assert check("db.db.m5.large").wrong


@pytest.mark.parametrize("name", ["ｍ７ｇ．large", "Ｍ７Ｇ．ＬＡＲＧＥ", " m7g。large "])
def test_it_reads_full_width_letters(name: str) -> None:
    assert check(name).exists


@pytest.mark.parametrize(
    ("name", "wrong", "near"),
    [
        ("m7i.lrge", "size", "m7i.large"),
        ("m7i.3xlarge", "size", "m7i.xlarge"),
        ("c7zn.2xlarge", "option", "c7gn.2xlarge"),
        ("m99.large", "generation", "m9g.large"),
        ("qq7.large", "series", "c7a.large"),
        ("m7ilarge", "whole", "m7i.large"),
    ],
)
def test_it_says_which_part_is_wrong_and_what_comes_nearest(name: str, wrong: str, near: str) -> None:
    checked = check(name)
    assert not checked.exists
    assert wrong in {part.role for part in checked.parts if part.wrong}
    assert checked.wrong
    assert set(checked.nearest) <= set(known_names())
    assert near in checked.nearest or wrong in {"generation", "series"}


@SLOW
@given(st.text(max_size=80) | st.from_regex(r"[a-z]{1,3}[0-9]{0,2}[a-z]{0,4}(-[a-z0-9]{1,4})?\.[0-9]{0,2}x?large"))
def test_it_never_fails_on_a_made_up_name(text: str) -> None:
    checked = check(text)
    assert checked.exists == (typed(text) in known_names())
    assert checked.exists or checked.wrong


def test_it_shows_markup_as_text(aiko: Client) -> None:
    aiko.post(reverse("labs:open"))
    lab = Lab.objects.latest("pk")
    page = aiko.get(reverse("instances:naming", args=[lab.slug]), {"name": "<script>alert(1)</script>.large"})
    assert b"<script>alert" not in page.content
