"""The programs a benchmark runs, each on loopback with its configuration in a temporary folder, and how they end."""
import json
import os
import pathlib
import resource
import shutil
import socket
import subprocess
import time

ANSWER = '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"hello"}]}}'


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def raise_descriptor_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def split_cores():
    """(cores of the proxies, cores of the load and of what stands behind the proxies). The proxy under test is the
    bottleneck then, and what its neighbours cost does not dilute the ratios. With one core everybody shares it."""
    cores = sorted(os.sched_getaffinity(0))
    half = len(cores) // 2
    return (set(cores[:half]), set(cores[half:])) if half else (set(cores), set(cores))


PROXY_CORES, LOAD_CORES = split_cores()


class Peers:
    """Starts processes and ends exactly those, whatever happens."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.processes = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, command, port, cores=None, **more):
        began = time.perf_counter()
        log = open(self.folder / f"{pathlib.Path(command[0]).name}-{port}.log", "wb")

        def prepare():
            raise_descriptor_limit()
            os.sched_setaffinity(0, cores or PROXY_CORES)

        process = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=prepare, **more)
        self.processes.append(process)
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.perf_counter() - began > 20:
                    raise SystemExit(f"{' '.join(map(str, command))} does not listen:\n{pathlib.Path(log.name).read_text()}")
                time.sleep(0.0005)
        process.started_in = time.perf_counter() - began
        return process

    def stop(self, process):
        process.terminate()
        process.wait(10)
        self.processes.remove(process)

    def nginx(self, port, server, upstream="", cores=None, log="off"):
        home = self.folder / f"nginx-{port}"
        home.mkdir()
        config = home / "nginx.conf"
        # As root its workers would be somebody else, who may not read what lies in our private folder.
        user = "user root; " if os.geteuid() == 0 else ""
        config.write_text(f"""{user}daemon off; worker_processes {len(cores or PROXY_CORES)}; pid {home}/pid; error_log {home}/error.log crit;
events {{ worker_connections 8192; }}
http {{
  access_log {log}; keepalive_requests 1000000000;
  client_body_temp_path {home}/a; proxy_temp_path {home}/b; fastcgi_temp_path {home}/c; uwsgi_temp_path {home}/d; scgi_temp_path {home}/e;
  {upstream}
  server {{ listen 127.0.0.1:{port} reuseport; {server} }}
}}
""")
        return self.start(["nginx", "-p", home, "-c", config], port, cores)

    def static_backend(self, port, files):
        """Answers every request with one JSON-RPC result; `files` (path: text) beside it, for keys."""
        root = self.folder / "files"
        root.mkdir(exist_ok=True)
        for name, text in files.items():
            (root / name).write_text(text)
        return self.nginx(port, f"location /files/ {{ alias {root}/; default_type application/json; }} location / {{ default_type application/json; return 200 '{ANSWER}'; }}",
                          cores=LOAD_CORES)

    def nginx_proxy(self, port, backend, logs):
        """`logs`: one line a request in nginx's own format, written at once, as it comes from the distribution."""
        return self.nginx(port, 'location / { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; }',
                          f"upstream backend {{ server 127.0.0.1:{backend}; keepalive 128; keepalive_requests 1000000000; }}",
                          log=f"{self.folder}/access-{port}.log" if logs else "off")

    def haproxy(self, port, backend, public_key=None):
        verify = "" if public_key is None else f"""
  http-request set-var(txn.bearer) http_auth_bearer
  http-request deny deny_status 401 unless {{ var(txn.bearer) -m found }}
  http-request deny deny_status 401 unless {{ var(txn.bearer),jwt_header_query('$.alg') -m str RS256 }}
  http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg')
  http-request deny deny_status 401 unless {{ var(txn.bearer),jwt_verify(txn.alg,"{public_key}") -m int 1 }}
  http-request set-header Authorization "Bearer swapped\""""
        config = self.folder / f"haproxy-{port}.cfg"
        config.write_text(f"""global
  nbthread {len(PROXY_CORES)}
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend front
  bind 127.0.0.1:{port}{verify}
  default_backend back
backend back
  http-reuse always
  server one 127.0.0.1:{backend}
""")
        return self.start(["haproxy", "-db", "-f", config], port)

    def vmcpauth(self, binary, port, world):
        """`serve` with an external issuer whose keys are a file, and a fixed token for its one backend."""
        home = self.folder / f"vmcpauth-{port}"
        home.mkdir()
        (home / "vmcp-config.yaml").write_text(json.dumps({  # JSON is YAML
            "name": "bench", "groupRef": "bench",
            "incomingAuth": {"type": "oidc", "oidc": {
                "issuer": world["issuer"], "clientId": "bench", "audience": world["audience"], "resource": world["audience"],
                "jwksUrl": world["jwks_url"], "insecureAllowHttp": True, "jwksAllowPrivateIp": True}},
            "outgoingAuth": {"source": "inline", "backends": {"one": {
                "type": "header_injection", "headerInjection": {"headerName": "Authorization", "headerValue": "Bearer swapped"}}}},
            "backends": [{"name": "one", "url": f"http://127.0.0.1:{world['backend']}/mcp", "transport": "streamable-http"}],
        }))
        return self.start([binary, "serve", home / "vmcp-config.yaml", "--listen", f"127.0.0.1:{port}"], port, cwd=home)


def missing_tools(names=("nginx", "haproxy", "wrk", "openssl")):
    os.environ["PATH"] += os.pathsep + "/usr/sbin"
    return [name for name in names if shutil.which(name) is None]


def resident_bytes(process):
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no VmRSS")


def cpu_seconds(process):
    """User and system time of the process and its children (nginx's workers)."""
    ticks = 0
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for pid in [str(process.pid), *children]:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
