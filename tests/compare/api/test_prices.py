"""A lab's own prices over REST."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from virtlab.compare.models import OwnPrice
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab, Membership

GOOD = {"item": "M7i.large", "usd": 0.09, "note": "contract 7"}


def address(lab: Lab, path: str = "") -> str:
    return f"/api/labs/{lab.slug}/prices{path}"


def keep(client: Client, lab: Lab, *prices: object, **more: object) -> Any:
    return client.patch(address(lab), {"prices": prices, **more}, content_type="application/json")


def send(client: Client, lab: Lab, content: str | bytes, **more: str) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return client.post(address(lab, "/file"), {"file": SimpleUploadedFile("prices.csv", raw), **more})


class TestPrices:
    def test_it_keeps_lists_and_takes_back(self, visitor: Client, lab: Lab) -> None:
        assert keep(visitor, lab, GOOD, {"item": "nat-gateway-hour", "usd": "0.0500000001"}).json() == {"kept": 2}
        said = visitor.get(address(lab)).json()
        assert said["count"] == 2
        assert [(row["item"], row["usd"], row["note"]) for row in said["items"]] == [
            ("m7i.large", 0.09, "contract 7"),
            ("nat-gateway-hour", 0.0500000001, ""),
        ]
        assert keep(visitor, lab, {**GOOD, "usd": 0.08}).status_code == 200
        one = visitor.get(address(lab), {"limit": 1}).json()
        assert (one["count"], one["items"][0]["usd"]) == (2, 0.08)
        taken = address(lab, f"/{one['items'][0]['id']}")
        assert visitor.delete(taken).json() == {"taken_back": 1}
        assert visitor.delete(taken).status_code == 404
        assert visitor.delete(address(lab)).json() == {"taken_back": 1}
        assert not OwnPrice.objects.exists()

    def test_it_keeps_regions_apart(self, visitor: Client, lab: Lab) -> None:
        keep(visitor, lab, GOOD)
        keep(visitor, lab, GOOD, region="us-east-1")
        assert visitor.get(address(lab), {"region": "us-east-1"}).json()["count"] == 1
        assert visitor.delete(f"{address(lab)}?region=us-east-1").json() == {"taken_back": 1}
        assert [price.region for price in OwnPrice.objects.all()] == [lab.region_code]

    def test_it_compares_with_them(self, visitor: Client, lab: Lab) -> None:
        keep(visitor, lab, {"item": "ebs-gp3-gb-month", "usd": 0.01, "note": "contract 7"})
        said = visitor.get(f"/api/labs/{lab.slug}/comparison").json()
        rests = [
            rest["source"]
            for one in said["alternatives"]
            for balance in one["balances"]
            for line in balance["lines"]
            for rest in line["rests_on"]
        ]
        assert "yours: contract 7" in rests

    @pytest.mark.parametrize(
        ("price", "field", "words"),
        [
            ({"item": "m99.large"}, "item", "neither an instance type"),
            ({"item": ""}, "item", "neither an instance type"),
            ({"item": "x" * 1_000_000}, "item", "neither an instance type"),
            ({"item": None}, "item", "string"),
            ({"usd": 0}, "usd", "above 0"),
            ({"usd": -1}, "usd", "above 0"),
            ({"usd": 10**400}, "usd", "above 0"),
            ({"usd": 1e-11}, "usd", "10 decimals"),
            ({"usd": "cheap"}, "usd", "not a number"),
            ({"usd": "nan"}, "usd", "above 0"),
            ({"usd": "sNaN"}, "usd", "above 0"),
            ({"usd": "9" * 1_000_000}, "usd", "above 0"),
            ({"usd": "1E-999999999"}, "usd", "10 decimals"),
            ({"usd": ""}, "usd", "not a number"),
            ({"usd": True}, "usd", "not a number"),
            ({"usd": None}, "usd", "not a number"),
            ({"usd": [1]}, "usd", "not a number"),
            ({"note": "x" * 301}, "note", "300"),
            ({"note": "a\0b"}, "note", "cannot be printed"),
        ],
    )
    def test_it_says_of_a_row_what_is_wrong_with_it(
        self, visitor: Client, lab: Lab, price: dict[str, object], field: str, words: str
    ) -> None:
        answer = keep(visitor, lab, {**GOOD, "item": "nat-gateway-hour"}, {**GOOD, **price})
        assert answer.status_code == 422
        assert list(answer.json()["fields"]) == [f"prices.1.{field}"]
        assert words in answer.json()["reasons"][0]
        assert not OwnPrice.objects.exists()

    def test_it_takes_no_item_twice(self, visitor: Client, lab: Lab) -> None:
        answer = keep(visitor, lab, {**GOOD, "item": "no"}, GOOD, {**GOOD, "item": "ｍ７ｉ.large "})
        assert set(answer.json()["fields"]) == {"prices.0.item", "prices.2.item"}

    @pytest.mark.parametrize("body", [{"prices": []}, {"prices": [GOOD] * 5_001}, {"prices": GOOD}, {}])
    def test_it_takes_some_prices_and_not_too_many(self, visitor: Client, lab: Lab, body: dict[str, object]) -> None:
        answer = visitor.patch(address(lab), body, content_type="application/json")
        assert answer.status_code == 422
        assert set(answer.json()["fields"]) == {"prices"}

    def test_it_knows_the_regions_of_the_catalogue(self, visitor: Client, lab: Lab) -> None:
        for answer in (
            keep(visitor, lab, GOOD, region="moon-east-1"),
            send(visitor, lab, "item,usd\nm7i.large,1\n", region="moon-east-1"),
            visitor.get(address(lab), {"region": "\0"}),
            visitor.delete(f"{address(lab)}?region=moon-east-1"),
        ):
            assert answer.status_code == 422
            assert answer.json()["fields"]["region"]


class TestFile:
    def test_it_keeps_all_rows_or_none(self, visitor: Client, lab: Lab) -> None:
        answer = send(visitor, lab, "item,usd,note\nm7i.large,0.09,\nm7i.largest,x,\nm7i.large,1,\n")
        assert answer.status_code == 422
        assert [text.partition(":")[0] for text in answer.json()["fields"]["file"]] == ["Line 3", "Line 4"]
        assert not OwnPrice.objects.exists()
        assert send(visitor, lab, "item,usd\r\nm7i.large,0.09\r\n").json() == {"kept": 1}

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("item,usd\n", "no prices"),
            ("item,item,usd\nm7i.large,a,1\n", "more than once"),
            ("usd\n1\n", "lacks item"),
            ("item,usd\nm7i.large," + "9" * 200_000, "cannot be read as CSV"),
            ('item,usd\n"m7i.large,1\n' + "x\n" * 100_000, "cannot be read as CSV"),
            ("item,usd,note\nm7i.large,1,a\0b\n", "cannot be printed"),
            (b"\xff\xfe\x00", "UTF-8"),
            ("item,usd\n" + "m7i.large,1\n" * 5_001, "5,000 rows"),
            (b"x" * 1_000_001, "1 MB"),
            ("", "empty"),
        ],
    )
    def test_it_says_what_is_wrong_with_a_file(
        self, visitor: Client, lab: Lab, content: str | bytes, words: str
    ) -> None:
        answer = send(visitor, lab, content)
        assert answer.status_code == 422
        assert words in " ".join(answer.json()["fields"]["file"])
        assert not OwnPrice.objects.exists()

    def test_it_reads_a_file_whose_lines_end_as_on_old_macs(self, visitor: Client, lab: Lab) -> None:
        assert send(visitor, lab, "item,usd\rm7i.large,1\r").json() == {"kept": 1}


def test_it_is_for_those_who_may_change_the_lab(
    visitor: Client, dara: User, client_of: Callable[[User], Client], lab: Lab
) -> None:
    Membership.objects.create(lab=lab, user=dara, role=Role.VIEWER)
    keep(visitor, lab, GOOD)
    price = OwnPrice.objects.get()
    viewer = client_of(dara)
    for answer in (
        viewer.get(address(lab)),
        keep(viewer, lab, GOOD),
        send(viewer, lab, "item,usd\nm7i.large,1\n"),
        viewer.delete(address(lab)),
        viewer.delete(address(lab, f"/{price.pk}")),
    ):
        assert answer.status_code == 404
    assert OwnPrice.objects.exists()


def test_it_knows_no_price_of_another_lab(visitor: Client, lab: Lab, empty_lab: Lab) -> None:
    keep(visitor, lab, GOOD)
    number = OwnPrice.objects.get().pk
    for key in (number, 0, -1, 10**30):
        assert visitor.delete(address(empty_lab, f"/{key}")).status_code in {404, 422}
    assert OwnPrice.objects.exists()
