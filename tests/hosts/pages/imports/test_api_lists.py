"""What was understood of an import over REST, list by list."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.hosts.pages.imports.test_api import post, send
from virtlab.jobs.work.workshop import do_next_work
from virtlab.labs.choices import Role
from virtlab.labs.models import Lab, Membership

CSV = "name,vcpu,memory_mib,cluster,host,colour\n" + "".join(
    f"vm-{number},{'x' if number % 5 == 0 else 4},8192,A,esx-1,red\n" for number in range(20)
)
LISTS = ("columns", "rows-left-out", "findings", "vms")


@pytest.fixture
def imported(daras: Client, lab: Lab) -> str:
    """The address of an import that a worker has read: 16 VMs and four rows without a number of vCPU."""
    number = send(daras, lab, CSV).json()["id"]
    do_next_work()
    return f"/api/labs/{lab.slug}/imports/{number}"


class TestLists:
    def test_it_says_which_columns_were_used_ignored_and_missing(self, daras: Client, imported: str) -> None:
        said = daras.get(f"{imported}/columns").json()
        assert (said["count"], said["used"], said["ignored"]) == (6, 5, 1)
        assert "Operating system" in said["missing"]
        ignored = daras.get(f"{imported}/columns", {"used": "false"}).json()
        assert [(row["column"], row["field"]) for row in ignored["items"]] == [("colour", "")]

    def test_it_gives_rows_left_out_with_their_reasons(self, daras: Client, imported: str) -> None:
        said = daras.get(f"{imported}/rows-left-out", {"limit": 3}).json()
        assert (said["count"], len(said["items"]), sum(said["tabs"].values())) == (4, 3, 4)
        row = said["items"][0]
        assert (row["row"], row["code"]) == (2, "not-a-number")
        assert row["reason"]
        assert dict(zip(row["header"], row["cells"], strict=True))["name"] == "vm-0"
        assert daras.get(f"{imported}/rows-left-out", {"tab": "none"}).json()["count"] == 0

    def test_it_holds_the_files_totals_against_what_was_read(self, daras: Client, imported: str) -> None:
        said = daras.get(f"{imported}/totals").json()
        assert said["agrees"]
        file, *parts, read = said["rows"]
        assert (file["sums"]["vms"], read["sums"]["vms"]) == (20, 16)
        assert (
            file["sums"]["memory_mib"] + sum(one["sign"] * one["sums"]["memory_mib"] for one in parts)
            == (read["sums"]["memory_mib"])
        )

    def test_it_gives_findings_of_a_severity(self, daras: Client, imported: str) -> None:
        said = daras.get(f"{imported}/findings", {"severity": "error"}).json()
        assert {row["severity"] for row in said["items"]} == {"error"}
        assert said["count"] == 4 <= said["found"]
        assert daras.get(f"{imported}/findings", {"severity": "fatal"}).status_code == 422

    def test_it_gives_the_vms_that_were_read(self, daras: Client, imported: str) -> None:
        said = daras.get(f"{imported}/vms", {"q": "vm-1", "limit": "2"}).json()
        assert (said["count"], [row["name"] for row in said["items"]]) == (9, ["vm-1", "vm-11"])
        assert said["items"][0]["memory_mib"] == 8192

    @pytest.mark.parametrize("name", LISTS)
    def test_it_pages(self, daras: Client, imported: str, name: str) -> None:
        whole = daras.get(f"{imported}/{name}").json()
        pages = [daras.get(f"{imported}/{name}", {"limit": 3, "offset": at}).json()["items"] for at in range(0, 50, 3)]
        assert [row for page in pages for row in page] == whole["items"]
        for key, text in (("limit", "0"), ("limit", "1001"), ("offset", "-1"), ("offset", "9" * 30), ("limit", "x")):
            assert set(daras.get(f"{imported}/{name}", {key: text}).json()["fields"]) == {key}

    @pytest.mark.parametrize("name", [*LISTS, "totals"])
    def test_it_says_where_an_import_stands_that_has_none(self, daras: Client, lab: Lab, name: str) -> None:
        number = send(daras, lab, CSV).json()["id"]
        answer = daras.get(f"/api/labs/{lab.slug}/imports/{number}/{name}")
        assert (answer.status_code, answer.json()["reasons"]) == (409, ["Waiting"])

    @pytest.mark.parametrize("name", [*LISTS, "totals"])
    def test_it_is_for_those_who_may_change_the_lab(
        self, imported: str, lab: Lab, chitose: User, client_of: Callable[[User], Client], name: str
    ) -> None:
        Membership.objects.create(lab=lab, user=chitose, role=Role.VIEWER)
        assert client_of(chitose).get(f"{imported}/{name}").status_code == 404

    def test_it_has_no_totals_where_no_file_was_read(self, daras: Client, lab: Lab) -> None:
        line = "12 VMs, 48 vCPU, 192 GiB, 4 TiB disk, 3 hosts"
        number: Any = post(daras, lab, "totals", line=line).json()["id"]
        answer = daras.get(f"/api/labs/{lab.slug}/imports/{number}/totals")
        assert (answer.status_code, answer.json()) == (200, None)
