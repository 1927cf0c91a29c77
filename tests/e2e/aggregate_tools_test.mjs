// `toolConfigRef` from manifests to the client: the MCPToolConfig's filter and overrides decide what is listed and called.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { startLegacyBackend } from './support/legacy_backend.mjs';
import { startLegacyClient, words } from './support/legacy_client.mjs';
import { startVmcpauth } from './support/vmcpauth.mjs';

const resource = (kind, name, spec) => stringify({ apiVersion: 'toolhive.stacklok.dev/v1beta1', kind, metadata: { name }, spec });

test('an MCPToolConfig decides which tools of a backend are seen and how they are called', { timeout: 60_000 }, async (t) => {
  const backend = await startLegacyBackend(t);
  const entry = (name) => resource('MCPServerEntry', name, { groupRef: { name: 'g' }, remoteUrl: backend.url, transport: 'streamable-http' });
  const vmcp = await startVmcpauth(t, {
    name: 'aggregate_tools',
    files: {
      'all.yaml': [
        resource('VirtualMCPServer', 'dev', {
          groupRef: { name: 'g' }, incomingAuth: { type: 'anonymous' },
          config: { aggregation: { defaultToolVisibility: 'deny', tools: [{ workload: 'a', toolConfigRef: { name: 'shared' } }, { workload: 'b', toolConfigRef: { name: 'shared' }, filter: ['test_sampling'] }] } },
        }),
        resource('MCPGroup', 'g', {}), entry('a'), entry('b'), entry('c'),
        resource('MCPToolConfig', 'shared', { toolsFilter: ['text', 'test_error_handling'], toolsOverride: { test_simple_text: { name: 'text', description: 'Plain words' } } }),
      ].join('---\n'),
    },
  });
  const client = await startLegacyClient(t, vmcp.url);
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map(({ name }) => name), ['a_test_error_handling', 'a_text', 'b_test_sampling']);
  assert.equal(tools[1].description, 'Plain words');
  assert.match(words(await client.callTool({ name: 'a_text', arguments: {} })), /simple text response/);
  for (const hidden of ['a_test_simple_text', 'a_test_sampling', 'b_text', 'c_test_simple_text']) await assert.rejects(client.callTool({ name: hidden, arguments: {} }), { code: -32602 }, hidden);
  assert.ok(vmcp.events.some(({ event, workload, name }) => event === 'tool_config' && workload === 'a' && name === 'shared'));
});
