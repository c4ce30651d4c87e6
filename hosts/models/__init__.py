"""What the on-prem side keeps: server models, clusters, hosts, virtual machines, and files on their way in."""

from hosts.models.backup import Backup
from hosts.models.catalog import ServerModel
from hosts.models.estate import Cluster, Datastore, Host, Snapshot, VirtualMachine
from hosts.models.inventory_import import ColumnMatching, ImportFile, InventoryImport, Pseudonym

__all__ = [
    "Backup",
    "Cluster",
    "ColumnMatching",
    "Datastore",
    "Host",
    "ImportFile",
    "InventoryImport",
    "Pseudonym",
    "ServerModel",
    "Snapshot",
    "VirtualMachine",
]
