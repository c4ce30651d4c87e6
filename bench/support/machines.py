"""Network namespaces as machines, each with an address and a link that can be cut. Needs root and iproute2."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from virtlab.platform.postgres import ThrowawayPostgres
from virtlab.platform.redis_server import find_binary, wait_until_ready

NET = "10.213.77"
DATA, WEB, WORKER1, WORKER2 = "data", "web", "worker1", "worker2"
ADDRESSES = {DATA: 1, WEB: 2, WORKER1: 3, WORKER2: 4}
# This program itself stands beside the machines, on the same switch, as a user's browser would.
OWN_ADDRESS = 254
WEB_PORT = 8000


def usable() -> bool:
    """Whether this user may make namespaces on this machine."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return False
    tried = subprocess.run(["ip", "netns", "add", "vl-try"], check=False, capture_output=True).returncode == 0
    subprocess.run(["ip", "netns", "del", "vl-try"], check=False, capture_output=True)
    return tried


def ip(*words: str) -> None:
    """Runs `ip`."""
    subprocess.run(["ip", *words], check=True)


class PostgresOnMachine(ThrowawayPostgres):
    """PostgreSQL inside the data machine's namespace, taking connections from its network."""

    def start(self) -> None:
        """Starts the server there; its client rules admit the network of the bench."""
        with (self.folder / "data" / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {NET}.0/24 trust\n")
        server = [str(self.binaries / "pg_ctl"), "--pgdata", str(self.folder / "data"), "start", "--wait"]
        settings = f"-c listen_addresses={NET}.1 -c unix_socket_directories={self.folder} -c max_connections=100"
        server += ["--log", str(self.folder / "log"), "--options", settings]
        user = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
        with (self.folder / "start.log").open("ab") as log:
            command = ["ip", "netns", "exec", _space(DATA), *user, *server]
            subprocess.run(command, check=True, cwd=self.folder, stdout=log, stderr=log)


@dataclass
class Machines:
    """The running machines and their programs."""

    folder: Path
    environment: dict[str, str]
    programs: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, machine: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Starts a program on a machine."""
        with (self.folder / f"{machine}.log").open("ab") as log:
            program = subprocess.Popen(
                ["ip", "netns", "exec", _space(machine), *command],
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.programs.append(program)
        return program

    def start(self) -> None:
        """The web server on one machine, a worker of two processes on two each; the second has the sweeper's clock."""
        server = ["-m", "uvicorn", "virtlab.asgi:application", "--host", f"{NET}.2", "--port", str(WEB_PORT)]
        self.run(WEB, [sys.executable, *server, "--log-level", "warning", "--timeout-graceful-shutdown", "3"])
        celery = [sys.executable, "-m", "celery", "--app", "virtlab"]
        for machine in (WORKER1, WORKER2):
            self.run(machine, [*celery, "worker", "-c", "2", "--hostname", f"{machine}@%h", "--without-gossip"])
        schedule = str(self.folder / "beat-schedule")
        self.run(WORKER2, [*celery, "beat", "--schedule", schedule, "--pidfile="])

    def cut(self, machine: str) -> None:
        """Takes the machine's cable out: no packet, no reset reaches anybody."""
        ip("-n", _space("switch"), "link", "set", f"to-{machine}", "down")

    def mend(self, machine: str) -> None:
        """Puts the cable back."""
        ip("-n", _space("switch"), "link", "set", f"to-{machine}", "up")

    def stop(self) -> None:
        """Ends the programs, the stubborn ones after ten seconds."""
        for program in self.programs:
            program.terminate()
        deadline = time.monotonic() + 10
        for program in self.programs:
            try:
                program.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                os.killpg(program.pid, 9)
                program.wait()


@contextmanager
def machines() -> Iterator[Machines]:
    """Four machines on one switch, with PostgreSQL and Redis running on the data machine."""
    folder = Path(tempfile.mkdtemp(prefix="vl-machines-"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # told to stop, it still clears up
    _wire()
    try:
        with PostgresOnMachine() as postgres:
            running = Machines(folder, _environment(folder))
            try:
                redis = [str(find_binary()), "--bind", f"{NET}.1", "--port", "6379", "--protected-mode", "no"]
                running.run(DATA, [*redis, "--dir", str(folder), "--save", "", "--appendonly", "yes"])
                wait_until_ready(running.environment["REDIS_URL"])
                os.environ.update(running.environment)
                yield running
            finally:
                running.stop()
                _disconnect()
                (folder / "postgres.log").write_bytes((postgres.folder / "log").read_bytes())
    finally:
        _unwire()
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "VIRTLAB_VAR": str(folder),
        "DATABASE_URL": f"postgres://postgres@{NET}.1:5432/postgres",
        "REDIS_URL": f"redis://{NET}.1:6379/0",
        "VIRTLAB_EXTRA_APPS": "bench.probe",
        "VIRTLAB_ALLOWED_HOSTS": "*",
        "DJANGO_SETTINGS_MODULE": "virtlab.settings",
    }


def _wire() -> None:
    """One switch in a namespace of its own, and a cable from it to each machine and to this program."""
    _unwire()
    switch = _space("switch")
    ip("netns", "add", switch)
    ip("-n", switch, "link", "add", "bridge", "type", "bridge")
    ip("-n", switch, "link", "set", "bridge", "up")
    for machine, number in ADDRESSES.items():
        space = _space(machine)
        ip("netns", "add", space)
        ip("-n", switch, "link", "add", f"to-{machine}", "type", "veth", "peer", "name", "eth0", "netns", space)
        ip("-n", space, "address", "add", f"{NET}.{number}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            ip("-n", space, "link", "set", device, "up")
        _plug(f"to-{machine}")
    ip("link", "add", "vl-bench", "type", "veth", "peer", "name", "to-bench", "netns", switch)
    ip("address", "add", f"{NET}.{OWN_ADDRESS}/24", "dev", "vl-bench")
    ip("link", "set", "vl-bench", "up")
    _plug("to-bench")


def _plug(port: str) -> None:
    ip("-n", _space("switch"), "link", "set", port, "master", "bridge")
    ip("-n", _space("switch"), "link", "set", port, "up")


def _unwire() -> None:
    """Removes what was made; a namespace takes its cables with it."""
    subprocess.run(["ip", "link", "del", "vl-bench"], check=False, capture_output=True)
    for machine in ("switch", *ADDRESSES):
        subprocess.run(["ip", "netns", "del", _space(machine)], check=False, capture_output=True)


def _space(machine: str) -> str:
    return f"vl-{machine}"


def _disconnect() -> None:
    from django.db import connections

    connections.close_all()
