// What a backend does wrong stays its own: the others answer, the client is told which one failed, nothing is called twice.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Scope } from './support/cleanup.mjs';
import { startLegacyBackend } from './support/legacy_backend.mjs';
import { startModernBackend } from './support/modern_backend.mjs';
import { ModernClient } from './support/modern_client.mjs';
import { UNAUTHENTICATED, resourceServerConfig } from './support/runtime_config.mjs';
import { DIE, GARBAGE, HANG, switchable } from './support/switchable.mjs';
import { startVmcpauth } from './support/vmcpauth.mjs';
import { until, within } from './support/wait.mjs';

const open = (backends) => Object.fromEntries(Object.entries(backends).map(([name, { url }]) => [name, { url, auth: UNAUTHENTICATED }]));
const serve = (scope, backends, vmcp, name) => startVmcpauth(scope, { files: resourceServerConfig({ incoming: { type: 'anonymous' }, backends: open(backends), vmcp }), name });

async function connect(scope, url) {
  const client = new Client({ name: 'faults', version: '1' }, { capabilities: {} });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  scope.after(() => client.close());
  return client;
}
const names = async (client) => (await client.listTools()).tools.map(({ name }) => name);
const residentMegabytes = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

describe('one backend fails', { timeout: 240_000 }, () => {
  const scope = new Scope();
  after(() => scope.close());
  let good, bad, faults, vmcp;
  before(async () => {
    good = await startModernBackend(scope);
    bad = await startLegacyBackend(scope);
    faults = switchable(bad);
    vmcp = await serve(scope, { good, bad }, { operational: { timeouts: { perWorkload: { bad: '2s' } }, failureHandling: { healthCheckInterval: '1s', unhealthyThreshold: 1 } } }, 'aggregate_faults');
  });
  beforeEach(() => faults.recover());

  const failsAlone = async (t, client, pattern) => {
    const failed = assert.rejects(client.callTool({ name: 'bad_test_simple_text', arguments: {} }), pattern);
    const fine = await within(1_900, 'the good backend answers meanwhile', client.callTool({ name: 'good_test_simple_text', arguments: {} }));
    assert.equal(fine.content.length, 1);
    await failed;
    assert.ok((await names(client)).includes('bad_test_simple_text'), 'still listed from the last good answer');
  };

  test('it hangs: the call ends with its time, a list does not wait for it twice', async (t) => {
    const client = await connect(t, vmcp.url);
    await names(client);
    faults.become(HANG);
    await failsAlone(t, client, /backend "bad".*|did not answer in time/);
    assert.equal(faults.requests > 0, true);
  });

  test('it dies in the middle of a call: the client is told, and it is not called again', async (t) => {
    const client = await connect(t, vmcp.url);
    await client.callTool({ name: 'bad_test_simple_text', arguments: {} });
    let calls = 0;
    faults.become((request, response) => {
      let text = '';
      request.on('data', (chunk) => { text += chunk; });
      request.on('end', () => { if (text.includes('tools/call')) calls += 1; });
      DIE(request, response);
    });
    await assert.rejects(client.callTool({ name: 'bad_test_simple_text', arguments: {} }), /bad/);
    assert.equal(calls, 1);
  });

  for (const [what, handler] of Object.entries(GARBAGE)) {
    test(`it answers ${what}`, async (t) => {
      const client = await connect(t, vmcp.url);
      await names(client);
      await client.callTool({ name: 'bad_test_simple_text', arguments: {} });
      faults.become(handler);
      await failsAlone(t, client, /bad/);
    });
  }

  test('it doubles its tools: the new ones are there with the next list', async (t) => {
    const client = await connect(t, vmcp.url);
    const few = await names(client);
    bad.state.moreTools = few.filter((name) => name.startsWith('bad_')).map((name) => ({ name: `${name.slice(4)}_again`, inputSchema: { type: 'object' } }));
    const many = await until('the list has grown', async () => { const now = await names(client); return now.length > few.length && now; });
    assert.equal(many.filter((name) => name.startsWith('bad_')).length, 2 * few.filter((name) => name.startsWith('bad_')).length);
    bad.state.moreTools = [];
  });

  test('it forgets its sessions: they are opened again and the call is answered', async (t) => {
    const client = await connect(t, vmcp.url);
    await client.callTool({ name: 'bad_test_simple_text', arguments: {} });
    bad.sessions.clear();
    assert.equal((await client.callTool({ name: 'bad_test_simple_text', arguments: {} })).content.length, 1);
  });

  test('it changes its revision in the middle of a session, there and back', async (t) => {
    const young = await startModernBackend(t);
    const client = await connect(t, vmcp.url);
    const modern = new ModernClient(vmcp.url);
    await client.callTool({ name: 'bad_test_simple_text', arguments: {} });
    faults.become((request, response) => void young.handle(request, response));
    assert.equal((await client.callTool({ name: 'bad_test_simple_text', arguments: {} })).content.length, 1);
    assert.equal((await modern.complete('tools/call', { name: 'bad_test_simple_text', arguments: {} })).content.length, 1);
    assert.equal(young.state.calls, 2);
    faults.recover();
    assert.equal((await client.callTool({ name: 'bad_test_simple_text', arguments: {} })).content.length, 1);
    const status = await (await fetch(`${vmcp.origin}/status`)).json();
    assert.equal(status.backends.find(({ name }) => name === 'bad').revision, '2025-11-25');
  });

  test('it goes away and comes back: the log and /status say so', async () => {
    faults.become((request) => request.socket.destroy());
    const health = async () => (await (await fetch(`${vmcp.origin}/status`)).json()).backends.find(({ name }) => name === 'bad').health;
    await until('it is down', async () => (await health()) === 'down');
    assert.ok(vmcp.events.some(({ event, backend }) => event === 'backend_down' && backend === 'bad'));
    faults.recover();
    await until('it is up', async () => (await health()) === 'up');
  });

  test('cancelling reaches the backend', async (t) => {
    const client = await connect(t, vmcp.url);
    await names(client);
    let cancelled = false;
    faults.become((request, response) => {
      let text = '';
      request.on('data', (chunk) => { text += chunk; });
      request.on('end', () => {
        if (text.includes('notifications/cancelled')) { cancelled = true; response.writeHead(202).end(); }
      });
    });
    const stop = new AbortController();
    const call = client.callTool({ name: 'bad_test_simple_text', arguments: {} }, undefined, { signal: stop.signal });
    await until('the call is under way', () => faults.requests > 0);
    stop.abort();
    await assert.rejects(call);
    await until('the backend was told', () => cancelled);
  });
});

