// A stdio MCP server from npm behind Streamable HTTP: every session gets a process of its own, messages pass untouched.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { MODULES_DIR } from './paths.mjs';

export async function startStdioServer(scope, name, { args = [], env = {} } = {}) {
  const sessions = new Map();
  async function open() {
    const process_ = new StdioClientTransport({
      command: process.execPath, args: [join(MODULES_DIR, '@modelcontextprotocol', name, 'dist', 'index.js'), ...args],
      env: { PATH: process.env.PATH, ...env }, stderr: 'ignore',
    });
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID, onsessioninitialized: (id) => sessions.set(id, { transport, process_ }) });
    transport.onmessage = (message) => void process_.send(message);
    process_.onmessage = (message) => void transport.send(message).catch(() => {});
    transport.onclose = () => { sessions.delete(transport.sessionId); void process_.close(); };
    await process_.start();
    await transport.start();
    return transport;
  }
  const http = createServer(async (request, response) => {
    const id = request.headers['mcp-session-id'];
    if (id && !sessions.has(id)) return response.writeHead(404).end();
    // Without a session only initialize makes one: others are refused without a process.
    if (!id && request.headers['mcp-protocol-version'] === '2026-07-28') return response.writeHead(400).end();
    await (sessions.get(id)?.transport ?? await open()).handleRequest(request, response);
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  scope.after(async () => {
    http.closeAllConnections();
    http.close();
    await Promise.all([...sessions.values()].map(({ process_ }) => process_.close()));
  });
  return { url: `http://127.0.0.1:${http.address().port}/mcp`, sessions };
}
