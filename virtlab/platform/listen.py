"""Takes the web server's port before anything is started, so that a taken one is known at once."""

import os
import socket
from collections.abc import Mapping

DEFAULT_PORT = 8000
# A newcomer's 8000 is often taken by another project: the next free one serves as well.
PORTS_TRIED = 20


class PortError(RuntimeError):
    """No port to listen on; the message says what to do."""


def listen(environment: Mapping[str, str] = os.environ) -> socket.socket:
    """A listening socket on VIRTLAB_HOST:VIRTLAB_PORT; without VIRTLAB_PORT the first free port from 8000 on.

    Raises PortError, with what to do about it, where the port is taken, no number or not allowed.
    """
    host = environment.get("VIRTLAB_HOST") or "127.0.0.1"
    port = environment.get("VIRTLAB_PORT") or ""
    if not port:
        return _first_free(host)
    if not port.isdecimal() or int(port) > 65_535:
        raise PortError(f"VIRTLAB_PORT={port!r}: a number from 0 to 65535 is needed (0 takes any free port).")
    try:
        return _bind(host, int(port))
    except OSError as error:
        raise PortError(
            f"Cannot listen on {host}:{port}: {error.strerror}. "
            "Stop the program that uses the port, or choose another: make demo VIRTLAB_PORT=8100"
        ) from error


def _first_free(host: str) -> socket.socket:
    for port in range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED):
        try:
            return _bind(host, port)
        except OSError:
            continue
    last = DEFAULT_PORT + PORTS_TRIED - 1
    raise PortError(
        f"Cannot listen on any port of {host} from {DEFAULT_PORT} to {last}. Choose one: make demo VIRTLAB_PORT=9000"
    )


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener


def address(listener: socket.socket) -> str:
    """The URL under which a browser on this machine reaches the socket."""
    host, port = listener.getsockname()[:2]
    if host in {"127.0.0.1", "0.0.0.0", "::", "::1"}:  # noqa: S104 (compares, binds nothing)
        host = "localhost"
    return f"http://{host}:{port}/"
