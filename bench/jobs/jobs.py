"""Ten thousand jobs of six steps over forty labs with two worker processes, on SQLite and on PostgreSQL."""

import json
import subprocess
import sys
from collections.abc import Iterator

from bench import Figure


def figures() -> Iterator[Figure]:
    """Each database in a process of its own: Django's settings are read once."""
    for database in ("sqlite", "postgres"):
        yield from measured("bench.support.jobs_on", database)


def measured(module: str, *arguments: str) -> Iterator[Figure]:
    """The figures that a module prints as JSON lines; raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith('{"name"'):
                yield Figure(**json.loads(line))
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
