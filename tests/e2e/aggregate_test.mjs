// One /mcp for a 2025-11-25 and a 2026-07-28 backend, used by clients of both revisions: everything that passes between the
// two sides, in every combination.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Scope } from './support/cleanup.mjs';
import { event, startHostile, stream } from './support/hostile_backend.mjs';
import { startLegacyBackend } from './support/legacy_backend.mjs';
import { startLegacyClient, words } from './support/legacy_client.mjs';
import { startModernBackend } from './support/modern_backend.mjs';
import { ModernClient, events } from './support/modern_client.mjs';
import { postMcp, rpc } from './support/mcp_http.mjs';
import { UNAUTHENTICATED, resourceServerConfig } from './support/runtime_config.mjs';
import { switchable } from './support/switchable.mjs';
import { startVmcpauth } from './support/vmcpauth.mjs';
import { until } from './support/wait.mjs';

const ANONYMOUS = { type: 'anonymous' };
const open = (backends) => Object.fromEntries(Object.entries(backends).map(([name, { url }]) => [name, { url, auth: UNAUTHENTICATED }]));

const modernAnswer = (request) => {
  if (request.method === 'sampling/createMessage') return { role: 'assistant', model: 'none', content: { type: 'text', text: 'Paris' } };
  if (request.method === 'roots/list') return { roots: [{ uri: 'file:///e2e' }] };
  return { action: 'accept', content: { response: 'blue', name: 'Ada', color: 'green', ok: true } };
};

