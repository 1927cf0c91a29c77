// A backend of 2026-07-28 written by hand: stateless, mirrored headers checked, multi round-trip requests whose state is
// signed, subscriptions/listen. A tool that needs input is simply run again with all answers so far.
import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { isLocalRequest } from './loopback_host.mjs';
import { TOOLS, PROMPTS, RESOURCES, TEMPLATES, inputSchema, listedPrompt, readResource } from './conformance_tools.mjs';

const VERSION = '2026-07-28';
const META = 'io.modelcontextprotocol/';
const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];
const CACHED = new Set(['server/discover', 'tools/list', 'prompts/list', 'resources/list', 'resources/templates/list', 'resources/read']);
const NAMED = { 'tools/call': 'name', 'prompts/get': 'name', 'resources/read': 'uri' };

class Refusal extends Error {
  constructor(status, code, message, data) { super(message); Object.assign(this, { status, code, data }); }
}
class NeedsInput extends Error {
  constructor(requests) { super('input required'); this.requests = requests; }
}

const key = randomBytes(32);
const tag = (payload) => createHmac('sha256', key).update(payload).digest('base64url');
const seal = (value) => { const payload = Buffer.from(JSON.stringify(value)).toString('base64url'); return `${payload}.${tag(payload)}`; };
function unseal(text) {
  const [payload, mac] = String(text).split('.');
  if (tag(payload) !== mac) throw new Refusal(400, -32602, 'requestState integrity check failed');
  return JSON.parse(Buffer.from(payload, 'base64url'));
}
// What is marked as base64 has to be just that, padding included (SEP-2243).
function decodeHeader(value) {
  const encoded = /^=\?base64\?(.*)\?=$/.exec(value ?? '');
  if (!encoded) return value;
  const bytes = Buffer.from(encoded[1], 'base64');
  if (bytes.toString('base64') !== encoded[1]) throw new Refusal(400, -32020, 'Header mismatch: not base64');
  return bytes.toString('utf8');
}

function checkRequest(headers, { method, params }) {
  const meta = params?._meta;
  const version = headers['mcp-protocol-version'];
  if (!version) throw new Refusal(400, -32020, 'Header mismatch: no MCP-Protocol-Version');
  if (!meta?.[`${META}protocolVersion`] || !meta[`${META}clientCapabilities`]) throw new Refusal(400, -32602, '_meta lacks a required field');
  if (meta[`${META}protocolVersion`] !== version) throw new Refusal(400, -32020, 'Header mismatch: MCP-Protocol-Version');
  if (version !== VERSION) throw new Refusal(400, -32022, 'Unsupported protocol version', { supported: [VERSION], requested: version });
  if (headers['mcp-method'] !== method) throw new Refusal(400, -32020, 'Header mismatch: Mcp-Method');
  if (NAMED[method] && decodeHeader(headers['mcp-name']) !== params[NAMED[method]]) throw new Refusal(400, -32020, 'Header mismatch: Mcp-Name');
  return meta;
}

function checkMirrored(headers, tool, args) {
  for (const [name, { 'x-mcp-header': header }] of Object.entries(inputSchema(tool).properties ?? {})) {
    if (!header) continue;
    const sent = decodeHeader(headers[`mcp-param-${header.toLowerCase()}`]);
    const meant = args?.[name] === undefined || args[name] === null ? undefined : String(args[name]);
    if (sent !== meant) throw new Refusal(400, -32020, `Header mismatch: Mcp-Param-${header}`);
  }
}

class Backend {
  state = { calls: 0, moreTools: {}, authorizations: new Set(), metas: [] };
  listeners = new Set();

  changed(what, more = {}) {
    for (const { filter, id, send } of this.listeners) {
      const wanted = what === 'updated' ? filter.resourceSubscriptions?.includes(more.uri) : filter[`${what}ListChanged`];
      const method = what === 'updated' ? 'notifications/resources/updated' : `notifications/${what}/list_changed`;
      if (wanted) send({ jsonrpc: '2.0', method, params: { ...more, _meta: { [`${META}subscriptionId`]: id } } });
    }
  }

  tools() { return { ...TOOLS, ...this.state.moreTools }; }

  async run(entry, { params, meta, notify, subject }) {
    const answers = { ...(params.requestState ? unseal(params.requestState).answers : {}), ...params.inputResponses };
    if (params.requestState && unseal(params.requestState).subject !== subject) throw new Refusal(400, -32602, 'requestState belongs to another request');
    const capabilities = meta[`${META}clientCapabilities`];
    const missing = (entry.needs ?? []).filter((name) => !capabilities[name]);
    if (missing.length > 0) throw new Refusal(400, -32021, 'Missing required client capability', { requiredCapabilities: Object.fromEntries(missing.map((name) => [name, {}])) });
    const token = meta.progressToken;
    const level = meta[`${META}logLevel`];
    try {
      return await entry.run({
        args: params.arguments ?? {}, token, capabilities, changed: (what) => this.changed(what),
        log: (severity, data) => level && LEVELS.indexOf(severity) >= LEVELS.indexOf(level) && notify('notifications/message', { level: severity, logger: 'backend', data }),
        progress: (progress, total, message) => token !== undefined && notify('notifications/progress', { progressToken: token, progress, total, message }),
        ask: async (requests) => {
          const open = Object.entries(requests).filter(([name]) => typeof answers[name] !== 'object');
          if (open.length > 0) throw new NeedsInput(Object.fromEntries(open));
          return Object.fromEntries(Object.keys(requests).map((name) => [name, answers[name]]));
        },
      });
    } catch (failure) {
      if (!(failure instanceof NeedsInput)) throw failure;
      return { resultType: 'input_required', inputRequests: failure.requests, requestState: seal({ subject, answers }) };
    }
  }

