"""Labs to compare: a small estate made by hand, and the real one of 805 machines; and both in a browser."""

from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from playwright.sync_api import Page

from hosts.inventory.reading import read_file
from hosts.inventory.rows import ClusterRow, HostRow, Inventory, VmRow
from hosts.inventory.write import create_estate
from tests.support.live import LiveApp
from virtlab.compare.inputs.question import ask
from virtlab.compare.report.report import Report, build
from virtlab.labs.access import SESSION_KEY
from virtlab.labs.models import Lab

GIB = 1024
VISITOR = "aiko-in-her-browser"


def machine(name: str, vcpu: int, memory_gib: int, host: str, operating_system: str) -> VmRow:
    """A machine on a host of the small estate."""
    return VmRow(
        name=name,
        vcpu=vcpu,
        memory_mib=memory_gib * GIB,
        cluster="A",
        host=host,
        operating_system=operating_system,
        disk_gib=100.0,
        disk_used_gib=40.0,
        cpu_mean=0.2,
        memory_mean=0.3,
        usage_from="file",
    )


def small_inventory(copies: int = 1) -> Inventory:
    """Two hosts of one cluster; six kinds of machines, each so many times."""
    hosts = [
        HostRow(
            name=name, cluster="A", vendor="Dell", model="PowerEdge R740", cores=56, sockets=2, memory_mib=384 * GIB
        )
        for name in ("esx-01", "esx-02")
    ]
    vms = [
        vm
        for copy in range(copies)
        for vm in (
            machine(f"db-{copy}", 8, 64, "esx-01", "rhel"),
            machine(f"ad-{copy}", 2, 8, "esx-01", "windows"),
            machine(f"web-{copy}", 4, 8, "esx-02", "linux"),
            machine(f"=cmd()-{copy}", 2, 4, "esx-02", "linux"),
            machine(f"hook-{copy}", 1, 2, "esx-02", "linux"),
            machine(f"old-{copy}", 2, 4, "esx-02", "windows"),
        )
    ]
    for vm in vms:
        if vm.name.startswith("old"):
            vm.power_state = "stopped"
        if vm.name.startswith("hook"):
            vm.event_driven, vm.requests_per_month, vm.request_duration_ms = True, 3_000_000.0, 120.0
    return Inventory(format="test", clusters=[ClusterRow(name="A", hypervisor="esxi")], hosts=hosts, vms=vms)


@pytest.fixture
def lab(catalog: None) -> Lab:
    """Aiko's lab with the small estate; one of its workloads is event-driven."""
    lab = Lab.objects.create(name="Small estate", visitor_token=VISITOR)
    create_estate(lab, small_inventory())
    return lab


@pytest.fixture
def empty_lab(catalog: None) -> Lab:
    """Aiko's lab without anything in it."""
    return Lab.objects.create(name="Empty", visitor_token=VISITOR)


@pytest.fixture
def visitor(db: None) -> Client:
    """Aiko in the browser session that holds her labs."""
    client = Client()
    session = client.session
    session[SESSION_KEY] = VISITOR
    session.save()
    return client


@pytest.fixture
def real_lab(catalog: None, shared_data: Path) -> Lab:
    """Dara's lab with the RVTools export of 805 machines."""
    reading = read_file(shared_data / "rvtools_805vm.xlsx", "rvtools_805vm.xlsx")
    lab = Lab.objects.create(name="RVTools estate", visitor_token=VISITOR)
    create_estate(lab, reading.inventory)
    return lab


def report_of(lab: Lab, **sent: object) -> Report:
    """The report that these settings ask for."""
    return build(lab, ask(lab, {key: str(value) for key, value in sent.items()}, {}))


def address_of(live_app: LiveApp, inventory: Inventory) -> str:
    """The comparison of a new lab with this estate on the running VirtLab."""
    with live_app.orm():
        lab = Lab.objects.create(name="Estate", visitor_token=VISITOR)
        create_estate(lab, inventory)
        return f"/labs/{lab.slug}/compare/"


def enter(live_app: LiveApp, page: Page, address: str) -> Page:
    """The page of an address, for the visitor whose lab it is."""
    with live_app.orm():
        store = SessionStore()
        store[SESSION_KEY] = VISITOR
        store.save()
        page.context.add_cookies([{"name": "sessionid", "value": str(store.session_key), "url": live_app.url}])
    page.goto(address)
    return page


@pytest.fixture(scope="module")
def address(live_app: LiveApp) -> str:
    """The comparison of a small estate on the running VirtLab."""
    return address_of(live_app, small_inventory(copies=3))
