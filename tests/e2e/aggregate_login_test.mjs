// /mcp behind a two-leg login: servers and clients of other makes, each backend with exactly its own credential, and what
// happens when one provider's token is gone.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { startEverything } from './support/everything.mjs';
import { startModernBackend } from './support/modern_backend.mjs';
import { startLegacyBackend } from './support/legacy_backend.mjs';
import { ModernClient } from './support/modern_client.mjs';
import { postMcp, rpc } from './support/mcp_http.mjs';
import { MODULES_DIR } from './support/paths.mjs';
import { UNAUTHENTICATED, inject } from './support/runtime_config.mjs';
import { MemoryOAuthProvider, connectMcp } from './support/sdk_client.mjs';
import { startStdioServer } from './support/stdio_bridge.mjs';
import { startTwoProviders } from './support/two_providers.mjs';
import { scratchDir } from './support/vmcpauth.mjs';
import { until, untilTime, within } from './support/wait.mjs';

const words = (result) => result.content.map(({ text }) => text).join('|');
const signIn = (world) => new MemoryOAuthProvider({ persona: world.persona, scope: 'openid offline_access' });

describe('clients and servers of other makes', { timeout: 240_000 }, () => {
  test('SDK, inspector and mcp-remote use server-everything, server-filesystem and server-memory through one /mcp', async (t) => {
    const folder = scratchDir(t, { 'hello.txt': 'hello from a file' });
    const everything = await startEverything(t);
    const files = await startStdioServer(t, 'server-filesystem', { args: [folder] });
    const memory = await startStdioServer(t, 'server-memory', { env: { MEMORY_FILE_PATH: join(scratchDir(t), 'memory.json') } });
    const open = ({ url }) => ({ url, auth: UNAUTHENTICATED });
    const world = await startTwoProviders(t, { name: 'aggregate_login', backends: { everything: open(everything), files: open(files), memory: open(memory) } });
    const { client, oauth } = await connectMcp(t, world.vmcp.url, { oauth: signIn(world) });
    assert.equal(oauth.redirects, 1);

    const names = (await client.listTools()).tools.map(({ name }) => name);
    for (const name of ['everything_echo', 'files_read_text_file', 'memory_create_entities', 'corp_whoami']) assert.ok(names.includes(name), `${name} of ${names}`);
    assert.match(words(await client.callTool({ name: 'everything_echo', arguments: { message: 'over there' } })), /over there/);
    assert.match(words(await client.callTool({ name: 'files_read_text_file', arguments: { path: join(folder, 'hello.txt') } })), /hello from a file/);
    await client.callTool({ name: 'memory_create_entities', arguments: { entities: [{ name: 'Ada', entityType: 'person', observations: ['writes'] }] } });
    assert.match(words(await client.callTool({ name: 'memory_read_graph', arguments: {} })), /Ada/);
    assert.ok((await client.listResources()).resources.length > 0);
    assert.ok((await client.listPrompts()).prompts.some(({ name }) => name.startsWith('everything_')));

    const token = oauth.savedTokens.access_token;
    const inspected = await run([join(MODULES_DIR, '@modelcontextprotocol', 'inspector', 'clients', 'launcher', 'build', 'index.js'), '--cli', '--transport', 'http', '--server-url', world.vmcp.url,
      '--header', `Authorization: Bearer ${token}`, '--method', 'tools/call', '--tool-name', 'everything_echo', '--tool-arg', 'message=inspected'], t);
    assert.match(inspected, /inspected/);

    const remote = new Client({ name: 'through mcp-remote', version: '1' });
    const home = scratchDir(t);
    mkdirSync(join(home, 'auth'));
    await remote.connect(new StdioClientTransport({
      command: process.execPath, stderr: 'ignore', env: { PATH: process.env.PATH, HOME: home, MCP_REMOTE_CONFIG_DIR: join(home, 'auth') },
      args: [join(MODULES_DIR, 'mcp-remote', 'dist', 'proxy.js'), world.vmcp.url, '--allow-http', '--transport', 'http-only', '--header', `Authorization:Bearer ${token}`],
    }));
    t.after(() => remote.close());
    assert.match(words(await remote.callTool({ name: 'everything_echo', arguments: { message: 'from afar' } })), /from afar/);
  });
});

async function run(args, scope) {
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, HOME: scratchDir(scope) }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output += chunk; });
  scope.after(() => child.kill('SIGKILL'));
  await within(60_000, `${args[0]} ends`, new Promise((resolve) => child.once('close', resolve)));
  return output;
}

