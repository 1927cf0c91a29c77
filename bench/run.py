#!/usr/bin/env python3
"""Side-by-side benchmarks against Debian's nginx and haproxy: everything on loopback, rounds interleaved, medians and
ratios printed. Never a test: a busy machine moves every number, so read the ratios. `./dev bench` calls this."""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import load  # noqa: E402
import peers  # noqa: E402
import tokens  # noqa: E402
import validate  # noqa: E402

AUDIENCE = "http://bench.invalid/mcp"
PATH = "/mcp/one"


def interleaved(targets, script, options):
    """targets: {name: (process, url, checks)} -> rows for load.table"""
    rows = {name: ([], [], checks) for name, (_, _, checks) in targets.items()}
    for _, url, _ in targets.values():
        load.requests_per_second(url, script, 1, options.connections)  # warm
    for _ in range(options.rounds):
        for name, (process, url, _) in targets.items():
            before = peers.cpu_seconds(process)
            rate, count = load.requests_per_second(url, script, options.seconds, options.connections)
            rows[name][0].append(rate)
            rows[name][1].append((peers.cpu_seconds(process) - before) * 1e6 / max(count, 1))
    return rows


def world(running, folder, backend):
    issuer = tokens.Issuer(folder, f"http://127.0.0.1:{backend}", AUDIENCE)
    return issuer, {"issuer": issuer.issuer, "audience": AUDIENCE, "jwks_url": f"http://127.0.0.1:{backend}/files/jwks.json", "backend": backend}


def bench_requests(options, folder):
    with peers.Peers(folder) as running:
        backend, ports = peers.free_port(), [peers.free_port() for _ in range(6)]
        issuer, settings = world(running, folder, backend)
        running.static_backend(backend, {"jwks.json": issuer.jwks})
        script = load.write_script(folder, issuer.token())
        url = "http://127.0.0.1:{}" + PATH
        targets = {
            "nginx proxy_pass": (running.nginx_proxy(ports[0], backend, logs=True), url.format(ports[0]), "nothing, passes the token on; logs every request"),
            "nginx proxy_pass without a log": (running.nginx_proxy(ports[5], backend, logs=False), url.format(ports[5]), "nothing, passes the token on; no log"),
            "haproxy": (running.haproxy(ports[1], backend), url.format(ports[1]), "nothing, passes the token on; no log"),
            "haproxy jwt_verify RS256": (running.haproxy(ports[2], backend, issuer.public_key), url.format(ports[2]),
                                         "signature and alg; neither exp, iss nor aud; swaps the token; no log"),
        }
        if options.forwarder.exists():
            targets["vmcpauth data path only"] = (running.start([options.forwarder, str(ports[3]), f"http://127.0.0.1:{backend}"], ports[3]),
                                                  url.format(ports[3]), "strict HTTP; swaps the token")
        if not options.without_serve:
            targets["vmcpauth serve"] = (running.vmcpauth(options.vmcpauth, ports[4], settings), url.format(ports[4]),
                                         "strict HTTP, signature, exp, nbf, iss, aud; swaps the token; logs every request")
        rows = interleaved(targets, script, options)
        load.table(f"Authenticated requests, {options.connections} connections, {options.rounds} rounds of {options.seconds} s; "
                   f"{len(peers.PROXY_CORES)} core(s) for the proxy, {len(peers.LOAD_CORES)} for load and backend", rows, "nginx proxy_pass")
        if "vmcpauth serve" in rows:
            ratio = statistics.median(rows["vmcpauth serve"][0]) / statistics.median(rows["haproxy jwt_verify RS256"][0])
            print(f"vmcpauth serve / haproxy jwt_verify: {ratio:.2f}x")