describe('two backends of two revisions', { timeout: 240_000 }, () => {
  const scope = new Scope();
  after(() => scope.close());
  let legacy, modern, vmcp;

  before(async () => {
    legacy = await startLegacyBackend(scope);
    modern = await startModernBackend(scope);
    vmcp = await startVmcpauth(scope, { files: resourceServerConfig({ incoming: ANONYMOUS, backends: open({ old: legacy, young: modern }) }), name: 'aggregate' });
  });

  test('both clients see the tools, prompts and resources of both backends, in the same order', async (t) => {
    const client = await startLegacyClient(t, vmcp.url);
    const { tools } = await client.listTools();
    const names = tools.map(({ name }) => name);
    assert.deepEqual(names, [...names].sort());
    assert.ok(names.includes('old_test_simple_text') && names.includes('young_test_simple_text') && names.includes('young_test_missing_capability'));
    const { result } = await new ModernClient(vmcp.url).request('tools/list');
    assert.deepEqual(result.tools.map(({ name }) => name), names);
    assert.deepEqual([result.resultType, result.cacheScope, typeof result.ttlMs], ['complete', 'private', 'number']);
    const { prompts } = await client.listPrompts();
    assert.ok(prompts.some(({ name }) => name === 'old_test_simple_prompt') && prompts.some(({ name }) => name === 'young_test_simple_prompt'));
    const { resources } = await client.listResources();
    assert.deepEqual(resources.map(({ uri }) => uri), ['test://static-binary', 'test://static-text', 'test://watched-resource']);
    assert.equal((await client.listResourceTemplates()).resourceTemplates.length, 1);
    assert.match(client.getInstructions(), /\[old\] From 2025\.[^]*\[young\] From 2026\./);
  });

  for (const backend of ['old', 'young']) {
    test(`a 2025-11-25 client calls ${backend}: results, progress, log, sampling, elicitation, roots`, async (t) => {
      const client = await startLegacyClient(t, vmcp.url);
      assert.equal(words(await client.callTool({ name: `${backend}_test_simple_text`, arguments: {} })), 'This is a simple text response for testing.');
      const steps = [];
      await client.callTool({ name: `${backend}_test_tool_with_progress`, arguments: {} }, undefined, { onprogress: ({ progress }) => steps.push(progress) });
      assert.deepEqual(steps, [0, 50, 100]);
      await client.setLoggingLevel('debug');
      await client.callTool({ name: `${backend}_test_tool_with_logging`, arguments: {} });
      await until('log messages came', () => client.seen.filter(({ method }) => method === 'notifications/message').length >= 3);
      assert.match(words(await client.callTool({ name: `${backend}_test_sampling`, arguments: { prompt: 'Capital?' } })), /LLM response: Paris/);
      assert.match(words(await client.callTool({ name: `${backend}_test_elicitation`, arguments: { message: 'Colour?' } })), /action=accept.*blue/);
      assert.equal(words(await client.callTool({ name: `${backend}_test_roots`, arguments: {} })), 'Roots: file:///e2e');
      assert.equal((await client.callTool({ name: `${backend}_test_error_handling`, arguments: {} })).isError, true);
      assert.match((await client.getPrompt({ name: `${backend}_test_prompt_with_arguments`, arguments: { arg1: 'a', arg2: 'b' } })).messages[0].content.text, /arg1='a', arg2='b'/);
      assert.equal((await client.complete({ ref: { type: 'ref/prompt', name: `${backend}_test_prompt_with_arguments` }, argument: { name: 'arg1', value: 'par' } })).completion.values.length, 2);
    });

    test(`a 2026-07-28 client calls ${backend}: results, progress, log, sampling, elicitation in rounds`, async () => {
      const client = new ModernClient(vmcp.url, { answer: modernAnswer });
      const plain = await client.complete('tools/call', { name: `${backend}_test_simple_text`, arguments: {} });
      assert.equal(words(plain), 'This is a simple text response for testing.');
      assert.equal(plain._meta['io.modelcontextprotocol/serverInfo'].name, 'e2e');
      await client.complete('tools/call', { name: `${backend}_test_tool_with_progress`, arguments: {} }, { meta: { progressToken: 'mine' } });
      const progress = client.notifications.filter(({ method }) => method === 'notifications/progress');
      assert.deepEqual(progress.map(({ params }) => [params.progressToken, params.progress]), [['mine', 0], ['mine', 50], ['mine', 100]]);
      await client.complete('tools/call', { name: `${backend}_test_tool_with_logging`, arguments: {} });
      assert.equal(client.notifications.some(({ method }) => method === 'notifications/message'), false, 'no log without a level');
      await client.complete('tools/call', { name: `${backend}_test_tool_with_logging`, arguments: {} }, { meta: { 'io.modelcontextprotocol/logLevel': 'info' } });
      assert.equal(client.notifications.filter(({ method }) => method === 'notifications/message').length, 3);
      assert.match(words(await client.complete('tools/call', { name: `${backend}_test_sampling`, arguments: { prompt: 'Capital?' } })), /LLM response: Paris/);
      assert.match(words(await client.complete('tools/call', { name: `${backend}_test_elicitation`, arguments: { message: 'Colour?' } })), /action=accept.*blue/);
      assert.equal(words(await client.complete('tools/call', { name: `${backend}_test_roots`, arguments: {} })), 'Roots: file:///e2e');
      assert.equal((await client.complete('resources/read', { uri: 'test://template/7/data' })).contents[0].uri, 'test://template/7/data');
    });
  }

  test('a 2025-11-25 client goes through several rounds of a 2026-07-28 backend', async (t) => {
    const client = await startLegacyClient(t, vmcp.url, { answers: { elicit: () => ({ action: 'accept', content: { name: 'Ada', color: 'green', ok: true } }) } });
    assert.equal(words(await client.callTool({ name: 'young_test_input_required_result_multi_round', arguments: {} })), 'Multi-round complete for Ada who likes green');
    assert.equal(words(await client.callTool({ name: 'young_test_input_required_result_multiple_inputs', arguments: {} })), 'Name: Ada; Greeting: Paris; Roots: 1');
    const poor = await startLegacyClient(t, vmcp.url, { capabilities: {} });
    await assert.rejects(poor.callTool({ name: 'young_test_input_required_result_elicitation', arguments: {} }), /elicitation/);
  });

  test('a requestState is taken from nobody else and for nothing else', async () => {
    const client = new ModernClient(vmcp.url, { answer: modernAnswer });
    const call = { name: 'old_test_elicitation', arguments: { message: 'Colour?' } };
    const { result } = await client.request('tools/call', call);
    const inputResponses = Object.fromEntries(Object.keys(result.inputRequests).map((key) => [key, modernAnswer({})]));
    const bent = `${result.requestState.slice(0, -2)}xx`;
    assert.deepEqual(pick(await client.request('tools/call', { ...call, inputResponses, requestState: bent })), [400, -32602]);
    assert.deepEqual(pick(await client.request('tools/call', { name: 'old_test_sampling', arguments: { prompt: 'x' }, inputResponses, requestState: result.requestState })), [400, -32602]);
    assert.match(words((await client.request('tools/call', { ...call, inputResponses, requestState: result.requestState })).result), /blue/);
    assert.deepEqual(pick(await client.request('tools/call', { ...call, inputResponses, requestState: result.requestState })), [400, -32602]);
  });

  test('list changes and resource updates reach who listens', async (t) => {
    const client = await startLegacyClient(t, vmcp.url);
    const listener = await new ModernClient(vmcp.url).listen({ toolsListChanged: true, resourceSubscriptions: ['test://watched-resource'] });
    assert.deepEqual((await listener.next()).params.notifications, { toolsListChanged: true, resourceSubscriptions: ['test://watched-resource'] });
    await until('both backends are watched', () => modern.listeners.size >= 2 && legacy.servers().length >= 2);
    modern.state.moreTools = { brand_new: { run: () => ({ content: [] }) } };
    modern.changed('tools');
    await until('the 2025-11-25 client was told', () => client.seen.some(({ method }) => method === 'notifications/tools/list_changed'));
    assert.equal((await listener.next()).method, 'notifications/tools/list_changed');
    assert.ok((await client.listTools()).tools.some(({ name }) => name === 'young_brand_new'));
    modern.state.moreTools = {};
    await client.subscribeResource({ uri: 'test://watched-resource' });
    await until('the backend knows the subscription', () => legacy.state.subscribed.has('test://watched-resource'));
    for (const server of legacy.servers()) await server.sendResourceUpdated({ uri: 'test://watched-resource' });
    await until('the update came', () => client.seen.some(({ method, params }) => method === 'notifications/resources/updated' && params.uri === 'test://watched-resource'));
    const update = await listener.next();
    assert.deepEqual([update.method, update.params.uri], ['notifications/resources/updated', 'test://watched-resource']);
    listener.close();
  });

  test('_meta of nobody passes, that of a hop does not', async () => {
    const client = new ModernClient(vmcp.url);
    await client.request('tools/call', { name: 'young_test_simple_text', arguments: {} }, { meta: { 'com.example/trace': 'kept', traceparent: '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01' } });
    const meta = modern.state.metas.at(-1);
    assert.equal(meta['com.example/trace'], 'kept');
    assert.match(meta.traceparent, /^00-/);
    assert.notEqual(meta['io.modelcontextprotocol/clientInfo'].name, 'e2e-client');
    assert.deepEqual(Object.keys(meta['io.modelcontextprotocol/clientCapabilities']).sort(), ['elicitation', 'roots', 'sampling']);
  });

  test('unknown methods, names, versions and broken messages fail as the revisions say', async (t) => {
    const client = new ModernClient(vmcp.url);
    assert.deepEqual(pick(await client.request('no/such')), [404, -32601]);
    assert.equal((await client.request('tools/call', { name: 'nowhere_tool', arguments: {} })).error.code, -32602);
    assert.equal((await client.request('resources/read', { uri: 'test://none' })).error.code, -32602);
    assert.deepEqual(pick(await client.request('tools/call', { name: 'old_test_simple_text' }, { headers: { 'mcp-name': 'other' } })), [400, -32020]);
    assert.deepEqual(pick(await client.request('tools/list', {}, { headers: { 'mcp-protocol-version': '2031-01-01' }, meta: { 'io.modelcontextprotocol/protocolVersion': '2031-01-01' } })), [400, -32022]);
    assert.deepEqual(pick(await client.request('tools/list', { cursor: 'made-up' })), [200, -32602]);
    assert.deepEqual(pick(await new ModernClient(vmcp.url, { capabilities: {} }).request('tools/call', { name: 'young_test_missing_capability', arguments: {} })), [400, -32021]);
    const raw = (body, headers = {}) => fetch(vmcp.url, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers }, body });
    assert.equal((await raw('{')).status, 400);
    assert.equal((await raw('[]')).status, 400);
    assert.equal((await raw('{}', { 'content-type': 'text/plain' })).status, 415);
    assert.equal((await raw(JSON.stringify(rpc('tools/list')))).status, 400, 'no session');
    assert.equal((await raw(JSON.stringify(rpc('tools/list')), { 'mcp-session-id': 'made-up' })).status, 404);
    assert.equal((await fetch(vmcp.url, { headers: { accept: 'text/event-stream', 'mcp-session-id': 'made-up' } })).status, 404);
    const legacyOne = await startLegacyClient(t, vmcp.url);
    await assert.rejects(legacyOne.callTool({ name: 'nowhere_tool', arguments: {} }), { code: -32602 });
    await assert.rejects(legacyOne.readResource({ uri: 'test://none' }), { code: -32002 });
  });

  for (const backend of ['old', 'young']) {
    test(`a stream that breaks is taken up again where it broke: ${backend}`, async (t) => {
      const client = await startLegacyClient(t, vmcp.url);
      const headers = { accept: 'text/event-stream, application/json', 'mcp-session-id': client.mcpTransport.sessionId, 'mcp-protocol-version': '2025-11-25' };
      const stop = new AbortController();
      const call = rpc('tools/call', { name: `${backend}_test_tool_with_progress`, arguments: {}, _meta: { progressToken: 't' } }, 'mine');
      const response = await fetch(vmcp.url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(call), signal: stop.signal });
      let text = '';
      for await (const chunk of response.body) {
        text += Buffer.from(chunk).toString();
        if (text.includes('notifications/progress')) break;
      }
      stop.abort();
      const last = [...text.matchAll(/^id: (.*)$/gm)].at(-1)[1];
      const again = await fetch(vmcp.url, { headers: { ...headers, 'last-event-id': last } });
      assert.equal(again.status, 200);
      const rest = [];
      for await (const message of events(again.body)) rest.push(message);
      assert.equal(rest.at(-1).id, 'mine');
      assert.equal(rest.at(-1).result.content.length, 1);
      const seen = [...text.matchAll(/"progress":(\d+)/g)].map(([, value]) => Number(value)).concat(rest.slice(0, -1).map(({ params }) => params.progress));
      assert.deepEqual(seen, [0, 50, 100], 'nothing lost, nothing twice');
      assert.equal((await fetch(vmcp.url, { headers: { ...headers, 'last-event-id': last } })).status, 404, 'delivered and gone');
    });
  }

  test('a 2025-11-25 session ends with DELETE', async (t) => {
    const client = await startLegacyClient(t, vmcp.url);
    const session = client.mcpTransport.sessionId;
    await client.mcpTransport.terminateSession();
    const response = await postMcp(vmcp.url, undefined, { message: rpc('ping'), headers: { 'mcp-session-id': session } });
    assert.equal(response.status, 404);
  });

  test('/status says who is up, what they speak and how much they offer', async (t) => {
    await (await startLegacyClient(t, vmcp.url)).listTools();
    const status = await (await fetch(`${vmcp.origin}/status`)).json();
    assert.deepEqual(status.backends.map(({ name, health, revision }) => [name, health, revision]), [['old', 'up', '2025-11-25'], ['young', 'up', '2026-07-28']]);
    assert.ok(status.backends.every(({ tools }) => tools > 10));
    assert.ok(vmcp.events.some(({ event, backend }) => event === 'backend_offers' && backend === 'old'));
  });
});

