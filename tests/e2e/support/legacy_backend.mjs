// A backend of 2025-11-25 on the official SDK, with sessions, resumable streams and everything the conformance suite calls.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import * as types from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { isLocalRequest } from './loopback_host.mjs';
import { TOOLS, PROMPTS, RESOURCES, TEMPLATES, inputSchema, listedPrompt, readResource } from './conformance_tools.mjs';

class EventStore {
  #events = [];
  async storeEvent(streamId, message) {
    const id = `${streamId}_${this.#events.length}`;
    this.#events.push({ id, streamId, message });
    return id;
  }
  async getStreamIdForEventId(id) { return this.#events.find((event) => event.id === id)?.streamId; }
  async replayEventsAfter(lastId, { send }) {
    const at = this.#events.findIndex((event) => event.id === lastId);
    const streamId = this.#events[at]?.streamId;
    for (const event of this.#events.slice(at + 1)) {
      if (event.streamId === streamId && event.message.jsonrpc) await send(event.id, event.message);
    }
    return streamId;
  }
}

const legacy = (table) => Object.entries(table).filter(([, entry]) => !entry.modern);

export function answerAll(server, state) {
  const on = (schema, handler) => server.setRequestHandler(schema, handler);
  on(types.ListToolsRequestSchema, () => ({ tools: [...legacy(TOOLS).map(([name, tool]) => ({ name, description: name, inputSchema: inputSchema(tool) })), ...state.moreTools] }));
  on(types.CallToolRequestSchema, async ({ params }, extra) => {
    const tool = TOOLS[params.name];
    if (!tool || tool.modern) throw new types.McpError(types.ErrorCode.InvalidParams, `Unknown tool: ${params.name}`);
    const token = extra._meta?.progressToken;
    state.calls += 1;
    return tool.run({
      args: params.arguments ?? {}, token,
      log: (level, data) => extra.sendNotification({ method: 'notifications/message', params: { level, logger: 'backend', data } }),
      progress: (progress, total, message) => token !== undefined && extra.sendNotification({ method: 'notifications/progress', params: { progressToken: token, progress, total, message } }),
      breakOff: extra.closeSSEStream,
      ask: async (requests) => Object.fromEntries(await Promise.all(Object.entries(requests).map(async ([key, request]) => [key, await extra.sendRequest(request, z.looseObject({}))]))),
    });
  });
  on(types.ListPromptsRequestSchema, () => ({ prompts: legacy(PROMPTS).map(listedPrompt) }));
  on(types.GetPromptRequestSchema, ({ params }) => {
    const prompt = PROMPTS[params.name];
    if (!prompt || prompt.modern) throw new types.McpError(types.ErrorCode.InvalidParams, `Unknown prompt: ${params.name}`);
    return prompt.run({ args: params.arguments ?? {} });
  });
  on(types.ListResourcesRequestSchema, () => ({ resources: Object.entries(RESOURCES).map(([uri, { name, mimeType }]) => ({ uri, name, mimeType })) }));
  on(types.ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: TEMPLATES }));
  on(types.ReadResourceRequestSchema, ({ params }) => {
    const found = readResource(params.uri);
    if (!found) throw new types.McpError(-32002, 'Resource not found', { uri: params.uri });
    return found;
  });
  on(types.SubscribeRequestSchema, ({ params }) => { state.subscribed.add(params.uri); return {}; });
  on(types.UnsubscribeRequestSchema, ({ params }) => { state.subscribed.delete(params.uri); return {}; });
  on(types.SetLevelRequestSchema, ({ params }) => { state.level = params.level; return {}; });
  on(types.CompleteRequestSchema, () => ({ completion: { values: ['paris', 'park'], total: 2, hasMore: false } }));
}

// {url, state, servers()}: state counts calls and may be changed by a test; servers() are the sessions' SDK servers.
export async function startLegacyBackend(scope, { port = 0 } = {}) {
  const sessions = new Map();
  const state = { calls: 0, moreTools: [], subscribed: new Set(), level: undefined, authorizations: new Set() };

  async function open() {
    const server = new Server({ name: 'legacy-backend', version: '1' },
      { capabilities: { tools: { listChanged: true }, prompts: { listChanged: true }, resources: { subscribe: true, listChanged: true }, logging: {}, completions: {} }, instructions: 'From 2025.' });
    answerAll(server, state);
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID, eventStore: new EventStore(), retryInterval: 100,
      onsessioninitialized: (id) => sessions.set(id, { server, transport }),
    });
    transport.onclose = () => sessions.delete(transport.sessionId);
    await server.connect(transport);
    return transport;
  }

  const http = createServer(async (request, response) => {
    if (!isLocalRequest(request)) return response.writeHead(403).end();
    state.authorizations.add(request.headers.authorization);
    const id = request.headers['mcp-session-id'];
    const known = sessions.get(id)?.transport;
    if (id && !known) return response.writeHead(404).end();
    await (known ?? await open()).handleRequest(request, response);
  });
  await new Promise((resolve) => http.listen(port, '127.0.0.1', resolve));
  scope.after(() => { http.closeAllConnections(); http.close(); });
  return { url: `http://127.0.0.1:${http.address().port}/mcp`, state, sessions, servers: () => [...sessions.values()].map(({ server }) => server), http };
}
