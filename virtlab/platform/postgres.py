"""A throwaway PostgreSQL for tests: `python -m virtlab.platform.postgres command …` sets DATABASE_URL for a command.

The server runs as an ordinary user, in a folder of its own, reached through a Unix socket only.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from virtlab.platform.processes import die_with_parent

HELP = "No PostgreSQL server found. On Debian and Ubuntu, as root: apt-get install postgresql"
# The data are thrown away: speed matters, and nothing has to survive a power cut.
OPTIONS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200"


class PostgresError(RuntimeError):
    """The server could not be made or started; the message says why."""


class ThrowawayPostgres:
    """A server of one's own as a context manager: `with ThrowawayPostgres() as server: … server.url …`."""

    def __init__(self) -> None:
        self.binaries = find_binaries()
        self.user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
        self.folder = Path(tempfile.mkdtemp(prefix="virtlab-pg-"))
        if self.user:
            shutil.chown(self.folder, self.user)
        self.url = f"postgres://postgres@{quote(str(self.folder), safe='')}/postgres"

    def start(self) -> None:
        """Starts the server and waits until it takes connections; raises PostgresError with the end of its log."""
        options = f"{OPTIONS} -c unix_socket_directories={self.folder}"
        self._run("pg_ctl", "start", "--wait", "--log", str(self.folder / "log"), "--options", options)

    def stop(self, mode: str = "fast") -> None:
        """Stops the server; mode "immediate" ends it as a crash would."""
        self._run("pg_ctl", "stop", "--wait", "--mode", mode)

    def restart(self, mode: str = "fast") -> None:
        """Stops it and starts it again."""
        self.stop(mode)
        self.start()

    def __enter__(self) -> "ThrowawayPostgres":
        self._run("initdb", "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), "--pgdata", str(self.folder / "data"), *arguments]
        log = self.folder / "commands.log"
        with log.open("ab") as output:  # a pipe would stay open in the server and be waited for
            done = subprocess.run(
                command,
                cwd=self.folder,
                user=self.user,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
            )
        if done.returncode:
            raise PostgresError(f"{program} failed:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def find_binaries() -> Path:
    """The folder of initdb and pg_ctl, the newest version found; as root on Debian it installs them first."""
    if not (programs := installed()) and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", "postgresql"]):
            subprocess.run(["apt-get", "-qq", *command], check=True, env=environment, stdout=subprocess.DEVNULL)
        programs = installed()
    if not programs:
        raise PostgresError(HELP)
    return programs


def installed() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version found; None where there is none."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(folders, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else None


def main() -> int:
    """The command's exit code. Told to stop, or left by its parent, it ends the command and the server."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    if follow_parent := die_with_parent():
        follow_parent()
    try:
        with ThrowawayPostgres() as server:
            return subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": server.url}, check=False).returncode
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
