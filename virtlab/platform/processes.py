"""Processes that are ours: started in groups of their own, marked, found again and ended without touching others."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from virtlab.platform.services import Service

# Every process carries its VirtLab's folder and its service's name in the environment, and so do its own children.
# The mark is the proof by which a later start recognises what a killed one left behind.
MARK = "VIRTLAB_PROCESS_OF"
PR_SET_PDEATHSIG = 1
# A larger log is set aside when its service starts; the one set aside before goes.
LOG_LIMIT_BYTES = 10 * 1024 * 1024


class Child:
    """One running service and its log file."""

    def __init__(self, service: Service, var_dir: Path) -> None:
        self.service = service
        self.mark = mark(var_dir, service.name)
        self.log_path = var_dir / "log" / f"{service.name}.log"
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        if self.log_path.is_file() and self.log_path.stat().st_size > LOG_LIMIT_BYTES:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))
        self.started_at = time.monotonic()
        self.process = self._spawn()

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.log_path.open("ab") as log:
            return subprocess.Popen(
                self.service.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.service.environment, MARK: self.mark},
                pass_fds=self.service.fds,
                start_new_session=True,
                preexec_fn=die_with_parent(),  # noqa: PLW1509 (the supervisor has no threads)
            )

    def ended(self) -> int | None:
        """The exit code, or None while it runs."""
        return self.process.poll()

    def ask_to_stop(self) -> None:
        """Sends SIGTERM to the service's main process, which ends its own children in good order."""
        self.process.terminate()

    def finish(self, deadline: float) -> bool:
        """Waits until the deadline (time.monotonic), then kills what is left; false if it had to kill the service."""
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
            in_time = True
        except subprocess.TimeoutExpired:
            in_time = False
        self.kill()
        return in_time

    def kill(self) -> None:
        """Ends the service at once, and any process it left behind."""
        _quietly(self.process.kill)
        for process in marked(self.mark):
            _quietly(process.kill)
        self.process.wait()

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def mark(var_dir: Path, name: str = "") -> str:
    """The mark of a service of the VirtLab in this folder; without a name what all its services' marks begin with."""
    return f"{var_dir.resolve()}#{name}"


def marked(beginning: str) -> list[psutil.Process]:
    """The user's processes whose mark begins so."""
    return [process for process in psutil.process_iter() if _mark_of(process).startswith(beginning)]


def end_leftovers(var_dir: Path, within_s: float = 8) -> int:
    """Ends what an earlier, killed VirtLab of this folder left running; returns how many processes that were."""
    leftover = marked(mark(var_dir))
    for process in leftover:
        _quietly(process.terminate)
    _, alive = psutil.wait_procs(leftover, timeout=within_s)
    for process in alive:
        _quietly(process.kill)
    psutil.wait_procs(alive, timeout=2)
    return len(leftover)


def _mark_of(process: psutil.Process) -> str:
    try:
        return process.environ().get(MARK, "") if process.status() != psutil.STATUS_ZOMBIE else ""
    except (psutil.Error, OSError):
        return ""


def _quietly(end: Callable[[], None]) -> None:
    try:
        end()
    except (psutil.NoSuchProcess, ProcessLookupError):
        return


def die_with_parent() -> Callable[[], None] | None:
    """On Linux a child is told to stop when its parent is gone in any way; elsewhere the next start clears up."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)  # loaded before the fork: between fork and exec little is safe
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
