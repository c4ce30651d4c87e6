"""`make demo` survives what happens to programs on a laptop, and leaves nothing behind."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from tests.support.demo import DemoProcess, eventually
from tests.support.live import lend_static
from virtlab.platform.demo import answers

pytestmark = pytest.mark.worker


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, static_cache: Path | None) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    lend_static(static_cache, folder)
    return folder


@pytest.fixture(scope="module")
def started(folder: Path) -> Iterator[list[DemoProcess]]:
    demos: list[DemoProcess] = []
    yield demos
    for process in demos:
        process.clear_up()


@pytest.fixture
def demo(folder: Path, started: list[DemoProcess]) -> DemoProcess:
    """A running demo: the one of the test before, where that left it running."""
    if not started or started[-1].process.poll() is not None:
        started.append(DemoProcess(folder))
    started[-1].wait_until_ready()
    return started[-1]


def comes_back(demo: DemoProcess, service: str, killed: int) -> bool:
    """Whether a service runs in another process than the killed one."""
    return not psutil.pid_exists(killed) and bool(demo.pids(service))


def test_it_brings_back_any_of_its_processes(demo: DemoProcess) -> None:
    for service in ("web", "beat", "worker1", "redis"):
        main = demo.pids(service)[0]
        os.kill(main, signal.SIGKILL)
        eventually(partial(comes_back, demo, service, main))
    eventually(lambda: answers(demo.url))
    eventually(demo.worker_answers)
    assert demo.process.poll() is None


def test_it_brings_back_a_process_of_the_workers_pool(demo: DemoProcess) -> None:
    pool = demo.pids("worker1")[1:]
    os.kill(pool[0], signal.SIGKILL)
    eventually(lambda: len([pid for pid in demo.pids("worker1")[1:] if pid != pool[0]]) == len(pool))
    eventually(demo.worker_answers)


def test_it_names_the_url_of_the_one_that_runs_already(demo: DemoProcess) -> None:
    second = demo.spawn()
    printed, _ = second.communicate(timeout=60)
    assert second.returncode == 0
    assert f"running already: {demo.url}" in printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_in_time_with_an_open_request_and_leaves_nothing(demo: DemoProcess, number: signal.Signals) -> None:
    with socket.create_connection(("127.0.0.1", demo.port)) as endless:
        endless.sendall(b"POST /i18n/setlang/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        time.sleep(0.5)
        assert demo.stop(number) < 20
    assert demo.process.returncode == 0
    assert demo.pids() == []
    assert "took too long" not in demo.output()


def test_it_has_a_secret_key_of_its_own(demo: DemoProcess) -> None:
    key = demo.var_dir / "run" / "secret-key"
    assert len(key.read_text(encoding="ascii")) > 50
    assert key.stat().st_mode & 0o077 == 0


def test_it_stops_in_time_with_an_open_event_stream(demo: DemoProcess) -> None:
    with demo.open_stream() as stream:
        assert stream.readline().startswith(b"retry")
        assert demo.stop() < 20
    assert demo.pids() == []


def test_it_starts_again_after_its_own_kill(demo: DemoProcess) -> None:
    demo.process.kill()
    again = DemoProcess(demo.var_dir, demo.port)
    try:
        again.wait_until_ready()
        assert len({psutil.Process(pid).ppid() for pid in again.pids("web")}) == 1
        again.stop()
    finally:
        again.clear_up()
    assert demo.pids() == []


def test_it_says_what_to_do_when_its_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        demo = DemoProcess(tmp_path, port=other.getsockname()[1])
        printed = demo.output()
    assert demo.process.returncode == 1
    assert "Stop the program that uses the port, or choose another" in printed
    assert demo.pids() == []


def test_it_says_which_redis_of_the_users_does_not_answer(tmp_path: Path) -> None:
    demo = DemoProcess(tmp_path, REDIS_URL=f"unix://{tmp_path}/absent.sock")
    printed = demo.output()
    assert demo.process.returncode == 1
    assert "does not answer" in printed
    assert "Traceback" not in printed


def test_it_shows_why_the_preparation_failed(tmp_path: Path) -> None:
    demo = DemoProcess(tmp_path, DATABASE_URL=f"sqlite:////{tmp_path}/no/such/folder/db.sqlite3")
    printed = demo.output()
    assert demo.process.returncode == 1
    assert "unable to open database file" in printed
    assert demo.pids() == []
