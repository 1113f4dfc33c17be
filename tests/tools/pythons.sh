#!/bin/sh
# Runs the core tests on every other Python from 3.11 on that this machine has. The argument is the Python that has had its turn.
# Core is what the Python itself can change: how files are read and folded, every rule on its examples, texts, streams and signals.
# What was recorded of ORBIT is the same to every Python.
set -eu
cd "$(dirname "$0")/../.."
seen=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')

# The first that works of those on PATH and those of pyenv.
found() {
    for python in "python3.$1" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3."$1".*/bin/python; do
        if "$python" -c 'import venv, ensurepip' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
}

for minor in 11 12 13 14 15; do
    [ "3.$minor" = "$seen" ] && continue
    python=$(found "$minor")
    [ -n "$python" ] || continue
    echo "the core tests on $python"
    venv=.venv-$minor
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --editable . pytest pytest-xdist hypothesis
    "$venv/bin/python" -m pytest --quiet -n auto --maxprocesses 4 --dist worksteal -m 'not slow and not resources' \
        tests/compile tests/document tests/rules/test_examples.py tests/rules/test_findings.py tests/test_laws.py tests/test_cases.py \
        tests/commands/test_commands.py tests/commands/test_signals.py
done
