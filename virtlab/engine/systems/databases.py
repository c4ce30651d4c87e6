"""Which machines run a database, which of them one with a licence of its own, by the names that they have."""

import re
from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from virtlab.engine.arrays import Bools

IN_MEMORY = (
    "Oracle",
    "ORCL",
    "Postgres",
    "MariaDB",
    "HANA",
    "Db2",
    "Sybase",
    "Informix",
    "Mongo",
    "Cassandra",
    "Couchbase",
    "Redis",
    "Valkey",
    "memcached",
    "Elasticsearch",
    "OpenSearch",
    "Exch",
    "database",
)
"""Databases and stores that fill their memory on purpose: what they have not touched lately they still need."""
AT_AN_END = ("db", "dbs", "hdb", "ora")
"""The same as beginnings and ends of machine names: `erpdb01`, `dbsrv02`, `prdora1`."""
OTHER_WORDS = re.compile(
    r"(?:ad|am|an|auro|c|diasp|d|elean|eleon|fed|fl|ag|amph|ang|h|isad|k|l|men|n|pand|pleth|son|theod|z|aur|corp)ora"
    r"|orange|orator|dba|dbus|dbx|mongolia|mongoose"
)
"""Words and names that only begin or end with such letters."""

MOST_NAMES = 65_536
"""Pairs of names whose answers are kept, of all labs together."""

_LETTERS = re.compile(r"[a-z]+")
_SQL = re.compile(r"sql(?!ite)")
_STORES = re.compile("|".join(map(re.escape, IN_MEMORY)), re.IGNORECASE)
_STAGE = re.compile(r"(?:prod|prd|test|tst|dev|uat|qa|stg|stage|new|old|beta)+$")
_SQL_SERVER = re.compile(
    rf"{_SQL.pattern}(?!alchemy|[ _*-]?plus|[ _-]?anywhere|[ _-]?edge|[ _-]?api(?![a-z]))"
    # Tools, and the editions that need no licence (Microsoft, SQL Server 2022 licensing guide).
    r"(?![ _-]?(?:server)?[ _-]?(?:20\d\d)?[ _-]?(?:r2)?[ _,(-]*(?:express|developer|compact|management studio))"
    + "".join(
        f"(?<!{other}sql)" for other in ("my", "my[ _-]", "postgre", "postgres[ _-]", "pg", "pg[ _-]", "mem", "pl/")
    )
    # At the beginning of a word alone: `milanosql01` and `erpsql01` are such. `psql` is PostgreSQL's own program.
    + "".join(f"(?<![^a-z]{other}sql)" for other in ("no", "no[ _-]", "spark[ _-]", "p"))
)
_BY_NAME = re.compile(r"(?:ms|microsoft)[ _-]?sql|sql[ _-]?server")


@lru_cache(maxsize=MOST_NAMES)
def sql_server(name: str, application: str, *, on_linux: bool = False) -> bool:
    """Whether a machine runs an edition of Microsoft SQL Server that needs a licence, by its names: of its application
    where that is a database's, else its own.

    "sql" tells it wherever it stands (`BOWSQL14`), as `is_in_memory`, where it is no other product's (MySQL,
    PostgreSQL, NoSQL) and no edition free of charge; on Linux, where most such names are MySQL's, only the whole name
    does ("SQL Server", "MSSQL").
    """
    text = f" {application if application and is_in_memory('', application) else name}".casefold()
    return bool(_SQL_SERVER.search(text) and (not on_linux or _BY_NAME.search(text)))


def sql_servers(named: Iterable[tuple[str, str]], on_linux: Bools) -> Bools:
    """Machines (V,), each with its name and that of its application, that run Microsoft SQL Server."""
    pairs = zip(named, on_linux.tolist(), strict=True)
    return np.array([sql_server(*names, on_linux=linux) for names, linux in pairs], dtype=np.bool_)


@lru_cache(maxsize=MOST_NAMES)
def is_in_memory(name: str, application: str) -> bool:
    """Whether the names of a machine and of its application say that it is a database or an in-memory store.

    "sql" tells one wherever it stands (`BOWSQL14`), "db" and "ora" at an end of the letters before digits, signs or the
    name of a stage (`NTMDBPROD01`), so that a sandbox is none.
    """
    runs = [run for text in (name, application) for run in _LETTERS.findall(text.casefold())]
    return any(_tells(run) for run in runs)


def _tells(run: str) -> bool:
    bare = _STAGE.sub("", run) or run
    if OTHER_WORDS.fullmatch(bare):
        return False
    return bool(_SQL.search(run) or _STORES.search(run)) or bare.startswith(AT_AN_END) or bare.endswith(AT_AN_END)
