#!/usr/bin/env python3
"""What the aggregate costs: a tools/call through /mcp against the same backend called directly and through /mcp/<backend>,
and tools/list over 20 backends of 50 tools. Rounds are interleaved, ratios matter, numbers move with the machine."""
import argparse
import http.client
import json
import pathlib
import statistics
import subprocess
import tempfile
import threading
import time

BACKENDS, TOOLS = 20, 50
META = "io.modelcontextprotocol/"


def message(method, params):
    meta = {META + "protocolVersion": "2026-07-28", META + "clientCapabilities": {}}
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": meta}})


def headers(method, name=None):
    out = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method}
    return {**out, "Mcp-Name": name} if name else out


def one(connection, path, body, fields):
    connection.request("POST", path, body, fields)
    response = connection.getresponse()
    text = response.read()
    assert response.status == 200 and b'"result"' in text, (response.status, text[:300])
    return len(text)


def measure(port, path, body, fields, seconds, connections):
    """-> (requests a second, median milliseconds)"""
    times, end = [], time.monotonic() + seconds

    def work():
        connection = http.client.HTTPConnection("127.0.0.1", port)
        mine = []
        while time.monotonic() < end:
            begin = time.monotonic()
            one(connection, path, body, fields)
            mine.append(time.monotonic() - begin)
        times.extend(mine)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) / seconds, statistics.median(times) * 1000


def start_backends(node, folder):
    script = folder / "backends.mjs"
    script.write_text("""
import { createServer } from 'node:http';
const tools = Array.from({ length: %d }, (_, i) => ({ name: `tool_${i}`, description: 'x'.repeat(200), inputSchema: { type: 'object', properties: { a: { type: 'string' } } } }));
const answers = {
  'server/discover': { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } },
  'tools/list': { tools }, 'tools/call': { content: [{ type: 'text', text: 'done' }] },
};
const ports = [];
for (let i = 0; i < %d; ++i) {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => { text += chunk; });
    request.on('end', () => {
      const { id, method } = JSON.parse(text);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'complete', ...answers[method] } }));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  ports.push(server.address().port);
}
console.log(JSON.stringify(ports));
""" % (TOOLS, BACKENDS))
    process = subprocess.Popen([node, script], stdout=subprocess.PIPE, text=True)
    return process, json.loads(process.stdout.readline())


def start_vmcpauth(binary, folder, ports):
    backends = [{"name": f"b{i:02}", "url": f"http://127.0.0.1:{port}/mcp", "transport": "streamable-http"} for i, port in enumerate(ports)]
    config = {"name": "bench", "groupRef": "bench", "incomingAuth": {"type": "anonymous"}, "backends": backends,
              "outgoingAuth": {"source": "inline", "default": {"type": "unauthenticated"}}}
    (folder / "vmcp.yaml").write_text(json.dumps(config))
    process = subprocess.Popen([binary, "serve", folder / "vmcp.yaml", "--listen", "127.0.0.1:0", "--log-format", "json"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        event = json.loads(line)
        if event.get("event") == "listening":
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return process, int(event["url"].split(":")[2].split("/")[0])
    raise SystemExit("vmcpauth did not start")


def main():
    root = pathlib.Path(__file__).parent.parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vmcpauth", type=pathlib.Path, default=root / "build/release/vmcpauth")
    parser.add_argument("--node", default=str(root / "tests/e2e/node_modules/.bin/node"))
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, processes = pathlib.Path(name), []
        try:
            backend, ports = start_backends(options.node, folder)
            processes.append(backend)
            vmcpauth, port = start_vmcpauth(options.vmcpauth, folder, ports)
            processes.append(vmcpauth)
            call, listing = lambda tool: (message("tools/call", {"name": tool, "arguments": {}}), headers("tools/call", tool)), (message("tools/list", {}), headers("tools/list"))
            targets = {
                "backend, called directly": (ports[0], "/mcp", *call("tool_1")),
                "/mcp/b00, passed through": (port, "/mcp/b00", *call("tool_1")),
                "/mcp, aggregated": (port, "/mcp", *call("b00_tool_1")),
                f"/mcp tools/list, {BACKENDS} x {TOOLS}": (port, "/mcp", *listing),
            }
            rows = {name: [] for name in targets}
            for connections in (1, options.connections):
                rows = {name: [] for name in targets}
                for _ in range(options.rounds):
                    for name, target in targets.items():
                        rows[name].append(measure(*target, options.seconds, connections))
                print(f"\n{connections} connection(s), median of {options.rounds} rounds of {options.seconds} s")
                first = statistics.median(latency for _, latency in rows["backend, called directly"])
                for name, results in rows.items():
                    rate, latency = (statistics.median(column) for column in zip(*results))
                    print(f"  {name:<32} {rate:>8.0f}/s  {latency:>7.2f} ms  {latency - first:>+7.2f} ms")
        finally:
            for process in processes:
                process.terminate()


if __name__ == "__main__":
    main()
