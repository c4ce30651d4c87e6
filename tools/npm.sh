#!/bin/sh
# Runs npm: the machine's own where its Node is recent enough, else the one that a Python wheel carries.
set -eu
cd "$(dirname "$0")/.."
recent() { "$1" -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null; }
if ! { recent node && npm --version >/dev/null 2>&1; }; then
    if ! recent .venv/bin/node; then
        if uv --version >/dev/null 2>&1; then uv=uv; else uv=.venv/bin/uv; fi
        "$uv" pip install --quiet --python .venv/bin/python --require-hashes -r requirements-node.txt
    fi
    PATH="$PWD/.venv/bin:$PATH"
    export PATH
fi
exec "$@"
