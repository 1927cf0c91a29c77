// A backend of 2025-11-25 that does as a test says: `on` maps a method ("GET" for the stream) to (message, response, request).
// What no handler takes is answered correctly and as briefly as possible.
import { createServer } from 'node:http';

export const json = (response, body, headers = {}) => response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ jsonrpc: '2.0', ...body }));
export const event = (message) => `data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
export const stream = (response) => response.writeHead(200, { 'content-type': 'text/event-stream' });

const CAPABILITIES = { tools: { listChanged: true }, prompts: {}, resources: {}, logging: {} };
const ANSWERS = {
  initialize: () => ({ protocolVersion: '2025-11-25', serverInfo: { name: 'hostile', version: '1' }, capabilities: CAPABILITIES }),
  'tools/list': () => ({ tools: [{ name: 'trap', inputSchema: { type: 'object' } }] }),
  'prompts/list': () => ({ prompts: [] }),
  'resources/list': () => ({ resources: [] }),
  'resources/templates/list': () => ({ resourceTemplates: [] }),
  'tools/call': () => ({ content: [{ type: 'text', text: 'sprung' }] }),
};

// {url, on, seen: {method: count}, answers: what was answered to its own requests, open: responses not ended}
export async function startHostile(scope, on = {}) {
  const hostile = { on, seen: {}, answers: [], most: 0 };
  let open = 0;
  const handle = (message, response, request) => {
    const name = request.method === 'GET' ? 'GET' : message.method;
    if (name) hostile.seen[name] = (hostile.seen[name] ?? 0) + 1;
    if (name && hostile.on[name]) return hostile.on[name](message, response, request);
    if (request.method === 'GET') return response.writeHead(405).end();
    if (message.id !== undefined && message.method) {
      const result = ANSWERS[message.method]?.(message);
      if (message.method === 'server/discover' || !result) return json(response, { id: message.id, error: { code: -32601, message: 'Method not found' } });
      return json(response, { id: message.id, result }, message.method === 'initialize' ? { 'mcp-session-id': 'hostile' } : {});
    }
    if (!message.method) hostile.answers.push(message);
    return response.writeHead(202).end();
  };
  const http = createServer((request, response) => {
    open += 1;
    hostile.most = Math.max(hostile.most, open);
    response.on('close', () => { open -= 1; });
    let text = '';
    request.on('data', (chunk) => { text += chunk; });
    request.on('end', () => handle(text ? JSON.parse(text) : {}, response, request));
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  scope.after(() => { http.closeAllConnections(); http.close(); });
  hostile.url = `http://127.0.0.1:${http.address().port}/mcp`;
  return hostile;
}
