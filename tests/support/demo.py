"""Starts `make demo`'s program in a folder of its own and speaks with it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPResponse as Stream
from http.cookiejar import CookieJar
from pathlib import Path

import psutil
import redis
from celery import Celery
from kombu.exceptions import OperationalError

from virtlab.platform.paths import redis_url
from virtlab.platform.processes import die_with_parent, mark, marked


class DemoProcess:
    """The supervisor as a process, with what it printed."""

    def __init__(self, var_dir: Path, port: int | None = None, **environment: str) -> None:
        self.var_dir = var_dir
        self.port = port if port is not None else free_port()
        self.url = f"http://localhost:{self.port}/"
        unset = ("DATABASE_URL", "REDIS_URL", "VIRTLAB_HOST")
        inherited = {name: value for name, value in os.environ.items() if name not in unset}
        self.environment = {
            **inherited,
            "VIRTLAB_VAR": str(var_dir),
            "VIRTLAB_PORT": str(self.port),
            **environment,
        }
        self.url_file = var_dir / "run" / "demo.url"
        self.url_file.unlink(missing_ok=True)
        self.process = self.spawn()

    def spawn(self) -> subprocess.Popen[str]:
        """One more supervisor of the same folder."""
        return subprocess.Popen(
            [sys.executable, "-m", "virtlab.platform.demo"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 (a killed test run must not leave it behind)
        )

    def wait_until_ready(self, within_s: float = 300) -> None:
        """Returns when the web server answers and the worker too."""
        eventually(lambda: self.process.poll() is not None or self.url_file.is_file(), within_s)
        assert self.process.poll() is None, self.output()
        eventually(self.worker_answers, 120)

    def worker_answers(self) -> bool:
        """Whether a worker replies to a ping through the demo's own Redis."""
        app = Celery(broker=redis_url(self.var_dir).replace("unix://", "redis+socket://"), set_as_current=False)
        try:
            return bool(app.control.ping(timeout=1))
        except (OperationalError, redis.RedisError):
            return False
        finally:
            app.close()

    def open_stream(self) -> Stream:
        """Opens a lab as a new visitor, and the event stream of its pages."""
        visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        start = visitor.open(self.url, timeout=20).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', start)
        assert token, start
        lab = visitor.open(f"{self.url}labs/open/", f"csrfmiddlewaretoken={token[1]}".encode(), timeout=60)
        stream: Stream = visitor.open(f"{lab.url.split('?')[0].rstrip('/')}/jobs/stream", timeout=20)
        return stream

    def pids(self, service: str = "") -> list[int]:
        """The processes of a service (of all services), its main process first."""
        return sorted(process.pid for process in marked(mark(self.var_dir, service)))

    def stop(self, number: signal.Signals = signal.SIGINT, within_s: float = 60) -> float:
        """Sends the signal and returns the seconds until the supervisor had ended."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(within_s)
        return time.monotonic() - started

    def output(self) -> str:
        """All it printed; waits for its end."""
        return self.process.communicate(timeout=120)[0]

    def clear_up(self) -> None:
        """Ends everything, whatever state a test left it in."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=10)
        for pid in self.pids():
            psutil.Process(pid).kill()


def eventually(condition: Callable[[], object], within_s: float = 60) -> None:
    """Returns as soon as the condition holds; fails after the given time."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {within_s:g} s"
        time.sleep(0.05)


def free_port() -> int:
    """A port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
