"""A broken VM on a host that is short of memory, in a real browser."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hosts.choices import GuestHealth
from hosts.inventory.write import touch
from hosts.models import Backup, Cluster, VirtualMachine
from tests.labs.test_pages import open_lab
from tests.support.browser import PHONE, OpenPage
from tests.support.live import LiveApp
from virtlab.labs.models import Lab

pytestmark = pytest.mark.browser


def in_trouble(live_app: LiveApp, page: Page) -> tuple[str, VirtualMachine]:
    """The lab's on-prem address and db-01, broken, on a host whose VMs were allocated more than it has."""
    address = open_lab(page)
    with live_app.orm():
        lab = Lab.objects.get(slug=address.rstrip("/").rsplit("/", 1)[1])
        vm = VirtualMachine.objects.get(lab=lab, name="db-01")
        Cluster.objects.filter(pk=vm.cluster_id).update(memory_overcommit=2.0)
        VirtualMachine.objects.filter(host=vm.host_id).exclude(pk=vm.pk).update(memory_mib=24 * 1024)
        VirtualMachine.objects.filter(pk=vm.pk).update(health=GuestHealth.BROKEN)
        touch(lab)
    return f"{address}hosts/", vm


@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "ja")])
def test_it_has_no_accessibility_findings(
    live_app: LiveApp, open_page: OpenPage, axe: Callable[..., None], theme: str, language: str
) -> None:
    page = open_page(color_scheme=theme, language=language)
    address, vm = in_trouble(live_app, page)
    for path in (f"vms/{vm.pk}/", f"hosts/{vm.host_id}/"):
        page.goto(f"{address}{path}")
        expect(page.locator("#memory-pressure .stat")).to_have_count(3)
        axe(page)


def test_it_fits_a_phone_and_leads_back(live_app: LiveApp, open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    address, vm = in_trouble(live_app, page)
    page.goto(f"{address}vms/{vm.pk}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator(".console").get_by_role("link", name="Make a new VM in its place").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("New virtual machine")


def test_it_leads_to_a_restore_from_its_newest_well_backup(
    live_app: LiveApp, open_page: OpenPage, axe: Callable[..., None]
) -> None:
    page = open_page(viewport=PHONE)
    address, vm = in_trouble(live_app, page)
    with live_app.orm():
        for health in (GuestHealth.WELL, GuestHealth.BROKEN):
            kept = {"disk_gib": 800, "disk_used_gib": 520, "health": health, "guest_version": 0}
            at = timezone.now()
            of_vm = {"lab": vm.lab, "cluster": vm.cluster, "vm": vm, "vm_name": vm.name}
            Backup.objects.create(**of_vm, name=f"db-01 {health}", taken_lab_at=at, gib=520, configuration=kept)
    page.goto(f"{address}vms/{vm.pk}/")
    expect(page.locator("#backups .point")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    axe(page)
    page.locator(".console").get_by_role("link", name="Restore it from backup db-01 well").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Restore from a backup")
    expect(page.locator("select[name=source] option:checked")).not_to_contain_text("Broken")
    expect(page.locator("#operate-preview")).to_contain_text("data since the backup of")
    axe(page)
