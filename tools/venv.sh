#!/bin/sh
# Makes .venv with the best Python found (3.11 or later), and puts uv into it where the machine has none.
set -eu
cd "$(dirname "$0")/.."
for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3.14 python3; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "${python:-}" ]; then
    echo "VirtLab needs Python 3.11 or later and found none on the PATH. Install one, or name it: make PYTHON=/path/to/python3.12 …" >&2
    exit 1
fi
echo "Making .venv with $("$python" --version)"
if uv --version >/dev/null 2>&1; then
    UV_PYTHON_DOWNLOADS=never uv venv --quiet --allow-existing --python "$("$python" -c 'import sys; print(sys.executable)')" .venv
elif "$python" -m venv .venv; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
else
    rm -rf .venv
    echo "This Python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv. Or install uv." >&2
    exit 1
fi
