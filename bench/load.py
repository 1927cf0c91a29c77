"""Load: wrk for requests, held sockets for idle streams, and the tables."""
import os
import re
import socket
import statistics
import subprocess

import peers

BODY = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","arguments":{}}}'


def write_script(folder, token):
    path = folder / "post.lua"
    path.write_text(f"""wrk.method = "POST"
wrk.body = '{BODY}'
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Accept"] = "application/json, text/event-stream"
wrk.headers["MCP-Protocol-Version"] = "2025-11-25"
wrk.headers["Authorization"] = "Bearer {token}"
""")
    return path


def requests_per_second(url, script, seconds, connections):
    """(requests a second, requests); anything but 2xx ends the benchmark."""
    out = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script, url], check=True, capture_output=True, text=True,
                         preexec_fn=lambda: os.sched_setaffinity(0, peers.LOAD_CORES)).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise SystemExit(f"{url} did not answer every request with success:\n{out}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), int(re.search(r"(\d+) requests in", out)[1])


class HeldStreams:
    """Idle event streams through a proxy: opened, first event read, then silent."""

    def __init__(self, port, path, token, count):
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        self.sockets = []
        for start in range(0, count, 100):
            batch = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(min(100, count - start))]
            for held in batch:
                held.sendall(head)
            for held in batch:
                seen = b""
                while b": open" not in seen:
                    piece = held.recv(4096)
                    if not piece:
                        raise SystemExit(f"a stream was refused: {seen[:200]!r}")
                    seen += piece
            self.sockets += batch

    def close(self):
        for held in self.sockets:
            held.close()


def table(title, rows, reference):
    """rows: {name: ([rate, …], [CPU µs a request, …], what it checks)}"""
    print(f"\n{title}\n{'':34} {'requests/s':>11} {'of ' + reference:>14} {'CPU µs/req':>11} {'of it':>7}  checks")
    base = statistics.median(rows[reference][0])
    cpu_base = statistics.median(rows[reference][1])
    for name, (rates, cpu, checks) in rows.items():
        rate, cost = statistics.median(rates), statistics.median(cpu)
        print(f"{name:34} {rate:11.0f} {rate / base:13.2f}x {cost:11.1f} {cost / cpu_base:6.2f}x  {checks}")