// A call that may have been carried out is never sent again, whichever revision either side speaks.
describe('a call that fails reached the backend once', { timeout: 240_000 }, () => {
  const scope = new Scope();
  after(() => scope.close());
  const status = (code) => (request, response) => response.writeHead(code, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"broken"}}');
  const kinds = { hangs: HANG, dies: DIE, resets: (request) => request.socket.destroy(), ...GARBAGE, ...Object.fromEntries([401, 403, 409, 413, 429, 500, 502, 503, 504].map((code) => [`HTTP ${code}`, status(code)])) };
  const backends = {};
  let vmcp;
  before(async () => {
    Object.assign(backends, { old: await startLegacyBackend(scope), young: await startModernBackend(scope) });
    vmcp = await serve(scope, backends, { operational: { timeouts: { default: '1s' }, failureHandling: { healthCheckInterval: '1h' } } }, 'aggregate_once');
  });
  for (const name of ['old', 'young']) {
    for (const era of ['2025-11-25', '2026-07-28']) {
      test(`a ${era} client, the ${name} backend`, async (t) => {
        const faults = switchable(backends[name]);
        const legacy = era === '2025-11-25' ? await connect(t, vmcp.url) : undefined;
        const modern = new ModernClient(vmcp.url);
        const call = async () => {
          if (legacy) return legacy.callTool({ name: `${name}_test_simple_text`, arguments: {} });
          const { error, result } = await modern.request('tools/call', { name: `${name}_test_simple_text`, arguments: {} });
          if (error) throw new Error(error.message);
          return result;
        };
        await call();
        for (const [what, handler] of Object.entries(kinds)) {
          let calls = 0;
          faults.become((request, response) => {
            let text = '';
            request.on('data', (chunk) => { text += chunk; });
            request.on('end', () => {
              if (text.includes('"tools/call"')) calls += 1;
              handler(request, response);
            });
          });
          await assert.rejects(call(), new RegExp(`"${name}"`), what);
          assert.equal(calls, 1, what);
        }
        faults.recover();
        assert.equal((await call()).content.length, 1, 'and then it works again');
      });
    }
  }
});

