"""What a workload's names tell of it: whether its memory may shrink, and whether its system runs on EC2 at all."""

import re
from functools import cache

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
KNOWN = ("freebsd", "openbsd", "netbsd")
"""Systems outside the kinds that licences tell apart of which images for EC2 exist (AWS Marketplace, 2026)."""
NOT_ON_EC2 = ("aix", "hp-ux", "hpux", "solaris", "sunos", "ibm i", "os/400", "z/os", "openvms", "tru64", "netware")
"""Systems for other processors, or which VM Import/Export does not take (AWS VM Import/Export User Guide, "Operating
systems supported", 2026)."""

_STORES = re.compile("|".join(re.escape(name).replace(r"\ ", r"[\s_-]?") for name in IN_MEMORY), re.IGNORECASE)
_SHORT = re.compile(rf"(?<![a-z])(?:{'|'.join(SHORT)})(?![a-z])", re.IGNORECASE)
_AWAY = re.compile("|".join(rf"(?<![a-z]){re.escape(name)}(?![a-z])" for name in NOT_ON_EC2), re.IGNORECASE)


@cache
def is_in_memory(name: str, application: str) -> bool:
    """Whether the names of a machine and of its application say that it is a database or an in-memory store."""
    return any(pattern.search(text) for pattern in (_STORES, _SHORT) for text in (name, application))


@cache
def runs_on_ec2(system_name: str) -> bool:
    """Whether a system may run on EC2, by its name; one that is not known may."""
    return _AWAY.search(system_name) is None


@cache
def is_assessed(system: str, system_name: str) -> bool:
    """Whether enough is known of a system to say how it will run on EC2."""
    if system != OperatingSystem.OTHER:
        return True
    return runs_on_ec2(system_name) and any(name in system_name.casefold() for name in KNOWN)
