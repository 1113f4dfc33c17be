#!/bin/sh
# The doctor without a server, and with one: llama-cpp-python's own, with orbitcfg's built-in model. The argument is the folder of the programs.
set -eu
cd "$(dirname "$0")"
bin=$1
case $bin in /*) ;; *) bin=../$bin ;; esac
ORBIT_DEFAULT_ADMIN_PASSWORD=correct-horse
export ORBIT_DEFAULT_ADMIN_PASSWORD

printf '\nNo server is up: the doctor says so, and asks the embedded engine instead.\n'
bold='' plain=''
[ -t 1 ] && bold=$(printf '\033[1m') plain=$(printf '\033[0m')
printf '%s$ orbitcfg doctor shimmy%s\n' "$bold" "$plain"
"$bin/orbitcfg" doctor shimmy || printf '(exit status %s: an endpoint that something enabled needs does not answer)\n' "$?"

port=$("$bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
model=$("$bin/python" -c 'from orbitcfg.engine import selftest; print(selftest.path())')
"$bin/python" -m llama_cpp.server --model "$model" --model_alias selftest --host 127.0.0.1 --port "$port" >/dev/null 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT INT TERM

printf '\nNow with a server: llama-cpp-python, with the built-in model, on port %s.\n' "$port"
printf '%s$ LLAMA_URL=http://127.0.0.1:%s/v1 orbitcfg doctor --generate --wait 20 embedded%s\n' "$bold" "$port" "$plain"
LLAMA_URL=http://127.0.0.1:$port/v1 "$bin/orbitcfg" doctor --generate --wait 20 embedded
