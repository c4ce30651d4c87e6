"""What docs/deploy.md describes: the units and the compose file are what systemd and Docker take."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
SECRETS = {"VIRTLAB_SECRET_KEY": "x", "VIRTLAB_ALLOWED_HOSTS": "virtlab.example.org", "POSTGRES_PASSWORD": "x"}


class TestUnits:
    @pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
    def test_it_is_what_systemd_takes(self, tmp_path: Path) -> None:
        """With the programs of this checkout in place of /opt/virtlab, which need not exist here."""
        programs = str(Path(sys.executable).parent)
        for unit in (DEPLOY / "systemd").glob("*.service"):
            text = unit.read_text().replace("/opt/virtlab/.venv/bin", programs)
            (tmp_path / unit.name).write_text(text.replace("/opt/virtlab", str(DEPLOY.parent)))
        units = sorted(str(unit) for unit in tmp_path.iterdir())
        assert len(units) == 3
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")


def _has_compose() -> bool:
    docker = shutil.which("docker")
    command = [docker, "compose", "version"] if docker else ["false"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


class TestCompose:
    @pytest.mark.skipif(not _has_compose(), reason="needs docker compose")
    @pytest.mark.parametrize(("known", "taken"), [(SECRETS, True), ({}, False)])
    def test_it_is_what_docker_takes_and_not_without_secrets(self, known: dict[str, str], taken: bool) -> None:
        command = ["docker", "compose", "--file", str(DEPLOY / "compose.yaml"), "config", "--quiet"]
        environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **known}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert (done.returncode == 0) is taken, done.stderr
