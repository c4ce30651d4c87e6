"""Brings the database, the static files and the demo lab up to date: `python -m virtlab.platform.prepare`."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands

# Loads catalogues and makes the demo lab; each command is idempotent and quick when there is nothing to do.
SEEDS = ("load_catalogue", "load_server_models", "seed_demo")


def prepare(*, seed: bool = True) -> None:
    """Migrates, collects the static files where they changed, and seeds."""
    call_command("migrate", interactive=False, verbosity=1)
    collect_static()
    for command in [name for name in SEEDS if seed and name in get_commands()]:
        call_command(command)


def collect_static() -> bool:
    """Collects and compresses the static files; does nothing, and says False, where none has changed since."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".collected"
    state = _static_state()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == state:
        return False
    root.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state, encoding="ascii")
    return True


def _static_state() -> str:
    """A digest of every static file's name, size and time."""
    digest = hashlib.sha256()
    for path in sorted(_static_files()):
        status = path.stat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _static_files() -> Iterator[Path]:
    folders = [Path(folder) for folder in settings.STATICFILES_DIRS]
    folders += [Path(app.path) / "static" for app in apps.get_app_configs()]
    for folder in folders:
        yield from (path for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "virtlab.settings")
    django.setup()
    prepare()