// What one side takes back the other learns, whichever revisions the two speak.
describe('cancellation', { timeout: 60_000 }, () => {
  const scope = new Scope();
  after(() => scope.close());
  let old, young, faults, vmcp;
  before(async () => {
    old = await startHostile(scope);
    young = await startModernBackend(scope);
    faults = switchable(young);
    vmcp = await startVmcpauth(scope, { files: resourceServerConfig({ incoming: ANONYMOUS, backends: open({ old, young }) }), name: 'aggregate_cancel' });
    await new ModernClient(vmcp.url).request('tools/list');
  });

  for (const era of ['2025-11-25', '2026-07-28']) {
    test(`a ${era} client takes a call back: both backends learn it`, async (t) => {
      const client = era === '2025-11-25' ? await startLegacyClient(t, vmcp.url) : new ModernClient(vmcp.url);
      const begin = async (name) => {
        const stop = new AbortController();
        const call = client.callTool ? client.callTool({ name, arguments: {} }, undefined, { signal: stop.signal }) : client.request('tools/call', { name, arguments: {} }, { signal: stop.signal });
        return { stop, failed: assert.rejects(call) };
      };
      let called, told;
      old.on = { 'tools/call': ({ id }) => { called = id; }, 'notifications/cancelled': ({ params }, response) => { told = params.requestId; response.writeHead(202).end(); } };
      const first = await begin('old_trap');
      await until('the old backend is called', () => called !== undefined);
      first.stop.abort();
      await first.failed;
      await until('it was told', () => told !== undefined);
      assert.equal(told, called);

      let closed = false;
      faults.become((request, response) => { request.resume(); response.on('close', () => { closed = true; }); });
      const second = await begin('young_test_simple_text');
      await until('the young backend is called', () => faults.requests > 0);
      second.stop.abort();
      await second.failed;
      await until('its connection was closed', () => closed);
      faults.recover();
    });
  }

  test('a backend takes back what it asked the client, and so does the end of its call', async (t) => {
    let finish;
    old.on = {
      'tools/call': ({ id }, response) => {
        stream(response);
        for (const question of ['withdrawn', 'left']) response.write(event({ id: question, method: 'elicitation/create', params: { message: question, requestedSchema: { type: 'object', properties: {} } } }));
        finish = () => response.end(event({ method: 'notifications/cancelled', params: { requestId: 'withdrawn', reason: 'never mind' } }) + event({ id, result: { content: [] } }));
      },
    };
    const asked = new Set();
    const ended = new Set();
    const elicit = ({ params }, { signal }) => new Promise((resolve) => {
      asked.add(params.message);
      signal.addEventListener('abort', () => { ended.add(params.message); resolve({ action: 'cancel' }); });
    });
    const client = await startLegacyClient(t, vmcp.url, { answers: { elicit } });
    const call = client.callTool({ name: 'old_trap', arguments: {} });
    await until('both were asked', () => asked.size === 2);
    finish();
    await call;
    await until('both ended', () => ended.size === 2);
    assert.deepEqual(old.answers, []);
  });
});

const pick = ({ status, error }) => [status, error?.code];
