"""Names that a lab is not to keep: replaced by numbers that stay the same for a name in a lab, before anything is kept.

The lab keeps a keyed digest of each name and no name, so that the next file, or one of traces, gets the same numbers.
"""

import hmac
import re
from collections.abc import Iterable
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from hosts.inventory.problems import Problem
from hosts.inventory.reading import Reading
from hosts.inventory.rows import Inventory, VmRow
from hosts.inventory.traces.owners import named_like, owner_of
from hosts.inventory.traces.shapes import display_name
from hosts.models.inventory_import import Pseudonym
from virtlab.labs.models import Lab

BATCH = 1_000
FIGURE = re.compile(r"[-+\d.,\s%]*([kmgt]i?b)?", re.IGNORECASE)
Names = dict[str, str]


def anonymised(reading: Reading, lab_id: int) -> Reading:
    """The same reading without names, notes and tags; also its findings quote none."""
    inventory = reading.inventory
    if reading.traces is not None:  # whose they are can only be told by what is given up here
        reading.traces = named_like(reading.traces, [owner_of(vm) for vm in inventory.vms])
    names = {kind: pseudonyms(lab_id, kind, values) for kind, values in names_in(reading).items()}
    for vm in inventory.vms:
        rename_vm(vm, names)
    rename_places(inventory, names)
    if reading.traces is not None:
        vms = names["vm"]
        reading.traces.names = [vms[display_name(name).casefold()] for name in reading.traces.names]
    everything = {name: alias for kind in names.values() for name, alias in kind.items()}
    for problem in reading.log.kept:
        hide(problem, everything)
    reading.left_out = []  # their own cells hold names
    return reading


def names_in(reading: Reading) -> dict[str, list[str]]:
    """All names of a reading by their kind, in its order."""
    inventory = reading.inventory
    clusters, vms = inventory.clusters, inventory.vms
    traced = [] if reading.traces is None else [display_name(name) for name in reading.traces.names]
    return {
        "vm": [*(vm.name for vm in vms), *traced],
        "host": [*(host.name for host in inventory.hosts), *(vm.host for vm in vms)],
        "cluster": [row.name for row in clusters],
        "site": [*(row.site for row in clusters), *(vm.site for vm in vms), *(host.site for host in inventory.hosts)],
        "datastore": [*(store.name for store in inventory.datastores), *(vm.datastore for vm in vms)],
        "app": [vm.application for vm in vms],
        "wave": [vm.wave for vm in vms],
    }


@transaction.atomic
def pseudonyms(lab_id: int, kind: str, names: Iterable[str]) -> Names:
    """The pseudonym of each name (in lower case), those that the lab has not seen yet numbered on."""
    digests = {name: digest_of(lab_id, name) for name in dict.fromkeys(name.casefold() for name in names if name)}
    Lab.objects.select_for_update().get(pk=lab_id)
    known = dict(Pseudonym.objects.filter(lab=lab_id, kind=kind).values_list("digest", "number"))
    last = Pseudonym.objects.filter(lab=lab_id, kind=kind).aggregate(last=Max("number"))["last"] or 0
    new = [digest for digest in digests.values() if digest not in known]
    numbered = dict(zip(new, range(last + 1, last + 1 + len(new)), strict=True))
    rows = [Pseudonym(lab_id=lab_id, kind=kind, digest=digest, number=number) for digest, number in numbered.items()]
    Pseudonym.objects.bulk_create(rows, batch_size=BATCH)
    numbers = known | numbered
    return {name: f"{kind}-{numbers[digest]:04d}" for name, digest in digests.items()}


def digest_of(lab_id: int, name: str) -> str:
    """A digest from which nobody without the server's key can guess the name."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{lab_id}\x00{name}".encode(), sha256).hexdigest()


def rename_vm(vm: VmRow, names: dict[str, Names]) -> None:
    """Replaces what a VM's row names."""
    vm.name = names["vm"][vm.name.casefold()]
    vm.host, vm.cluster = alias(names["host"], vm.host), alias(names["cluster"], vm.cluster)
    vm.site, vm.datastore = alias(names["site"], vm.site), alias(names["datastore"], vm.datastore)
    vm.application, vm.wave = alias(names["app"], vm.application), alias(names["wave"], vm.wave)
    vm.identity = vm.vm_id = vm.vcenter = vm.stated_vcenter = vm.given_name = ""
    vm.tags = {}


def rename_places(inventory: Inventory, names: dict[str, Names]) -> None:
    """Replaces the names of clusters, hosts and datastores."""
    for cluster in inventory.clusters:
        cluster.vcenter = ""
        cluster.name, cluster.site = alias(names["cluster"], cluster.name), alias(names["site"], cluster.site)
    for host in inventory.hosts:
        host.vcenter = ""
        host.name, host.cluster = alias(names["host"], host.name), alias(names["cluster"], host.cluster)
        host.site = alias(names["site"], host.site)
    for store in inventory.datastores:
        store.name, store.cluster = alias(names["datastore"], store.name), alias(names["cluster"], store.cluster)
        store.hosts = store.url = store.object_id = store.vcenter = ""


def alias(names: Names, name: str) -> str:
    """The pseudonym of a name, "" of none."""
    return names.get(name.casefold(), "")


def hide(problem: Problem, names: Names) -> None:
    """Replaces what a finding quotes: names by their pseudonyms, other texts than figures by an ellipsis."""
    problem.value = hidden(problem.value, names)
    problem.params = {
        key: hidden(value, names) if isinstance(value, str) else value for key, value in problem.params.items()
    }


def hidden(text: str, names: Names) -> str:
    """A text without names."""
    return text if FIGURE.fullmatch(text) else names.get(text.casefold(), "…")
