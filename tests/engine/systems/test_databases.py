"""Databases by the names of machines and applications."""

import pytest

from virtlab.engine.systems.databases import is_in_memory, sql_server


@pytest.mark.parametrize(
    ("name", "application"),
    [
        ("sql-01", ""),
        ("PRD_SQL2019", ""),
        ("app7", "SQL Server (CRM)"),
        ("app7", "Microsoft SQL Server 2019"),
        ("app7", "SQL Server Reporting Services"),
        ("app7", "SQL Server Analysis Services"),
        ("MSSQLSERVER", ""),
        ("ms-sql", ""),
        ("BOWSQL14", "CRM"),
    ],
)
def test_it_knows_sql_server(name: str, application: str) -> None:
    assert sql_server(name, application)


REAL_NAMES = "SQLSRV01 sqlprod01 BOWSQL14 ntsqltst14 SQLCLUSTER prodsql SQLNODE1 wsqltest140a milanosql01 erpsql01"


@pytest.mark.parametrize("name", REAL_NAMES.split())
def test_it_knows_sql_server_by_real_names_but_not_on_linux(name: str) -> None:
    assert sql_server(name, "")
    assert is_in_memory(name, "")
    assert not sql_server(name, "", on_linux=True)


@pytest.mark.parametrize(
    ("name", "application"), [("mssql01", ""), ("db1", "SQL Server 2022"), ("MSSQLSERVER", ""), ("sqlserver-2", "")]
)
def test_it_knows_sql_server_on_linux_by_its_whole_name(name: str, application: str) -> None:
    assert sql_server(name, application, on_linux=True)


@pytest.mark.parametrize("on_linux", [False, True])
@pytest.mark.parametrize(
    ("name", "application"),
    [
        ("mysql-01", "MySQL Server"),
        ("prodmysql2", ""),
        ("pg1", "PostgreSQL Server"),
        ("pgsql1", ""),
        ("my-sql", ""),
        ("x", "NoSQL"),
        ("no-sql-3", ""),
        ("sqlite-app", ""),
        ("app7", "Spark SQL"),
        ("app7", "Oracle SQL*Plus"),
        ("app7", "sqlalchemy"),
        ("BOWSQL14", "Oracle"),
        ("mssql01", "MySQL"),
        ("psql01", ""),
        ("prd-psql2", ""),
        ("iot3", "Azure SQL Edge"),
        ("app7", "Cosmos DB (SQL API)"),
    ],
)
def test_it_takes_no_other_database_for_it(name: str, application: str, on_linux: bool) -> None:
    assert not sql_server(name, application, on_linux=on_linux)


@pytest.mark.parametrize(
    "application",
    [
        *("SQL Server 2019 Express", "SQLEXPRESS", "SQL Server Developer", "SQL Server 2022 (Developer Edition)"),
        "SQL Server Management Studio",
    ],
)
def test_it_licenses_no_edition_that_is_free_of_charge(application: str) -> None:
    assert not sql_server("BOWSQL14", application)


KNOWN = (
    "erpdb01 sqlprod01 PRDSQL01 dbsrv02 crmdb oraprod1 exch01 mongo1 BOWSQL14 NTSQLTST10 NTMDBPROD01 wasgdbtest "
    "BOWEXCHSVC1 prd-sql-01 hana7 prd_db2 redis-7 pg-postgres1 db01.corp.example"
)
NOT_KNOWN = (
    "BOWBPMSANDBOX BOWTCAPPSNDBX01 BLDBOMAMPROD01 BLDBOSAPOMPROD1 wdbsox02 dashboard feedback handbook decorator "
    "fedora fedoratest aurora nora2 orange sqlite-app mongoose1 LoRa-gw web01"
)


@pytest.mark.parametrize("name", KNOWN.split())
def test_it_knows_what_fills_its_memory(name: str) -> None:
    assert is_in_memory(name, "")
    assert is_in_memory("app7", name)


@pytest.mark.parametrize("name", NOT_KNOWN.split())
def test_it_takes_no_word_that_only_holds_the_letters(name: str) -> None:
    assert not is_in_memory(name, "")
