#!/usr/bin/env python3
"""How fast `vmcpauth validate` is: 10,000 resources in 2,000 files, cold start, peak memory, one processor against all.
Called by bench/run.py, and alone: bench/validate.py --vmcpauth BINARY. Prints figures, judges none."""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

FILES = 2000
GROUP = "apiVersion: toolhive.stacklok.dev/v1beta1\n"

# Five resources a file: a server, what it refers to, and a backend with its strategy.
TEMPLATE = """{api}kind: VirtualMCPServer
metadata:
  name: tools-{n}
  namespace: team-{team}
spec:
  groupRef:
    name: group-{n}
  incomingAuth:
    type: oidc
    oidcConfigRef:
      name: incoming-{n}
      audience: https://mcp-{n}.example.com/mcp
      resourceUrl: https://mcp-{n}.example.com/mcp
      scopes: [openid, profile, offline_access]
  authServerConfig:
    issuer: https://mcp-{n}.example.com
    signingKeySecretRefs:
      - name: keys
        key: signing.pem
    hmacSecretRefs:
      - name: keys
        key: hmac
    tokenLifespans:
      accessTokenLifespan: 30m
    upstreamProviders:
      - name: google
        type: oidc
        oidcConfig:
          issuerUrl: https://accounts.google.com
          clientId: google-{n}
          clientSecretRef: {{name: google, key: secret}}
          scopes: [openid, email]
          additionalAuthorizationParams: {{access_type: offline{consent}}}
      - name: github
        type: oauth2
        oauth2Config:
          authorizationEndpoint: https://github.com/login/oauth/authorize
          tokenEndpoint: https://github.com/login/oauth/access_token
          clientId: github-{n}
          clientSecretRef: {{name: github, key: secret}}
          scopes: [repo, "read:user"]
          userInfo:
            endpointUrl: https://api.github.com/user
            fieldMapping:
              subjectFields: [id]
  outgoingAuth:
    source: inline
    backends:
      crm-{n}:
        type: externalAuthConfigRef
        externalAuthConfigRef:
          name: inject-{n}
---
{api}kind: MCPOIDCConfig
metadata:
  name: incoming-{n}
  namespace: team-{team}
spec:
  type: inline
  inline:
    issuer: https://mcp-{n}.example.com
---
{api}kind: MCPGroup
metadata:
  name: group-{n}
  namespace: team-{team}
spec:
  description: tools of team {team}
---
{api}kind: MCPServerEntry
metadata:
  name: crm-{n}
  namespace: team-{team}
spec:
  groupRef:
    name: group-{n}
  remoteUrl: https://crm-{n}.example.com/mcp
  transport: streamable-http
---
{api}kind: MCPExternalAuthConfig
metadata:
  name: inject-{n}
  namespace: team-{team}
spec:
  type: upstreamInject
  upstreamInject:
    providerName: github
"""


def write_files(folder, files):
    """Every tenth server has one finding, so that reporting is part of the work."""
    size = 0
    for n in range(files):
        text = TEMPLATE.format(api=GROUP, n=n, team=n % 50, consent="" if n % 10 == 0 else ", prompt: consent")
        path = folder / f"team-{n % 50}" / f"server-{n}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        size += len(text)
    return size


def run(binary, arguments, processors):
    """Seconds of wall clock, seconds of processor, peak memory in KiB; /usr/bin/time is not needed."""
    command = [str(binary), "validate", "--format", "json", *arguments]
    begin = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=lambda: os.sched_setaffinity(0, processors))  # noqa: PLW1509
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}: exit status {child.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def measure(binary, arguments, processors, rounds):
    runs = [run(binary, arguments, processors) for _ in range(rounds + 1)][1:]  # the first one warms the file cache
    return [statistics.median(column) for column in zip(*runs)]


def bench(binary, folder, rounds):
    size = write_files(folder, FILES)
    resources = FILES * 5
    everywhere = os.sched_getaffinity(0)
    print(f"validate: {resources:,} resources in {FILES:,} files, {size / 1e6:.1f} MB")
    for title, processors in (("1 processor", {min(everywhere)}), (f"{len(everywhere)} processors", everywhere)):
        wall, cpu, memory = measure(binary, [str(folder)], processors, rounds)
        print(f"  {title:13} {wall:6.2f} s  {wall / resources * 1e6:6.1f} µs a resource  {cpu:6.2f} s of processor  {memory / 1024:6.1f} MiB peak")
    one = folder / "team-0" / "server-0.yaml"
    wall, cpu, memory = measure(binary, [str(one)], everywhere, max(rounds, 10))
    print(f"  cold start    {wall * 1e3:6.2f} ms for one file of 5 resources, {cpu * 1e3:.2f} ms of processor, {memory / 1024:.1f} MiB peak")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vmcpauth", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vmcpauth-bench-") as folder:
        bench(options.vmcpauth, pathlib.Path(folder), options.rounds)


if __name__ == "__main__":
    main()
