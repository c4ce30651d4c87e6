"""Fills a new lab with the demo estate."""

from django.db import transaction

from hosts.catalog.load import load_server_models
from hosts.demo.rows import inventory
from hosts.demo.traces import demo_traces
from hosts.inventory.write import (
    WrittenEstate,
    create_clusters,
    create_datastores,
    create_hosts,
    create_vms,
    create_workloads,
    touch,
)
from hosts.models import ServerModel
from virtlab.labs.models import Lab, Trace


@transaction.atomic
def fill_with_demo(lab: Lab) -> WrittenEstate:
    """Puts the demo estate's hosts, datastores, VMs, workloads and a synthetic week of demand into a lab."""
    if not ServerModel.objects.exists():
        load_server_models()
    rows, estate = inventory(), WrittenEstate()
    create_clusters(lab, rows, estate)
    create_hosts(lab, rows.hosts, estate)
    create_datastores(lab, rows.datastores, estate)
    workloads = create_workloads(lab, rows.vms)
    create_vms(lab, rows.vms, workloads, estate)
    Trace.objects.bulk_create(demo_traces(workloads))
    touch(lab)
    return estate
