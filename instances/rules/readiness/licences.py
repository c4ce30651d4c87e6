"""Licences that are counted by cores or vCPU, told by the names of a machine and of its application."""

import re
from functools import lru_cache

from virtlab.engine.systems.databases import MOST_NAMES, sql_server
from virtlab.labs.choices import LINUX_SYSTEMS

SQL_SERVER, ORACLE = "SQL Server", "Oracle Database"
_ORACLE = re.compile(r"oracle(?! (?:enterprise |unbreakable )?linux)|(?<![a-z])ora(?:db|cle)?(?![a-z])", re.IGNORECASE)


@lru_cache(maxsize=MOST_NAMES)
def licence_by_cores(name: str, application: str, system: str) -> str:
    """The product that a name speaks of, "" where none does; SQL Server as the bills tell it, by the kind of `system`
    (labs.choices.OperatingSystem) too.
    """
    if sql_server(name, application, on_linux=system in LINUX_SYSTEMS):
        return SQL_SERVER
    return ORACLE if any(_ORACLE.search(text) for text in (application, name)) else ""
