// A backend MCP server that remembers every request, header for header, and answers like a small MCP server.
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { closeServer, listenOnLoopback } from './cleanup.mjs';
import { until } from './wait.mjs';

const TOOLS = [{ name: 'whoami', description: 'Says who called', inputSchema: { type: 'object' } }];

function rpcResult(message) {
  switch (message.method) {
    case 'initialize':
      return { protocolVersion: message.params?.protocolVersion ?? '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'capture', version: '1' } };
    case 'tools/list': return { tools: TOOLS };
    case 'tools/call': return { content: [{ type: 'text', text: 'captured' }] };
    default: return {};
  }
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function answerRpc(request, response) {
  let message;
  try {
    message = JSON.parse(request.body.toString('utf8'));
  } catch {
    response.writeHead(405).end();
    return;
  }
  if (message.id === undefined) {
    response.writeHead(202).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: rpcResult(message) }));
}

class CaptureBackend {
  requests = [];  // {method, path, headers, rawHeaders, body, aborted}
  handler = answerRpc;

  // tls: {key, cert} for a backend over https.
  constructor(tls) {
    const serve = async (incoming, response) => {
      const request = { method: incoming.method, path: incoming.url, headers: incoming.headers, rawHeaders: incoming.rawHeaders, body: Buffer.alloc(0), closed: false };
      this.requests.push(request);
      response.on('close', () => { request.closed = true; request.aborted = !response.writableEnded; });
      try {
        if (!this.streamsBody) request.body = await readBody(incoming);
        await this.handler(request, response, incoming);
      } catch (failure) {
        request.failure = failure;
        response.destroy();
      }
    };
    this.server = tls ? createTlsServer(tls, serve) : createServer(serve);
  }

  get last() { return this.requests.at(-1); }
  get url() { return `${this.origin}/mcp`; }
  get bearers() { return this.requests.map((request) => /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]); }

  // Values of a header as sent, one entry for each line of it.
  static lines(request, name) {
    const values = [];
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      if (request.rawHeaders[i].toLowerCase() === name.toLowerCase()) values.push(request.rawHeaders[i + 1]);
    }
    return values;
  }

  untilRequest(what, matches) { return until(`backend sees ${what}`, () => this.requests.find(matches)); }
}

export const headerLines = CaptureBackend.lines;

export async function startCaptureBackend(scope, handler, { tls } = {}) {
  const backend = new CaptureBackend(tls);
  if (handler) backend.handler = handler;
  backend.origin = await listenOnLoopback(backend.server);
  if (tls) backend.origin = backend.origin.replace('http:', 'https:');
  scope.after(() => closeServer(backend.server));
  return backend;
}
