#!/usr/bin/env python3
"""Logins and token reads a second in each store: memory, SQLite in a temporary folder, a redis-server of Debian's package.

usage: bench/stores.py [SECONDS]    (after: cmake --preset bench && cmake --build build/bench --target bench_stores)
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> int:
    seconds = sys.argv[1] if len(sys.argv) > 1 else "3"
    program = ROOT / "build/bench/bench/bench_stores"
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        redis = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL,
        )
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            stores = ["memory", f"sqlite:{folder}/bench.db", f"redis://127.0.0.1:{port}/?prefix=thv:auth:{{bench:bench}}:"]
            environment = {**os.environ, "XDG_STATE_HOME": folder}
            return subprocess.run([program, seconds, *stores], env=environment, check=False).returncode
        finally:
            redis.terminate()
            redis.wait()


if __name__ == "__main__":
    sys.exit(main())
