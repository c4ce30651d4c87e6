"""`make demo`: one VirtLab on this machine, from nothing to a URL, until Ctrl-C."""

import fcntl
import os
import secrets
import signal
import sys
import time
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path
from types import FrameType
from typing import IO

from virtlab.platform import services
from virtlab.platform.listen import PortError, address, listen
from virtlab.platform.paths import redis_url
from virtlab.platform.processes import end_leftovers
from virtlab.platform.redis_server import RedisStartError, wait_until_ready
from virtlab.platform.services import Service
from virtlab.platform.supervisor import ServiceBrokenError, Supervisor

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN_S = 300
LOOK_EVERY_S = 0.25


class StoppedError(Exception):
    """The user asked to stop before everything was up."""


class Demo:
    """Starts, watches and stops the processes of one VirtLab."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self.supervisor = Supervisor(var_dir, say)
        self.stopping = False

    def run(self) -> None:
        """Everything, until a signal says stop. Raises PortError, RedisStartError or ServiceBrokenError."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        self._url_file.unlink(missing_ok=True)
        if count := end_leftovers(self.var_dir):
            say(f"Ended {count} processes that an earlier VirtLab had left running")
        with listen() as listener:
            url = address(listener)
            try:
                self._start(listener.fileno(), url)
                self._watch()
            except StoppedError:
                pass
            finally:
                listener.close()
                self._url_file.unlink(missing_ok=True)
                say("Stopping")
                self.supervisor.stop()
                say("Stopped")

    @property
    def _url_file(self) -> Path:
        return self.var_dir / "run" / "demo.url"

    def _start(self, web_fd: int, url: str) -> None:
        own_redis = not os.environ.get("REDIS_URL")
        if own_redis:
            self.supervisor.start(services.redis(self.var_dir))
        wait_until_ready(os.environ.get("REDIS_URL") or redis_url(self.var_dir))
        say("Preparing the database and the demo lab")
        self._prepare()
        for service in (services.worker(), services.beat(self.var_dir), services.web(web_fd)):
            self.supervisor.start(service)
        self._wait_for_web(url)
        self._url_file.write_text(url, encoding="ascii")
        say(f"VirtLab is ready: {url}")
        say(f"Logs are in {self.var_dir / 'log'}. Ctrl-C stops everything.")

    def _prepare(self) -> None:
        child = self.supervisor.start(Service("prepare", [sys.executable, "-m", "virtlab.platform.prepare"]))
        while child.ended() is None:
            self._pause()
        self.supervisor.children.remove(child)
        if child.ended():
            raise ServiceBrokenError(f"Preparing failed. The end of {child.log_path}:\n{child.last_words()}")

    def _wait_for_web(self, url: str) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while not answers(url):
            if time.monotonic() > deadline:
                raise ServiceBrokenError(f"The web server does not answer as it should. Read {self.var_dir / 'log'}.")
            self.supervisor.look_after()
            self._pause()

    def _watch(self) -> None:
        while True:
            self._pause()
            self.supervisor.look_after()

    def _pause(self) -> None:
        if self.stopping:
            raise StoppedError
        time.sleep(LOOK_EVERY_S)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True


def answers(url: str) -> bool:
    """Whether a web server answers at a URL, with anything but an error of its own."""
    try:
        with urllib.request.urlopen(url, timeout=10):  # noqa: S310 (our own http address)
            return True
    except urllib.error.HTTPError as refusal:
        return refusal.code < HTTPStatus.INTERNAL_SERVER_ERROR
    except OSError:
        return False


def lock(var_dir: Path) -> IO[str] | None:
    """The folder's lock, which the system frees with this process however it ends; None where another holds it."""
    folder = var_dir / "run"
    folder.mkdir(parents=True, exist_ok=True)
    handle = (folder / "demo.lock").open("w", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def own_key(var_dir: Path) -> str:
    """This folder's secret key, made at the first start: whoever reads the sources must not know it."""
    path = var_dir / "run" / "secret-key"
    if not path.is_file():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii")


def say(text: str) -> None:
    """One line to the terminal, at once."""
    print(text, flush=True)


def main() -> int:
    """0 when stopped as asked or already running, 1 when something did not start."""
    os.chdir(ROOT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "virtlab.settings")
    var_dir = Path(os.environ.get("VIRTLAB_VAR") or ROOT / "var").resolve()
    os.environ["VIRTLAB_VAR"] = str(var_dir)  # so that every process names the same folder the same way
    held = lock(var_dir)
    if held is None:
        url_file = var_dir / "run" / "demo.url"
        url = url_file.read_text(encoding="ascii") if url_file.is_file() else "(it is still starting)"
        say(f"VirtLab is running already: {url} Stop it with Ctrl-C in its own terminal first.")
        return 0
    with held:
        os.environ.setdefault("VIRTLAB_SECRET_KEY", own_key(var_dir))
        try:
            Demo(var_dir).run()
        except (PortError, RedisStartError, ServiceBrokenError) as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