test('the circuit breaker leaves a failing backend alone and tries again later', { timeout: 60_000 }, async (t) => {
  const good = await startModernBackend(t);
  const bad = await startModernBackend(t);
  const faults = switchable(bad);
  const vmcp = await serve(t, { good, bad }, { operational: { failureHandling: { healthCheckInterval: '1h', circuitBreaker: { enabled: true, failureThreshold: 2, timeout: '1s' } } } }, 'aggregate_breaker');
  const client = new ModernClient(vmcp.url);
  const call = () => client.request('tools/call', { name: 'bad_test_simple_text', arguments: {} });
  assert.ok((await call()).result);
  faults.become((request) => request.socket.destroy());
  for (let i = 0; i < 3; ++i) await call();
  const before = faults.requests;
  const refused = await call();
  assert.match(refused.error.message, /circuitBreaker/);
  assert.equal(faults.requests, before, 'it was not asked');
  faults.recover();
  await until('it is tried again', async () => (await call()).result);
});

test('200 sessions over 20 backends', { timeout: 240_000 }, async (t) => {
  const backends = Object.fromEntries(await Promise.all(Array.from({ length: 20 }, async (_, i) => [`b${String(i).padStart(2, '0')}`, await startModernBackend(t)])));
  const vmcp = await serve(t, backends, {}, 'aggregate_many');
  const clients = [];
  for (let i = 0; i < 200; i += 20) clients.push(...await Promise.all(Array.from({ length: 20 }, () => connect(t, vmcp.url))));
  const chosen = (i, j) => `b${String((i + j) % 20).padStart(2, '0')}_test_simple_text`;
  for (let j = 0; j < 20; ++j) {
    const results = await Promise.all(clients.map((client, i) => client.callTool({ name: chosen(i, j), arguments: {} })));
    assert.ok(results.every(({ content }) => content.length === 1));
  }
  assert.ok(Object.values(backends).every(({ state }) => state.calls === 200));
  const status = await (await fetch(`${vmcp.origin}/status`)).json();
  assert.equal(status.sessions, 200);
});

// VMCPAUTH_SOAK=50000 is the long one; here memory has to be stable over a shorter run.
test('many calls leave no memory behind', { timeout: 1_200_000 }, async (t) => {
  const total = Number(process.env.VMCPAUTH_SOAK ?? 5_000);
  const old = await startLegacyBackend(t);
  const young = await startModernBackend(t);
  const vmcp = await serve(t, { old, young }, {}, 'aggregate_soak');
  const client = await connect(t, vmcp.url);
  const modern = new ModernClient(vmcp.url);
  let done = 0;
  const sizes = [];
  const worker = async (call) => {
    for (; done < total; ++done) {
      if (done >= (sizes.length * total) / 10) sizes.push(residentMegabytes(vmcp.pid));
      await call();
    }
  };
  const run = () => Promise.all([
    ...Array.from({ length: 4 }, () => worker(() => client.callTool({ name: 'young_test_simple_text', arguments: {} }))),
    ...Array.from({ length: 2 }, () => worker(() => client.callTool({ name: 'old_test_simple_text', arguments: {} }))),
    ...Array.from({ length: 2 }, () => worker(() => modern.request('tools/call', { name: 'old_test_simple_text', arguments: {} }))),
  ]);
  const warm = total / 5;
  done = total - warm;
  await run();
  const before = residentMegabytes(vmcp.pid);
  sizes.length = done = 0;
  await run();
  const grown = residentMegabytes(vmcp.pid) - before;
  t.diagnostic(`resident megabytes over ${total} calls: ${sizes.map((size) => size.toFixed(1)).join(' ')}`);
  assert.ok(grown < 24, `${total} calls grew the process by ${grown.toFixed(1)} MB from ${before.toFixed(1)} MB`);
});
