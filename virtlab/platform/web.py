"""Serves VirtLab on a listening socket that the parent opened: `python -m virtlab.platform.web FD`.

The socket outlives this process: while a killed web server starts again, requests wait instead of failing.
"""

import gc
import socket
import sys
from importlib import import_module

import uvicorn
from django.conf import settings

# Open event streams never end by themselves: after this time the server closes them.
GRACEFUL_STOP_S = 3


def load() -> None:
    """Imports all that requests need, and leaves it out of the garbage collector's rounds: it stays to the end, and
    looking through it again and again made one request in a few wait for a tenth of a second.
    """
    import_module("virtlab.asgi")
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()


def serve(fd: int) -> None:
    """Runs the ASGI application until the process is told to stop."""
    config = uvicorn.Config(
        "virtlab.asgi:application",
        timeout_graceful_shutdown=GRACEFUL_STOP_S,
        access_log=False,
        log_level="warning",
        ws="none",
    )
    load()
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=fd)])


if __name__ == "__main__":
    serve(int(sys.argv[1]))
