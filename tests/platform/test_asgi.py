"""The application that a web server loads."""

import os
import subprocess
import sys


def test_it_is_loaded_by_a_server_that_knows_no_settings() -> None:
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    load = [sys.executable, "-c", "import virtlab.asgi"]
    done = subprocess.run(load, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
