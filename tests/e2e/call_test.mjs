// `vmcpauth call` as the signed-in user: against serve, the MCP SDK's own server with its own authorization, server-everything
// (open), and servers that misbehave. Exit statuses, both revisions, progress, renewal, Ctrl-C.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { Scope, closeServer, listenOnLoopback } from './support/cleanup.mjs';
import { startEverything } from './support/everything.mjs';
import { logIn, startLogin } from './support/login_process.mjs';
import { startSdkServer } from './support/protected_servers.mjs';
import { startScriptedMcp } from './support/scripted_mcp.mjs';
import { startVmcpauth } from './support/vmcpauth.mjs';
import { until } from './support/wait.mjs';

async function call(t, args, options = {}) {
  const running = startLogin(t, ['call', ...args], options);
  if (options.input !== undefined) running.child.stdin.end(options.input);
  const { code, signal } = await running.end(options.ms);
  return { code, signal, stdout: running.stdout, stderr: running.stderr };
}

describe('against serve', { timeout: 180_000 }, () => {
  const scope = new Scope();
  let vmcp;
  let stateDir;
  let url;
  before(async () => {
    vmcp = await startVmcpauth(scope, { name: 'call_serve' });
    const backends = [...new Set([...vmcp.stdout.matchAll(/\/mcp\/([a-z0-9-]+)/g)].map(([, name]) => name))];
    url = `${vmcp.url}/${backends[0]}`;
    const done = await logIn(scope, url, new Browser({ user: 'grace' }));
    assert.equal(done.code, 0, done.stderr);
    stateDir = done.stateDir;
  });
  after(() => scope.close());

  test('lists, calls and describes, for people', async (t) => {
    const tools = await call(t, [url, 'tools/list'], { stateDir });
    assert.equal(tools.code, 0, tools.stderr);
    assert.match(tools.stdout, /^whoami/m);
    const said = await call(t, [url, 'tools/call', 'whoami'], { stateDir });
    assert.equal(said.code, 0, said.stderr);
    assert.match(said.stdout, /grace/i);
    const discovered = await call(t, [url, 'server/discover'], { stateDir });
    assert.equal(discovered.code, 0, discovered.stderr);
    assert.match(discovered.stdout, /capabilities\s+tools/);
  });

  for (const revision of ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26']) {
    test(`in revision ${revision}, for programs`, async (t) => {
      const { code, stdout, stderr } = await call(t, [url, 'tools/call', 'whoami', '--json', '--revision', revision], { stateDir });
      assert.equal(code, 0, stderr);
      const answer = JSON.parse(stdout);
      assert.equal(answer.revision, revision);
      assert.equal(answer.method, 'tools/call');
      assert.match(JSON.stringify(answer.result.content), /grace/i);
    });
  }

  test('an unknown tool is the answer no; a mistyped command line is a usage error', async (t) => {
    const unknown = await call(t, [url, 'tools/call', 'nope'], { stateDir });
    assert.equal(unknown.code, 1, unknown.stderr);
    for (const args of [[url], [url, 'tools/call'], ['not a url', 'tools/list'], [url, 'tools/list', '--header', 'Authorization: x'], [url, 'tools/list', '--bogus']]) {
      const { code, stderr } = await call(t, args, { stateDir });
      assert.equal(code, 2, `${args}: ${stderr}`);
    }
  });

  test('without a credential it says how to get one, status 4; with --login it signs in once', async (t) => {
    const refused = await call(t, [url, 'tools/list']);
    assert.equal(refused.code, 4, refused.stderr);
    assert.match(refused.stderr, /vmcpauth login|--login/);
    assert.equal(refused.stdout, '');
    const running = startLogin(t, ['call', url, 'tools/call', 'whoami', '--login', '--no-browser']);
    await new Browser({ user: 'ada' }).visit(await running.signInUrl());
    assert.equal((await running.end()).code, 0, running.output);
    assert.match(running.stdout, /ada/i);
  });
});

