// The official SDK's client of 2025-11-25, with answers to everything a server may ask and a memory of what it was told.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import * as types from '@modelcontextprotocol/sdk/types.js';

export const words = (result) => result.content.map(({ text }) => text).join('|');

const SAMPLED = { role: 'assistant', model: 'none', content: { type: 'text', text: 'Paris' } };

// The client with {seen: notifications, mcpTransport}.
export async function startLegacyClient(scope, url, { answers = {}, capabilities = { sampling: {}, elicitation: {}, roots: { listChanged: true } } } = {}) {
  const client = new Client({ name: 'e2e', version: '1' }, { capabilities });
  const seen = [];
  client.fallbackNotificationHandler = async (notification) => void seen.push(notification);
  if (capabilities.elicitation) client.setRequestHandler(types.ElicitRequestSchema, answers.elicit ?? (() => ({ action: 'accept', content: { response: 'blue' } })));
  if (capabilities.sampling) client.setRequestHandler(types.CreateMessageRequestSchema, answers.sample ?? (() => SAMPLED));
  if (capabilities.roots) client.setRequestHandler(types.ListRootsRequestSchema, () => ({ roots: [{ uri: 'file:///e2e' }] }));
  const transport = new StreamableHTTPClientTransport(new URL(url));
  await client.connect(transport);
  scope.after(() => client.close());
  return Object.assign(client, { seen, mcpTransport: transport });
}
