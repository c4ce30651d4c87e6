"""Every page of the product opens few template files."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from hosts.models import Backup, Cluster, Datastore, Host, Snapshot, VirtualMachine
from instances.choices import FaultKind
from instances.models import Fault, Instance, LaunchTemplate, PlacementGroup
from instances.services.addresses import allocate
from tests.hosts.inventory.files import rvtools
from tests.hosts.pages.test_imports import send
from tests.labs.test_labs import open_lab
from virtlab.compare.models import ShareLink
from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import Source
from virtlab.jobs.models import Job
from virtlab.jobs.operations.registry import OPERATIONS, operation_named
from virtlab.jobs.requests.prepare import Request
from virtlab.jobs.requests.start import start
from virtlab.labs.models import Lab

pytestmark = pytest.mark.django_db
MOST_FILES = 15
# They answer with a file, a stream or figures, or lead on to a page.
NO_PAGES = {
    "compare:csv",
    "compare:shared-csv",
    "compare:shared-sizing",
    "compare:shared-xlsx",
    "compare:sizing",
    "compare:xlsx",
    "healthz",
    "instances:launch-from",
    "instances:list-csv",
    "instances:types-csv",
    "inventory:errors",
    "inventory:findings",
    "inventory:template",
    "jobs:stream",
    "metrics",
    "readyz",
}
# They write, and are sent by POST alone.
WRITES = {
    "compare:prices-delete",
    "compare:prices-upload",
    "compare:reset",
    "compare:revoke",
    "compare:save",
    "compare:share",
    "instances:set-region",
    "inventory:accept",
    "inventory:columns",
    "inventory:discard",
    "inventory:totals",
    "jobs:act",
    "jobs:set-clock",
    "labs:delete",
    "labs:open",
    "labs:sign-out",
    "labs:theme",
    "set_language",
}
OF_A_LAB = (
    "compare:lab",
    "compare:outlook",
    "compare:paper",
    "compare:prices",
    "compare:readiness",
    "compare:report",
    "compare:workloads",
    "hosts:clusters",
    "hosts:datastores",
    "hosts:estate",
    "hosts:hypervisors",
    "hosts:vms",
    "hosts:hosts",
    "hosts:templates",
    "instances:addresses",
    "instances:hypervisors",
    "instances:list",
    "instances:naming",
    "instances:placement-groups",
    "instances:region",
    "instances:regions",
    "instances:responsibility",
    "instances:templates",
    "instances:types",
    "inventory:upload",
    "jobs:clock",
    "jobs:list",
    "jobs:tasks",
    "jobs:toasts",
    "labs:settings",
)
SHARED = tuple(f"compare:shared{part}" for part in ("", "-report", "-outlook", "-paper", "-readiness", "-workloads"))
OF_NO_LAB = ("glossary", "labs:account", "labs:index", "labs:parameters", "labs:sign-in", "labs:sign-up")
SIGNED_OUT = {"labs:sign-in", "labs:sign-up"}
# The administration's other pages are Django's own.
CONSOLE = ("admin:jobs_console",)


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """Every named address of the product's own: the console's and the API's are made by their libraries."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace not in {"admin", "api"}:
                yield from names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
        elif pattern.name:
            yield f"{space}{pattern.name}"


@pytest.fixture
def eves(eve: User, client_of: Callable[[User], Client]) -> Client:
    """Eve's browser: she may see every page."""
    return client_of(eve)


@pytest.fixture
def lab(eves: Client, catalog: None) -> Lab:
    """Eve's lab with something on every page, and a job that runs."""
    lab = open_lab(eves)
    LaunchTemplate.objects.create(lab=lab, name="web", values={"instance_type": "m5.large", "region": "us-east-1"})
    Fault.objects.create(lab=lab, kind=FaultKind.REGION_OUTAGE, region_id="us-east-1", since_lab_at=lab.lab_time())
    PlacementGroup.objects.create(lab=lab, region_id="us-east-1", name="apart", strategy="spread")
    allocate(lab, "us-east-1", 1, lab.lab_time())
    vm = VirtualMachine.objects.get(lab=lab, name="lb-01")
    vm.snapshot = Snapshot.objects.create(vm=vm, name="before the update", taken_lab_at=lab.lab_time())
    vm.save()
    kept = {"vcpu": 1, "memory_mib": 1024, "disk_gib": 20, "disk_used_gib": 6, "thin": True, "anti_affinity": ""}
    kept |= {"health": "well", "guest_version": 0, "workload": {}}
    of_vm = {"lab": lab, "cluster": vm.cluster, "vm": vm, "vm_name": vm.name}
    Backup.objects.create(**of_vm, name="lb-01", taken_lab_at=lab.lab_time(), gib=6, configuration=kept)
    start(lab, Request(operation_named("vm.stop"), vm, {}, Actor(Source.COMMAND)))
    return lab