test('the SDK\'s server with its own authorization', { timeout: 90_000 }, async (t) => {
  const server = await startSdkServer(t);
  const done = await logIn(t, server.url, new Browser({ user: 'grace' }));
  assert.equal(done.code, 0, done.stderr);
  const { code, stdout, stderr } = await call(t, [server.url, 'tools/list', '--json'], { stateDir: done.stateDir });
  assert.equal(code, 0, stderr);
  assert.ok(JSON.parse(stdout).result.tools.length > 0, stdout);
});

describe('server-everything, open', { timeout: 120_000 }, () => {
  const scope = new Scope();
  let url;
  before(async () => { ({ url } = await startEverything(scope)); });
  after(() => scope.close());

  test('arguments get the types of the schema; lists are complete', async (t) => {
    const sum = await call(t, [url, 'tools/call', 'get-sum', '--arg', 'a=40', '--arg', 'b=2']);
    assert.equal(sum.code, 0, sum.stderr);
    assert.match(sum.stdout, /42/);
    const wrong = await call(t, [url, 'tools/call', 'get-sum', '--arg', 'a=forty', '--arg', 'b=2']);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /argument a must be number, not forty/);
    const resources = await call(t, [url, 'resources/list', '--json']);
    assert.ok(JSON.parse(resources.stdout).result.resources.length > 0);
    const prompt = await call(t, [url, 'prompts/get', 'args-prompt', '--arg', 'city=Bern']);
    assert.equal(prompt.code, 0, prompt.stderr);
    assert.match(prompt.stdout, /Bern/);
  });

  test('progress is shown while it comes, the result stays clean', async (t) => {
    const { code, stdout, stderr } = await call(t, [url, 'tools/call', 'trigger-long-running-operation', '--arg', 'duration=1', '--arg', 'steps=3']);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /\[#+ *\] +100% +3\/3/);
    assert.doesNotMatch(stdout, /%/);
  });

  test('Ctrl-C ends it at once', async (t) => {
    const running = startLogin(t, ['call', url, 'tools/call', 'trigger-long-running-operation', '--arg', 'duration=30', '--arg', 'steps=60']);
    await until('progress comes', () => running.stderr.includes('%'), { ms: 20_000 });
    const before = Date.now();
    running.child.kill('SIGINT');
    const { code } = await running.end();
    assert.equal(code, 3, running.output);
    assert.ok(Date.now() - before < 5000);
  });
});

test('an expired token is renewed, once', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  const done = await logIn(t, server.url, new Browser());
  assert.equal(done.code, 0, done.stderr);
  server.tokens.clear();
  const before = server.count('/token');
  const { code, stderr } = await call(t, [server.url, 'tools/list'], { stateDir: done.stateDir });
  assert.equal(code, 0, stderr);
  assert.equal(server.count('/token'), before + 1);
  assert.doesNotMatch(stderr, /marker-/);
});

describe('servers that misbehave', { timeout: 60_000 }, () => {
  const faults = {
    'no JSON': [(request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello'), 3, /JSON-RPC|initialize/],
    'a stream that ends': [(request, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(': nothing\n\n'), 3, /ended without the answer/],
    'a redirect': [(request, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/other' }).end(), 3, /redirects to/],
    'a server error': [(request, response) => response.writeHead(500).end('boom'), 3, /500/],
    'nothing there': [(request, response) => response.writeHead(404).end(), 3, /404/],
    'a refusal without a challenge': [(request, response) => response.writeHead(401).end(), 4, /sign|login|credential/i],
    'control characters': [(request, response) => response.writeHead(400, { 'content-type': 'text/plain' }).end('\x1b[2Jboo'), 3, /boo/],
  };
  for (const [name, [answer, status, words]] of Object.entries(faults)) {
    test(name, async (t) => {
      const server = createServer(answer);
      const origin = await listenOnLoopback(server);
      t.after(() => closeServer(server));
      const { code, stdout, stderr } = await call(t, [`${origin}/mcp`, 'ping']);
      assert.equal(code, status, stderr);
      assert.match(stderr, words);
      assert.equal(stdout, '');
      assert.doesNotMatch(stderr, /\x1b/);
    });
  }

  test('nobody listens', async (t) => {
    const { code, stderr } = await call(t, ['http://127.0.0.1:1/mcp', 'ping']);
    assert.equal(code, 3, stderr);
  });
});
