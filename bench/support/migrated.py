"""The tables of a bench's database: copied from a file that a run of several benches migrates once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

TEMPLATE = "BENCH_MIGRATED"
"""Names that file to the benches of the run."""


def make_template(folder: Path) -> None:
    """Migrates an empty SQLite file for the benches that this process starts."""
    file = folder / "migrated.sqlite3"
    environment = {
        "VIRTLAB_VAR": str(folder),
        "DATABASE_URL": f"sqlite:///{file}",
        "VIRTLAB_EXTRA_APPS": "bench.probe",
        "DJANGO_SETTINGS_MODULE": "virtlab.settings",
    }
    command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    subprocess.run(command, env={**os.environ, **environment}, check=True)
    os.environ[TEMPLATE] = str(file)


def migrate() -> None:
    """Makes the empty tables; a PostgreSQL, and a bench that is alone, migrates itself."""
    from django.core.management import call_command
    from django.db import connection

    template, file = os.environ.get(TEMPLATE), Path(str(connection.settings_dict["NAME"]))
    if template and connection.vendor == "sqlite" and not file.exists():
        shutil.copyfile(template, file)
    else:
        call_command("migrate", verbosity=0)
