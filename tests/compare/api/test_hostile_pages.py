"""What nobody should send to the comparison's pages, files and share links: none of it is a fault of the server."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from tests.compare.api.test_hostile import TEXTS
from virtlab.compare.inputs.question import ask
from virtlab.compare.models import ShareLink
from virtlab.compare.services import share
from virtlab.labs.models import Lab

PAGES = ("report", "outlook", "workloads", "readiness", "csv", "xlsx", "paper", "sizing")
KEYS = (
    *("left", "right", "region", "purchase", "usd_jpy", "horizon_months", "percentile", "unmeasured_demand"),
    *("page", "sort", "order", "per_page", "q", "evidence", "risk", "ec2", "rule", "file", "format", "change", "view"),
)


@pytest.mark.parametrize("name", PAGES)
def test_it_shows_a_page_whatever_is_asked(visitor: Client, lab: Lab, name: str) -> None:
    address = reverse(f"compare:{name}", args=[lab.slug])
    for text in TEXTS:
        answer = visitor.get(f"{address}?{urlencode(dict.fromkeys(KEYS, text))}", headers={"HX-Request": "true"})
        assert answer.status_code in {200, 302, 301, 400, 404}


@pytest.mark.parametrize("name", ["report", "workloads", "readiness"])
def test_it_shows_what_is_shared_whatever_is_asked(visitor: Client, lab: Lab, name: str) -> None:
    link = share(lab, ask(lab, {}, {}))
    address = reverse(f"compare:shared-{name}", args=[link.token])
    for text in TEXTS:
        assert visitor.get(f"{address}?{urlencode(dict.fromkeys(KEYS, text))}").status_code in {200, 404}


@pytest.mark.parametrize(
    "place", ["items/{}/", "runway/{}/", "readiness/{}/", "prices/{}/delete/", "share/{}/withdraw/"]
)
def test_it_knows_no_such_place(visitor: Client, lab: Lab, place: str) -> None:
    for text in ("0", "9" * 30, "x", "%00", "%FF", "名前", "a" * 5_000):
        address = f"/labs/{lab.slug}/compare/{place.format(text)}"
        assert visitor.get(address).status_code in {404, 405}
        assert visitor.post(address).status_code in {404, 405}


@pytest.mark.parametrize("form", ["save", "share", "reset", "prices", "prices-upload"])
def test_it_takes_any_form_without_a_fault(visitor: Client, lab: Lab, form: str) -> None:
    address = reverse(f"compare:{form}", args=[lab.slug])
    for text in (*TEXTS, "left=" + "x" * 100_000, "usd_jpy=NaN&usd_jpy=1&region=%00", "&&==&=%"):
        sent = dict.fromkeys(("state", "one-region", "one-item", "one-usd", "one-note", "many-region"), text)
        assert visitor.post(address, sent).status_code in {200, 302}
    assert ShareLink.objects.count() <= 50
