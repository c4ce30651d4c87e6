"""Where the embedded services of one VirtLab keep their files."""

import hashlib
import os
import tempfile
from pathlib import Path

# Unix socket addresses hold 104 bytes on macOS and 108 on Linux, the final zero included.
SOCKET_PATH_LIMIT = 100


def redis_socket(var_dir: Path) -> Path:
    """The embedded Redis' socket: in var/run, or in a short private folder where that path is too long for a socket."""
    socket = var_dir / "run" / "redis.sock"
    if len(os.fsencode(socket)) <= SOCKET_PATH_LIMIT:
        return socket
    digest = hashlib.sha256(os.fsencode(var_dir)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"virtlab-{os.getuid()}-{digest}" / "redis.sock"


def redis_url(var_dir: Path) -> str:
    """The embedded Redis as redis-py writes it."""
    return f"unix://{redis_socket(var_dir)}"
