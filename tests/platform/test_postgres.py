"""The PostgreSQL of tests ends with what asked for it."""

import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.support.demo import eventually
from virtlab.platform.postgres import installed

PARENT = "import subprocess, sys; subprocess.run(sys.argv[1:])"


@pytest.mark.skipif(not installed() or sys.platform != "linux", reason="needs PostgreSQL, and Linux")
def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    """A test run that is killed leaves no server behind, and no folder."""
    ready = tmp_path / "ready"
    command = ["sh", "-c", 'echo "$DATABASE_URL" > "$0.new"; mv "$0.new" "$0"; exec sleep 300', str(ready)]
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, sys.executable, "-m", "virtlab.platform.postgres", *command]
    )
    try:
        eventually(ready.exists, 120)
    finally:
        parent.kill()
        parent.wait()
    folder = Path(unquote(urlsplit(ready.read_text().strip()).netloc.rpartition("@")[2]))
    assert folder.name.startswith("virtlab-pg-")
    eventually(lambda: not folder.exists(), 60)