describe('credentials', { timeout: 240_000 }, () => {
  const mcpBackends = async (scope) => {
    const backends = { corpmcp: await startLegacyBackend(scope), hubmcp: await startModernBackend(scope), openmcp: await startModernBackend(scope) };
    const auth = { corpmcp: inject('corp'), hubmcp: inject('hub'), openmcp: UNAUTHENTICATED };
    return { backends, config: Object.fromEntries(Object.entries(backends).map(([name, { url }]) => [name, { url, auth: auth[name] }])) };
  };

  test('each backend gets exactly what its strategy says, whoever else is called', async (t) => {
    const { backends, config } = await mcpBackends(t);
    const world = await startTwoProviders(t, { name: 'aggregate_credentials', backends: config });
    const { client } = await connectMcp(t, world.vmcp.url, { oauth: signIn(world) });
    for (const name of Object.keys(config)) await client.callTool({ name: `${name}_test_simple_text`, arguments: {} });
    const seen = (name) => [...backends[name].state.authorizations].filter((value) => value !== undefined);
    assert.deepEqual(seen('openmcp'), []);
    for (const [name, idp, owner] of [['corpmcp', world.corp, 'alice-corp'], ['hubmcp', world.hub, 'alice-hub']]) {
      assert.equal(seen(name).length, 1);
      assert.equal(await idp.ownerOf(seen(name)[0].replace('Bearer ', '')), owner);
    }
    // One line of the log a call says whom it was for.
    const line = (backend) => world.vmcp.events.find(({ event, path, mcp_method: method, backend: whose }) => event === 'request' && path === '/mcp' && method === 'tools/call' && whose === backend);
    await until('all calls are logged', () => Object.keys(config).every(line));
    for (const [name, strategy, provider] of [['corpmcp', 'upstream_inject', 'corp'], ['hubmcp', 'upstream_inject', 'hub'], ['openmcp', 'unauthenticated', undefined]]) {
      const { ms, backend_ms: backendMs, ...rest } = line(name);
      assert.deepEqual([rest.method, rest.route, rest.status, rest.backend_status, rest.strategy, rest.provider], ['POST', 'mcp', 200, 200, strategy, provider]);
      assert.ok(backendMs > 0 && ms >= backendMs && rest.auth_ms > 0);
    }
    const list = world.vmcp.events.find(({ event, mcp_method: method }) => event === 'request' && method === 'initialize');
    assert.equal(list.backend, undefined, 'what concerns all backends names none');
  });

  test('a session is of use to nobody but the user who opened it', async (t) => {
    const { backends, config } = await mcpBackends(t);
    const world = await startTwoProviders(t, { name: 'aggregate_sessions', backends: config });
    const { client, transport } = await connectMcp(t, world.vmcp.url, { oauth: signIn(world) });
    const stranger = new MemoryOAuthProvider({ persona: { user: (page) => `mallory-${page.url.port}` }, scope: 'openid offline_access' });
    const { client: other } = await connectMcp(t, world.vmcp.url, { oauth: stranger });
    const token = stranger.savedTokens.access_token;
    const headers = { 'mcp-session-id': transport.sessionId };
    assert.equal((await postMcp(world.vmcp.url, token, { message: rpc('tools/list'), headers })).status, 404);
    assert.equal((await fetch(world.vmcp.url, { headers: { ...headers, authorization: `Bearer ${token}`, accept: 'text/event-stream' } })).status, 404);
    assert.equal((await fetch(world.vmcp.url, { method: 'DELETE', headers: { ...headers, authorization: `Bearer ${token}` } })).status, 404);
    assert.equal((await postMcp(world.vmcp.url, undefined, { message: rpc('tools/list'), headers })).status, 401);
    // A cursor is bound to its user too.
    backends.corpmcp.state.moreTools = Array.from({ length: 1_100 }, (_, i) => ({ name: `more${i}`, inputSchema: { type: 'object' } }));
    const nextCursor = await until('there is a second page', async () => (await client.listTools()).nextCursor, { every: 300 });
    assert.ok((await client.listTools({ cursor: nextCursor })).tools.length > 0);
    await assert.rejects(other.listTools({ cursor: nextCursor }), { code: -32602 });
    await assert.rejects(client.listPrompts({ cursor: nextCursor }), { code: -32602 });
    await assert.rejects(client.listTools({ cursor: `${nextCursor.slice(0, -4)}AAAA` }), { code: -32602 });
    assert.equal((await fetch(`${world.vmcp.origin}/status`)).status, 401);
    assert.equal((await fetch(`${world.vmcp.origin}/status`, { headers: { authorization: `Bearer ${token}` } })).status, 200);
  });

  for (const strict of [false, true]) {
    test(`a provider's token cannot be refreshed${strict ? ', with --strict-upstreams' : ''}`, async (t) => {
      const { config } = await mcpBackends(t);
      const shortLived = { accessTokenSeconds: () => 8 };
      const world = await startTwoProviders(t, { name: `aggregate_missing_${strict}`, backends: config, hub: shortLived, args: strict ? ['--strict-upstreams'] : [] });
      const { client, oauth } = await connectMcp(t, world.vmcp.url, { oauth: signIn(world) });
      const before = (await client.listTools()).tools.map(({ name }) => name);
      assert.ok(before.includes('hubmcp_test_simple_text'));
      await client.callTool({ name: 'hubmcp_test_simple_text', arguments: {} });
      world.hub.server.removeAllListeners('request');
      world.hub.server.on('request', (request, response) => response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}'));
      await untilTime(Date.now() + 9_000);

      const modern = new ModernClient(world.vmcp.url, { token: oauth.savedTokens.access_token });
      if (strict) {
        const refused = await until('everything is refused', async () => { const response = await modern.post('tools/list'); return response.status === 401 && response; }, { ms: 20_000, every: 500 });
        assert.match(refused.headers.get('www-authenticate'), /resource_metadata=/);
        return;
      }
      const failed = await until('the call fails', async () => (await modern.request('tools/call', { name: 'hubmcp_test_simple_text', arguments: {} })).error, { ms: 20_000, every: 500 });
      assert.match(failed.message, /provider "hub"/);
      assert.match(failed.message, /sign in again|http:\/\/127\.0\.0\.1/);
      assert.equal(failed.data.provider, 'hub');
      await assert.rejects(client.callTool({ name: 'hubmcp_test_simple_text', arguments: {} }), /provider "hub"/);
      assert.deepEqual((await client.listTools()).tools.map(({ name }) => name), before);
      assert.equal((await client.callTool({ name: 'corpmcp_test_simple_text', arguments: {} })).content.length, 1);
      assert.equal((await client.callTool({ name: 'openmcp_test_simple_text', arguments: {} })).content.length, 1);
    });
  }
});
