// `toolConfigRef` from manifests to the client: the MCPToolConfig's filter and overrides decide what is listed and called. And
// what is not served is said.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { startLegacyBackend } from './support/legacy_backend.mjs';
import { startLegacyClient, words } from './support/legacy_client.mjs';
import { runVmcpauth, startVmcpauth } from './support/vmcpauth.mjs';

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

test('the MCPToolConfig of a backend itself decides before the aggregation does, also for a single backend', { timeout: 60_000 }, async (t) => {
  const backend = await startLegacyBackend(t);
  const vmcp = await startVmcpauth(t, {
    name: 'aggregate_own_tools',
    files: {
      'all.yaml': [
        resource('VirtualMCPServer', 'dev', { groupRef: { name: 'g' }, incomingAuth: { type: 'anonymous' } }),
        resource('MCPGroup', 'g', {}),
        resource('MCPRemoteProxy', 'only', { groupRef: { name: 'g' }, remoteUrl: backend.url, toolConfigRef: { name: 'own' } }),
        resource('MCPToolConfig', 'own', { toolsFilter: ['text'], toolsOverride: { test_simple_text: { name: 'text' } } }),
      ].join('---\n'),
    },
  });
  const client = await startLegacyClient(t, vmcp.url);
  assert.deepEqual((await client.listTools()).tools.map(({ name }) => name), ['only_text']);
  assert.match(words(await client.callTool({ name: 'only_text', arguments: {} })), /simple text response/);
  for (const hidden of ['test_simple_text', 'only_test_simple_text', 'only_test_error_handling']) await assert.rejects(client.callTool({ name: hidden, arguments: {} }), { code: -32602 }, hidden);
  assert.ok(vmcp.events.some(({ event, workload, name }) => event === 'tool_config' && workload === 'only' && name === 'own'));
});

test('what works in the cluster only is told at the start and by /status, and policies nobody asks stay on loopback', { timeout: 60_000 }, async (t) => {
  const backend = await startLegacyBackend(t);
  const files = {
    'all.yaml': [
      resource('VirtualMCPServer', 'dev', {
        groupRef: { name: 'g' }, incomingAuth: { type: 'oidc', oidcConfigRef: { name: 'in', audience: 'https://mcp.example.com', resourceUrl: 'https://mcp.example.com' }, authzConfig: { type: 'inline', inline: { policies: ['permit(principal, action, resource);'] } } },
        config: { compositeTools: [{ name: 'both' }], codeMode: { enabled: false } },
      }),
      resource('MCPOIDCConfig', 'in', { type: 'inline', inline: { issuer: 'https://login.example.com', jwksUrl: 'https://login.example.com/keys' } }),
      resource('MCPGroup', 'g', {}),
      resource('MCPServerEntry', 'a', { groupRef: { name: 'g' }, remoteUrl: backend.url, transport: 'streamable-http' }),
    ].join('---\n'),
  };
  const anonymous = { 'all.yaml': files['all.yaml'].replace(/incomingAuth:[^]*?authzConfig:/, 'incomingAuth:\n    type: anonymous\n    authzConfig:') };
  const vmcp = await startVmcpauth(t, { name: 'unserved', files: anonymous });
  const told = vmcp.events.filter(({ event }) => event === 'setting_not_served');
  assert.deepEqual(told.map(({ level, setting }) => [level, setting]), [['warn', 'spec.incomingAuth.authzConfig'], ['warn', 'spec.config.compositeTools']]);
  for (const { at, effect, setting } of told) {
    const [, file, line] = /^(.*):(\d+)$/.exec(at);
    assert.ok(file.endsWith('all.yaml'), at);
    assert.ok(anonymous['all.yaml'].split('\n')[line - 1].includes(setting.split('.').pop()), at);
    assert.match(effect, /here/);
  }
  const { not_served: status } = await (await fetch(`${vmcp.origin}/status`)).json();
  assert.deepEqual(status, told.map(({ setting, effect }) => ({ setting, effect })));

  const { code, stderr } = await runVmcpauth(t, ['serve', '.', '--listen', '0.0.0.0:0'], { files });
  assert.equal(code, 1, stderr);
  assert.match(stderr, /spec\.incomingAuth\.authzConfig \(.*all\.yaml:\d+\) has authorization policies, which are not asked here/);
});
