"""What a workload's names tell of it: whether its memory may shrink, and whether its system runs on EC2 at all."""

import re
from functools import cache

from virtlab.engine.systems.names import system_of
from virtlab.labs.choices import OperatingSystem

IN_MEMORY = (
    "SQL Server",
    "MSSQL",
    "Oracle",
    "PostgreSQL",
    "Postgres",
    "MySQL",
    "MariaDB",
    "HANA",
    "Db2",
    "Sybase",
    "Informix",
    "MongoDB",
    "Cassandra",
    "Couchbase",
    "Redis",
    "Valkey",
    "memcached",
    "Elasticsearch",
    "OpenSearch",
    "Exchange",
)
"""Databases and stores that fill their memory on purpose: what they have not touched lately they still need."""
SHORT = ("SQL", "DB", "ORA", "PGSQL", "HDB")
"""The same as parts of machine names, between signs or digits: `sql-01`, `prd_db2`."""

_STORES = re.compile("|".join(re.escape(name).replace(r"\ ", r"[\s_-]?") for name in IN_MEMORY), re.IGNORECASE)
_SHORT = re.compile(rf"(?<![a-z])(?:{'|'.join(SHORT)})(?![a-z])", re.IGNORECASE)


@cache
def is_in_memory(name: str, application: str) -> bool:
    """Whether the names of a machine and of its application say that it is a database or an in-memory store."""
    return any(pattern.search(text) for pattern in (_STORES, _SHORT) for text in (name, application))


@cache
def runs_on_ec2(system_name: str) -> bool:
    """Whether a system may run on EC2, by its name; one that is not known may."""
    return system_of(system_name).runs_on_ec2 is not False


@cache
def is_assessed(system: str, system_name: str) -> bool:
    """Whether enough is known of a system to say how it will run on EC2."""
    return system != OperatingSystem.OTHER or system_of(system_name).runs_on_ec2 is True
