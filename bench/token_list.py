#!/usr/bin/env python3
"""`vmcpauth token list` over many sessions: seconds and peak memory, for text and JSON. Fills a
store through `token import`, so that it measures what a user would run. Never a test."""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time


def write_dump(path, sessions):
    now = int(time.time())
    with open(path, "w", encoding="utf-8") as out:
        out.write(json.dumps({"vmcpauth_dump": 1, "created_at": now, "store": "bench", "redacted": False})[:-1] + ',"records":[')
        for number in range(sessions):
            for index, provider in enumerate(("corp", "github")):
                row = {"kind": "upstream", "session_id": f"{number:08x}-bench-session-0123456789abcdef", "provider": provider, "access_token": "a" * 900,
                       "refresh_token": "r" * 200, "user_id": f"user-{number}", "upstream_subject": f"subject-{number}", "client_id": "client",
                       "expires_at": now + 3600 + number % 3600, "scopes": ["openid", "email"]}
                out.write(("" if number + index == 0 else ",") + "\n" + json.dumps(row))
        out.write('\n],"counts":{"upstream":%d}}\n' % (2 * sessions))


def timed(command, folder):
    """Seconds, peak resident megabytes and lines printed of one run."""
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, env={"PATH": os.environ["PATH"], "HOME": str(folder)})
    lines = sum(block.count(b"\n") for block in iter(lambda: process.stdout.read(1 << 20), b""))
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - started, usage.ru_maxrss / 1024, lines


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vmcpauth", type=pathlib.Path, default=pathlib.Path("build/release/vmcpauth"))
    parser.add_argument("--sessions", type=int, default=100_000)
    parser.add_argument("--store", help="another store than a fresh SQLite file, as for --store; it is filled")
    options = parser.parse_args()
    binary = options.vmcpauth.resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        store = options.store or f"sqlite:{folder}/bench.db"
        where = ["--store", store] + (["--prefix", "thv:auth:{bench:list}:"] if store.startswith("redis") else [])
        write_dump(folder / "dump.json", options.sessions)
        write = ["--write"] if store.startswith("redis") else []
        rows = [("import", *timed([binary, "token", "import", "dump.json", *where, *write], folder))]
        for label, extra in (("list", []), ("list --json", ["--json"]), ("list --provider corp --expiring 1h", ["--provider", "corp", "--expiring", "1h"]),
                             ("doctor", None)):
            command = [binary, "token", "doctor", *where] if extra is None else [binary, "token", "list", *where, *extra]
            rows.append((label, *timed(command, folder)))
        print(f"{options.sessions} sessions of two providers, {store.split(':', 1)[0]}")
        print(f"{'command':<40} {'seconds':>8} {'peak MiB':>9} {'sessions/s':>11} {'lines':>9}")
        for label, seconds, megabytes, lines in rows:
            print(f"{label:<40} {seconds:>8.2f} {megabytes:>9.1f} {options.sessions / seconds:>11.0f} {lines:>9}")


if __name__ == "__main__":
    main()
