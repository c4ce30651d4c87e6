"""The embedded Redis starts as any user, answers, keeps what it was told and goes when asked."""

from pathlib import Path

import pytest
import redis as redis_py

from virtlab.platform.paths import SOCKET_PATH_LIMIT, redis_socket
from virtlab.platform.redis_server import EmbeddedRedis, RedisStartError, wait_until_ready

pytestmark = pytest.mark.worker


def test_it_keeps_data_over_a_kill_when_durable(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path, durable=True)
    with server, redis_py.Redis.from_url(server.url) as client:
        client.config_set("appendfsync", "always")
        client.set("lab", "kept")
        server.kill()
    with server, redis_py.Redis.from_url(server.url) as client:
        assert client.get("lab") == b"kept"


def test_it_listens_on_no_network_address(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server, redis_py.Redis.from_url(server.url) as client:
        assert client.config_get("port")["port"] == "0"


def test_it_finds_a_short_socket_path_for_a_deep_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("folder" * 20)
    assert len(str(redis_socket(deep))) <= SOCKET_PATH_LIMIT
    with EmbeddedRedis(deep) as server:
        wait_until_ready(server.url)


def test_it_says_which_redis_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(RedisStartError, match="does not answer"):
        wait_until_ready(f"unix://{tmp_path}/none.sock", timeout_s=0.1)
