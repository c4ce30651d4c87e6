"""The demo's port: the wished one or the first free one, and plain words when there is none."""

import socket

import pytest

from tests.support.demo import free_port
from virtlab.platform.listen import DEFAULT_PORT, PortError, address, listen


def test_it_takes_the_next_free_port_where_none_is_wished() -> None:
    with listen({}) as first, listen({}) as second:
        assert second.getsockname()[1] > first.getsockname()[1] >= DEFAULT_PORT


def test_it_takes_the_wished_port() -> None:
    port = free_port()
    with listen({"VIRTLAB_PORT": str(port)}) as listener:
        assert address(listener) == f"http://localhost:{port}/"


@pytest.mark.parametrize("wish", ["eighty", "-1", "65536", "8000.5"])
def test_it_refuses_a_port_that_is_no_port(wish: str) -> None:
    with pytest.raises(PortError, match="a number from 0 to 65535 is needed"):
        listen({"VIRTLAB_PORT": wish})


def test_it_says_what_to_do_about_a_taken_port() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PortError, match="or choose another"):
            listen({"VIRTLAB_PORT": str(other.getsockname()[1])})