def bench_streams(options, folder):
    with peers.Peers(folder) as running:
        keys, backend, port = peers.free_port(), peers.free_port(), peers.free_port()
        issuer, settings = world(running, folder, keys)
        settings["backend"] = backend
        running.static_backend(keys, {"jwks.json": issuer.jwks})
        running.start([options.backend, str(backend)], backend, peers.LOAD_CORES)
        if options.without_serve:
            process, name = running.start([options.forwarder, str(port), f"http://127.0.0.1:{backend}"], port), "vmcpauth data path only"
        else:
            process, name = running.vmcpauth(options.vmcpauth, port, settings), "vmcpauth serve"
        token = issuer.token()
        script = load.write_script(folder, token)
        url = f"http://127.0.0.1:{port}{PATH}"
        load.requests_per_second(url, script, 1, options.connections)
        none_held, held = [], []
        per_stream = []
        for _ in range(options.rounds):
            none_held.append(load.requests_per_second(url, script, options.seconds, options.connections)[0])
            before = peers.resident_bytes(process)
            streams = load.HeldStreams(port, PATH, token, options.streams)
            time.sleep(0.5)
            per_stream.append((peers.resident_bytes(process) - before) / options.streams)
            held.append(load.requests_per_second(url, script, options.seconds, options.connections)[0])
            streams.close()
            time.sleep(0.5)
        print(f"\n{options.streams} idle event streams through {name}")
        # The first round pays for all; later ones find the memory of the streams before them.
        print(f"memory a stream: {per_stream[0] / 1024:.1f} KiB (VmRSS, first round)")
        print(f"POST throughput: {statistics.median(held):.0f}/s with them, {statistics.median(none_held):.0f}/s without: "
              f"{statistics.median(held) / statistics.median(none_held):.2f}x")


def bench_logins(options, folder):
    rows = []
    for _ in range(options.rounds):
        done = subprocess.run([options.logins, str(options.seconds)], check=True, capture_output=True, text=True)
        rows.append(json.loads(done.stdout))
    rate = statistics.median(row["logins"] / row["seconds"] for row in rows)
    signature = statistics.median(row["signature_us"] for row in rows)
    own, theirs = rows[0]["own_signatures"], rows[0]["provider_signatures"]
    print("\nComplete two-leg logins in one thread, without sockets: authorize, two providers' pages, forms, codes and tokens, our token")
    print(f"logins: {rate:.0f}/s, {1e6 / rate:.0f} us each (median of {len(rows)} rounds of {options.seconds} s)")
    print(f"one ES256 signature: {signature:.0f} us; a login has {own} of ours ({own * signature * rate / 1e4:.0f} % of the time) "
          f"and {theirs:.0f} of the providers ({theirs * signature * rate / 1e4:.0f} %)")


def bench_start(options, folder):
    versions = []
    for _ in range(20):
        began = time.perf_counter()
        subprocess.run([options.vmcpauth, "--version"], check=True, capture_output=True)
        versions.append(time.perf_counter() - began)
    print(f"\nvmcpauth --version: {statistics.median(versions) * 1000:.1f} ms (median of {len(versions)})")
    with peers.Peers(folder) as running:
        keys = peers.free_port()
        issuer, settings = world(running, folder, keys)
        running.static_backend(keys, {"jwks.json": issuer.jwks})
        times = []
        for _ in range(options.rounds):
            process = running.vmcpauth(options.vmcpauth, peers.free_port(), settings)
            times.append(process.started_in)
            running.stop(process)
        print(f"start to listening: {statistics.median(times) * 1000:.0f} ms (median of {len(times)})")


def bench_validate(options, folder):
    print()
    validate.bench(options.vmcpauth, folder, options.rounds)


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    built = root / "build/bench"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", choices=["requests", "streams", "logins", "start", "validate", []], help="default: all")
    parser.add_argument("--vmcpauth", type=pathlib.Path, default=built / "vmcpauth")
    parser.add_argument("--forwarder", type=pathlib.Path, default=built / "bench/bench_forwarder")
    parser.add_argument("--backend", type=pathlib.Path, default=built / "bench/bench_backend")
    parser.add_argument("--logins", type=pathlib.Path, default=built / "bench/bench_logins")
    parser.add_argument("--without-serve", action="store_true", help="the data path alone, without authentication")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--streams", type=int, default=2000)
    options = parser.parse_args()
    for name, value in vars(options).items():  # programs are started in folders of their own
        if isinstance(value, pathlib.Path):
            setattr(options, name, value.resolve())
    if missing := peers.missing_tools():
        raise SystemExit(f"missing: {', '.join(missing)}")
    peers.raise_descriptor_limit()
    benches = {"requests": bench_requests, "streams": bench_streams, "logins": bench_logins, "start": bench_start, "validate": bench_validate}
    if options.without_serve:
        del benches["start"]
    for name in options.what or benches:
        with tempfile.TemporaryDirectory(prefix="vmcpauth-bench-") as folder:
            benches[name](options, pathlib.Path(folder))


if __name__ == "__main__":
    main()