  async answer(headers, { method, params }, meta, notify) {
    switch (method) {
      case 'server/discover':
        return { supportedVersions: [VERSION], capabilities: { tools: { listChanged: true }, prompts: { listChanged: true }, resources: { subscribe: true, listChanged: true }, completions: {}, logging: {} }, instructions: 'From 2026.' };
      case 'tools/list': return { tools: Object.entries(this.tools()).map(([name, tool]) => ({ name, description: name, inputSchema: inputSchema(tool) })) };
      case 'prompts/list': return { prompts: Object.entries(PROMPTS).map(listedPrompt) };
      case 'resources/list': return { resources: Object.entries(RESOURCES).map(([uri, { name, mimeType }]) => ({ uri, name, mimeType })) };
      case 'resources/templates/list': return { resourceTemplates: TEMPLATES };
      case 'completion/complete': return { completion: { values: ['paris', 'park'], total: 2, hasMore: false } };
      case 'resources/read': {
        const found = readResource(params.uri);
        if (!found) throw new Refusal(200, -32602, 'Resource not found', { uri: params.uri });
        return found;
      }
      case 'tools/call': {
        const tool = this.tools()[params.name];
        if (!tool) throw new Refusal(200, -32602, `Unknown tool: ${params.name}`);
        checkMirrored(headers, tool, params.arguments);
        this.state.calls += 1;
        return this.run(tool, { params, meta, notify, subject: params.name });
      }
      case 'prompts/get': {
        const prompt = PROMPTS[params.name];
        if (!prompt) throw new Refusal(200, -32602, `Unknown prompt: ${params.name}`);
        return this.run(prompt, { params, meta, notify, subject: params.name });
      }
      default: throw new Refusal(404, -32601, 'Method not found');
    }
  }

  async handle(request, response) {
    this.state.authorizations.add(request.headers.authorization);
    if (!isLocalRequest(request)) return response.writeHead(403).end();
    if (request.method !== 'POST') return response.writeHead(405, { Allow: 'POST' }).end();
    const json = (status, body) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    let message;
    try {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      message = JSON.parse(Buffer.concat(chunks));
    } catch { return json(400, { jsonrpc: '2.0', error: { code: -32700, message: 'Parse error' } }); }
    if (message.id === undefined) return response.writeHead(202).end();
    let streaming = false;
    const send = (body) => {
      if (!streaming) response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
      streaming = true;
      response.write(`data: ${JSON.stringify(body)}\n\n`);
    };
    const notify = async (method, params) => send({ jsonrpc: '2.0', method, params });
    try {
      const meta = checkRequest(request.headers, message);
      this.state.metas.push(meta);
      if (message.method === 'subscriptions/listen') return this.listen(message, response, send);
      const result = await this.answer(request.headers, message, meta, notify);
      result.resultType ??= 'complete';
      if (CACHED.has(message.method)) Object.assign(result, { ttlMs: 0, cacheScope: 'private' });
      result._meta = { ...result._meta, [`${META}serverInfo`]: { name: 'modern-backend', version: '1' } };
      const body = { jsonrpc: '2.0', id: message.id, result };
      if (!streaming) return json(200, body);
      send(body);
      response.end();
    } catch (failure) {
      const body = { jsonrpc: '2.0', id: message.id, error: { code: failure.code ?? -32603, message: failure.message, data: failure.data } };
      if (!streaming) return json(failure.status ?? 500, body);
      send(body);
      response.end();
    }
  }

  listen({ id, params }, response, send) {
    const filter = params.notifications ?? {};
    const listener = { id, filter, send };
    send({ jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params: { _meta: { [`${META}subscriptionId`]: id }, notifications: filter } });
    this.listeners.add(listener);
    response.on('close', () => this.listeners.delete(listener));
  }
}

export async function startModernBackend(scope, { port = 0 } = {}) {
  const backend = new Backend();
  const http = createServer((request, response) => void backend.handle(request, response));
  await new Promise((resolve) => http.listen(port, '127.0.0.1', resolve));
  scope.after(() => { http.closeAllConnections(); http.close(); });
  return Object.assign(backend, { url: `http://127.0.0.1:${http.address().port}/mcp`, http });
}
