"""What a share link reveals: said beforehand, said to its reader, and without names where asked."""

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hosts.models.inventory_import import InventoryImport
from virtlab.compare.models import ShareLink
from virtlab.labs.models import Lab

NAMES = ("db-0", "ad-0", "web-0", "hook-0", "old-0", "cmd()", "esx-01", "esx-02")
PARTS = tuple(
    f"shared{part}" for part in ("", "-workloads", "-paper", "-items", "-outlook", "-readiness", "-csv", "-xlsx")
)


def make(client: Client, lab: Lab, **more: str) -> ShareLink:
    """A link that the lab's owner makes on the page."""
    client.post(reverse("compare:share", args=[lab.slug]), {"state": "", **more})
    return ShareLink.objects.get()


def text_of(content: bytes) -> str:
    """A page's text, or that of all files in an archive (a workbook is one too)."""
    if not content.startswith(b"PK"):
        return content.decode()
    archive = zipfile.ZipFile(io.BytesIO(content))
    return "".join(archive.read(name).decode() for name in archive.namelist())


@pytest.mark.parametrize("part", PARTS)
def test_it_hides_names_everywhere_where_asked(visitor: Client, ben: Client, lab: Lab, part: str) -> None:
    link = make(visitor, lab, anonymous="on")
    more = ["consolidated"] if part == "shared-items" else []
    text = text_of(ben.get(reverse(f"compare:{part}", args=[link.token, *more])).content)
    assert not [name for name in NAMES if name in text]


def test_it_numbers_them_instead(visitor: Client, ben: Client, lab: Lab) -> None:
    link = make(visitor, lab, anonymous="on")
    page = ben.get(reverse("compare:shared-workloads", args=[link.token])).content.decode()
    assert "vm-0001" in page
    assert "under numbers" in ben.get(link.get_absolute_url()).content.decode()


def test_it_changes_no_figure_by_hiding_names(visitor: Client, ben: Client, lab: Lab) -> None:
    link = make(visitor, lab, anonymous="on")
    hidden = ben.get(link.get_absolute_url()).context["report"]
    shown = visitor.get(reverse("compare:report", args=[lab.slug])).context["report"]
    assert [item.usd for item in hidden.alternatives] == [item.usd for item in shown.alternatives]


def test_it_shows_names_where_nobody_asked(visitor: Client, ben: Client, lab: Lab) -> None:
    link = make(visitor, lab)
    assert "db-0" in ben.get(reverse("compare:shared-workloads", args=[link.token])).content.decode()


def test_it_says_what_a_link_reveals_before_and_after(visitor: Client, ben: Client, lab: Lab) -> None:
    words = "the names of the lab, of its VMs, hosts and clusters"
    assert words in visitor.get(reverse("compare:report", args=[lab.slug])).content.decode()
    assert words in ben.get(make(visitor, lab).get_absolute_url()).content.decode()


def test_it_says_that_an_import_changed_the_inventory_since(visitor: Client, ben: Client, lab: Lab) -> None:
    """One before the link was made is none of its reader's business."""
    said, row = "The inventory was changed by an import on", {"lab": lab, "state": "accepted", "size_bytes": 0}
    InventoryImport.objects.create(**row, accepted_at=timezone.now())
    link = make(visitor, lab)
    assert said not in ben.get(link.get_absolute_url()).content.decode()
    InventoryImport.objects.create(**row, accepted_at=timezone.now())
    assert said in ben.get(link.get_absolute_url()).content.decode()


def test_it_points_its_reader_at_no_field_that_a_shared_report_does_not_have(
    visitor: Client, ben: Client, lab: Lab
) -> None:
    link, htmx = make(visitor, lab), {"HX-Request": "true"}
    shown = visitor.get(reverse("compare:outlook", args=[lab.slug]), headers=htmx).content.decode()
    shared = ben.get(reverse("compare:shared-outlook", args=[link.token]), headers=htmx).content.decode()
    assert ("#field-growth" in shown, "#field-growth" in shared) == (True, False)
