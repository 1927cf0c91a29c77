// A backend that speaks only the HTTP+SSE transport of 2024-11-05, on the official SDK.
import { createServer } from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { answerAll } from './legacy_backend.mjs';
import { isLocalRequest } from './loopback_host.mjs';

// {url, state, sessions, http, drop(): every stream ends}
export async function startSseBackend(scope, { endpoint = '/messages' } = {}) {
  const sessions = new Map();
  const state = { calls: 0, moreTools: [], subscribed: new Set(), authorizations: new Set(), posts: 0 };
  const http = createServer(async (request, response) => {
    if (!isLocalRequest(request)) return response.writeHead(403).end();
    state.authorizations.add(`${request.method} ${request.headers.authorization}`);
    if (request.method === 'GET') {
      const server = new Server({ name: 'sse-backend', version: '1' },
        { capabilities: { tools: { listChanged: true }, prompts: {}, resources: { subscribe: true }, logging: {}, completions: {} }, instructions: 'From 2024.' });
      answerAll(server, state);
      const transport = new SSEServerTransport(endpoint, response);
      sessions.set(transport.sessionId, { server, response });
      transport.onclose = () => sessions.delete(transport.sessionId);
      return server.connect(transport);
    }
    state.posts += 1;
    const session = sessions.get(new URL(request.url, 'http://x').searchParams.get('sessionId'));
    if (!session) return response.writeHead(404).end();
    return session.server.transport.handlePostMessage(request, response);
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  scope.after(() => { http.closeAllConnections(); http.close(); });
  const drop = () => { for (const { response } of sessions.values()) response.destroy(); };
  return { url: `http://127.0.0.1:${http.address().port}/sse`, state, sessions, http, drop, servers: () => [...sessions.values()].map(({ server }) => server) };
}
