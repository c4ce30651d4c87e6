"""Share links over REST."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from virtlab.compare import services
from virtlab.compare.models import ShareLink
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab, Membership


def address(lab: Lab, path: str = "") -> str:
    return f"/api/labs/{lab.slug}/links{path}"


def share(client: Client, lab: Lab, query: str = "", **body: object) -> Any:
    return client.post(f"{address(lab)}?{query}", body, content_type="application/json")


class TestLinks:
    def test_it_shares_what_was_asked_for_and_says_what_that_reveals(
        self, visitor: Client, lab: Lab, ben: Client
    ) -> None:
        answer = share(visitor, lab, "purchase=three_year&usd_jpy=160")
        assert answer.status_code == 201
        link = answer.json()
        assert link["asked"]["purchase"] == "three_year"
        page = ben.get(link["address"]).content.decode()
        assert "web-0" in ben.get(f"{link['address']}workloads/").content.decode()
        assert len(link["reveals"]) == 4
        assert all(part in page for part in link["reveals"])
        assert ShareLink.objects.get().assumptions["values"]["usd_jpy"] == 160

    def test_it_shares_without_names(self, visitor: Client, lab: Lab, ben: Client) -> None:
        link = share(visitor, lab, anonymous=True).json()
        assert link["anonymous"]
        assert "under numbers" in link["reveals"][0]
        assert link["reveals"][0] in ben.get(link["address"]).content.decode()
        assert "web-0" not in ben.get(f"{link['address']}workloads/").content.decode()

    def test_it_lists_and_withdraws(self, visitor: Client, lab: Lab, ben: Client) -> None:
        links = [share(visitor, lab).json() for _number in range(3)]
        listed = visitor.get(address(lab), {"limit": 2}).json()
        assert (listed["count"], len(listed["items"])) == (3, 2)
        for _again in range(2):
            answer = visitor.delete(address(lab, f"/{links[0]['token']}"))
            assert answer.status_code == 200
            assert answer.json()["withdrawn_at"]
        assert ben.get(links[0]["address"]).status_code == 410
        assert visitor.get(address(lab)).json()["count"] == 2
        gone = visitor.get(address(lab), {"withdrawn": "true"}).json()["items"]
        assert [link["token"] for link in gone] == [links[0]["token"]]

    def test_it_refuses_a_question_that_is_wrong(self, visitor: Client, lab: Lab) -> None:
        for query, field in (("usd_jpy=cheap", "usd_jpy"), ("moon=1", "moon"), ("left=x", "left")):
            answer = share(visitor, lab, query)
            assert answer.status_code == 422
            assert field in answer.json()["fields"]
        assert share(visitor, lab, anonymous="perhaps").status_code == 422
        assert not ShareLink.objects.exists()

    def test_it_says_that_there_are_too_many(self, visitor: Client, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MOST_LINKS", 1)
        share(visitor, lab)
        answer = share(visitor, lab)
        assert answer.status_code == 409
        assert "Withdraw one first" in answer.json()["reasons"][0]

    def test_it_shares_nothing_where_there_is_nothing(self, visitor: Client, empty_lab: Lab) -> None:
        assert share(visitor, empty_lab).status_code == 404

    def test_it_is_for_those_who_may_change_the_lab(
        self, visitor: Client, dara: User, client_of: Callable[[User], Client], lab: Lab
    ) -> None:
        Membership.objects.create(lab=lab, user=dara, role=Role.VIEWER)
        token = share(visitor, lab).json()["token"]
        viewer = client_of(dara)
        assert share(viewer, lab).status_code == 404
        assert viewer.get(address(lab)).status_code == 404
        assert viewer.delete(address(lab, f"/{token}")).status_code == 404
        assert ShareLink.objects.get().revoked_at is None

    @pytest.mark.parametrize("token", ["x", "%00", "a" * 5_000, "%F0%9F%9C%81", "..%2f.."])
    def test_it_knows_no_other_link(self, visitor: Client, lab: Lab, empty_lab: Lab, token: str) -> None:
        other = share(visitor, lab).json()["token"]
        assert visitor.delete(address(empty_lab, f"/{other}")).status_code == 404
        assert visitor.delete(address(lab, f"/{token}")).status_code == 404
        assert visitor.get(f"/share/{token}/").status_code == 404