@pytest.fixture
def addresses(lab: Lab, eves: Client, tmp_path: Path) -> dict[str, list[str]]:
    """The addresses of every page by their names; a page of one object for each object of the lab."""
    staged = send(eves, lab, "export.xlsx", rvtools(tmp_path / "x.xlsx").read_bytes())
    eves.post(reverse("compare:share", args=[lab.slug]), {"state": ""})
    link = ShareLink.objects.get(lab=lab).token
    objects: dict[str, Iterable[object]] = {
        "compare:items": ["as_is"],
        "compare:readiness-one": [vm.pk for vm in VirtualMachine.objects.filter(lab=lab) if not vm.is_template][:2],
        "compare:runway": Cluster.objects.filter(lab=lab).values_list("pk", flat=True),
        "hosts:cluster": Cluster.objects.filter(lab=lab).values_list("pk", flat=True),
        "hosts:datastore": Datastore.objects.filter(lab=lab).values_list("pk", flat=True),
        "hosts:host": Host.objects.filter(lab=lab).values_list("pk", flat=True),
        "hosts:vm": VirtualMachine.objects.filter(lab=lab).values_list("pk", flat=True),
        "hosts:vm-menu": VirtualMachine.objects.filter(lab=lab).values_list("pk", flat=True)[:1],
        "instances:instance": Instance.objects.filter(lab=lab).values_list("pk", flat=True),
        "instances:type": ["m5.large", "t3.micro"],
        "inventory:show": [staged.pk],
        "jobs:bulk": [name for name, operation in OPERATIONS.items() if operation.subject_model],
        "jobs:cancel": Job.objects.filter(lab=lab).values_list("pk", flat=True),
        "jobs:job": Job.objects.filter(lab=lab).values_list("pk", flat=True),
        "jobs:operate": OPERATIONS,
    }
    found = {name: [reverse(name, args=[lab.slug, part]) for part in parts] for name, parts in objects.items()}
    found |= {name: [reverse(name, args=[lab.slug])] for name in OF_A_LAB}
    found |= {name: [reverse(name)] for name in (*OF_NO_LAB, *CONSOLE)}
    found |= {name: [reverse(name, args=[link])] for name in SHARED}
    found["compare:shared-items"] = [reverse("compare:shared-items", args=[link, "as_is"])]
    for name in ("jobs:bulk", "jobs:operate"):
        found[name] = [f"{address}?{subject_of(lab, address)}" for address in found[name]]
    return found


def subject_of(lab: Lab, address: str) -> str:
    """The first object of the lab that an operation can be asked for, as its address names it."""
    operation = operation_named(address.rstrip("/").rpartition("/")[2])
    subject = operation.subjects(lab).first()
    assert subject or not operation.subject_model, f"The lab has no object for {operation.name}"
    return f"subject={subject.pk}" if subject else ""


def test_it_knows_every_page(addresses: dict[str, list[str]]) -> None:
    assert set(names(get_resolver().url_patterns)) - NO_PAGES - WRITES == set(addresses) - set(CONSOLE)


def test_it_opens_few_files_for_a_page(
    addresses: dict[str, list[str]], eves: Client, aiko: Client, opened: set[str]
) -> None:
    many = {}
    for name, every in addresses.items():
        client = aiko if name in SIGNED_OUT else eves
        for address in every:
            opened.clear()
            assert client.get(address).status_code == 200, address
            assert opened, address
            if len(opened) > MOST_FILES:
                many[address] = sorted(opened)
    assert many == {}
