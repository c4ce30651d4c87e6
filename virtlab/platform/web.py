"""Serves VirtLab on a listening socket that the parent opened: `python -m virtlab.platform.web FD`.

The socket outlives this process: while a killed web server starts again, requests wait instead of failing.
"""

import socket
import sys

import uvicorn

# Open event streams never end by themselves: after this time the server closes them.
GRACEFUL_STOP_S = 3


def serve(fd: int) -> None:
    """Runs the ASGI application until the process is told to stop."""
    config = uvicorn.Config(
        "virtlab.asgi:application",
        timeout_graceful_shutdown=GRACEFUL_STOP_S,
        access_log=False,
        log_level="warning",
        ws="none",
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=fd)])


if __name__ == "__main__":
    serve(int(sys.argv[1]))
