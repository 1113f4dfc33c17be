#!/bin/sh
# Runs the core tests on every other Python from 3.11 on that this machine has. The argument is the Python that has had its turn.
set -eu
cd "$(dirname "$0")/../.."
seen=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
for minor in 11 12 13 14 15; do
    python=python3.$minor
    [ "3.$minor" = "$seen" ] && continue
    "$python" -c 'import venv, ensurepip' 2>/dev/null || continue
    echo "the core tests on $python"
    venv=.venv-$minor
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --editable . pytest hypothesis
    "$venv/bin/python" -m pytest --quiet -m 'not slow' tests/loader tests/rules tests/test_laws.py tests/test_commands.py tests/test_cases.py
done
