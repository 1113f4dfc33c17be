"""An MCP server over its pipes, good or bad as its arguments say."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

mode = sys.argv[1] if len(sys.argv) > 1 else "good"
if len(sys.argv) > 2:
    Path(sys.argv[2]).write_text(json.dumps({"pid": os.getpid(), "environment": dict(os.environ), "folder": os.getcwd()}))
if mode == "dies":
    sys.exit(f"no access for {os.environ.get('SERVICE_TOKEN', 'nobody')}")
if mode == "spawns":
    # a helper that would outlive it, and holds its pipes
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("a banner, and no JSON", flush=True)
for line in sys.stdin:
    message = json.loads(line)
    if mode in ("hangs", "spawns"):
        time.sleep(600)
    if mode == "floods":
        while True:
            sys.stdout.write("x" * 65536)
    if "id" not in message:
        continue
    if mode == "refuses":
        answer = {"error": {"code": -32603, "message": f"no tools for {os.environ.get('SERVICE_TOKEN')}"}}
    elif message["method"] == "initialize":
        answer = {"result": {"protocolVersion": "2025-03-26", "serverInfo": {"name": "pipes", "version": "2"}, "capabilities": {}}}
    else:
        answer = {"result": {"tools": [] if mode == "empty" else [{"name": "one"}]}}
    print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **answer}), flush=True)
