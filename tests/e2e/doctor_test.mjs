// `vmcpauth doctor` against serve (sound, with and without a login), the SDK's own server, an open server, and the same scripted
// server with one fault at a time: the rule of each fault is found by the real binary over real sockets.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { startEverything } from './support/everything.mjs';
import { logIn, startLogin } from './support/login_process.mjs';
import { startSdkServer } from './support/protected_servers.mjs';
import { startScriptedMcp } from './support/scripted_mcp.mjs';
import { startVmcpauth } from './support/vmcpauth.mjs';

async function examine(t, url, { stateDir, args = [] } = {}) {
  const running = startLogin(t, ['doctor', url, '--json', ...args], { stateDir });
  const { code } = await running.end();
  assert.equal(running.stderr, '');
  const report = JSON.parse(running.stdout);
  const rules = new Set(report.steps.flatMap((step) => step.findings.map((finding) => finding.rule)));
  return { code, report, rules, step: (id) => report.steps.find((step) => step.id === id) };
}

test('serve is sound, before and after a login', { timeout: 90_000 }, async (t) => {
  const vmcp = await startVmcpauth(t, { name: 'doctor_serve' });
  const backend = /\/mcp\/([a-z0-9-]+)/.exec(vmcp.stdout)[1];
  const url = `${vmcp.url}/${backend}`;
  const before = await examine(t, url);
  assert.deepEqual([...before.rules], [], JSON.stringify(before.report, null, 1));
  assert.equal(before.code, 0);
  assert.equal(before.step('token').verdict, 'skip');

  const done = await logIn(t, url, new Browser({ user: 'grace' }));
  assert.equal(done.code, 0, done.stderr);
  const signedIn = await examine(t, url, { stateDir: done.stateDir });
  assert.deepEqual([...signedIn.rules], [], JSON.stringify(signedIn.report, null, 1));
  assert.match(signedIn.step('token').received, /JWT, alg ES256; iss http/);
  assert.match(signedIn.step('request').received, /revision 2026-07-28, \d+ tools/);
  assert.match(signedIn.step('providers').received, /live.*live/);
  assert.doesNotMatch(JSON.stringify(signedIn.report), /eyJ[\w-]+\.[\w-]+\./);
});

test('the SDK\'s server: examined to the end', { timeout: 60_000 }, async (t) => {
  const server = await startSdkServer(t);
  const { report, rules } = await examine(t, server.url);
  assert.ok(report.steps.length >= 8, JSON.stringify(report, null, 1));
  assert.ok(!rules.has('VMA839') && !rules.has('VMA843'), JSON.stringify(report, null, 1));
});

test('an open server is told so, and its tools are counted', { timeout: 60_000 }, async (t) => {
  const { url } = await startEverything(t);
  const { rules, step } = await examine(t, url);
  assert.ok(rules.has('VMA834'));
  assert.match(step('request').received, /[1-9]\d* tools/);
});

const reply = (status, headers = {}, body = '') => (request, response) => response.writeHead(status, headers).end(body);
const challenge = (text) => (server) => { server.answers['/mcp'] = reply(401, text ? { 'www-authenticate': text } : {}); };

describe('each fault by its rule', { timeout: 240_000 }, () => {
  const faults = {
    VMA832: (s) => { s.answers['/mcp'] = (request, response) => { response.sendDate = false; response.writeHead(401, { date: 'Thu, 01 Jan 2026 00:00:00 GMT' }).end(); }; },
    VMA833: (s) => { s.answers['/mcp'] = reply(307, { location: 'http://127.0.0.1:1/' }); },
    VMA834: (s) => { s.answers['/mcp'] = reply(200, { 'content-type': 'application/json' }, '{}'); },
    VMA835: challenge(''),
    VMA836: challenge('Bearer realm="x"'),
    VMA837: challenge('Bearer resource_metadata="http://127.0.0.1:1/x"'),
    VMA838: (s) => { s.answers['/mcp'] = reply(403); },
    VMA839: (s) => { s.answers['/.well-known/oauth-protected-resource/mcp'] = reply(404); },
    VMA840: (s) => { s.answers['/.well-known/oauth-protected-resource/mcp'] = reply(200, { 'content-type': 'application/json' }, '{"resource":1}'); },
    VMA841: (s) => { s.resource = (at) => ({ resource: at('/elsewhere'), authorization_servers: [at('')] }); },
    VMA842: () => {},  // the scripted server has no CORS
    VMA843: (s) => { s.answers['/.well-known/oauth-authorization-server'] = reply(404); },
    VMA844: (s) => { s.metadata = (at) => ({ issuer: at('/'), authorization_endpoint: at('/authorize'), token_endpoint: at('/token') }); },
    VMA845: (s) => { s.answers['/.well-known/oauth-authorization-server'] = reply(200, {}, '{"issuer":'); },
    VMA846: (s) => { const usual = s.metadata; s.metadata = (at) => ({ ...usual(at), code_challenge_methods_supported: ['plain'] }); },
    VMA847: (s) => { const usual = s.metadata; s.metadata = (at) => ({ ...usual(at), registration_endpoint: undefined }); },
    VMA848: (s) => { const usual = s.metadata; s.metadata = (at) => ({ ...usual(at), authorization_response_iss_parameter_supported: false }); },
    VMA849: (s) => { const usual = s.metadata; s.metadata = (at) => ({ ...usual(at), jwks_uri: at('/jwks') }); },
    VMA850: () => {},  // nor does it look at Origin
    VMA851: () => {},  // and it redirects to whatever it is told
  };
  for (const [rule, harm] of Object.entries(faults)) {
    test(rule, async (t) => {
      const server = await startScriptedMcp(t);
      harm(server);
      const { rules, report, code } = await examine(t, server.url);
      assert.ok(rules.has(rule), JSON.stringify(report, null, 1));
      assert.equal(code, report.verdict === 'fail' ? 1 : 0);
    });
  }

  test('VMA830, nobody listens', async (t) => {
    const { rules, code } = await examine(t, 'http://127.0.0.1:1/mcp');
    assert.deepEqual([...rules], ['VMA830']);
    assert.equal(code, 1);
  });

  test('VMA858, the credential is refused', async (t) => {
    const server = await startScriptedMcp(t);
    const done = await logIn(t, server.url, new Browser());
    assert.equal(done.code, 0, done.stderr);
    server.tokens.clear();
    server.refresh = undefined;
    const { rules, report } = await examine(t, server.url, { stateDir: done.stateDir });
    assert.ok(rules.has('VMA858'), JSON.stringify(report, null, 1));
    assert.doesNotMatch(JSON.stringify(report), /marker-/);
  });

  test('VMA854, an expired token that nothing renews is read all the same', async (t) => {
    const server = await startScriptedMcp(t);
    const robot = { env: { ROBOT: 'marker-robot-secret' } };
    server.answers['/token'] = (_request, response) => {
      server.tokens.add('marker-opaque');
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ access_token: 'marker-opaque', token_type: 'Bearer', expires_in: 1 }));
    };
    const login = startLogin(t, ['login', server.url, '--assertion-env', 'ROBOT', '--client-id', 'robot'], robot);
    assert.equal((await login.end()).code, 0, login.output);
    const until = Date.now() + 20_000;
    let seen;
    do {
      seen = await examine(t, server.url, { stateDir: login.stateDir });
    } while (!seen.rules.has('VMA854') && Date.now() < until);  // it has a second to expire
    assert.ok(seen.rules.has('VMA854'), JSON.stringify(seen.report, null, 1));
    assert.match(seen.step('request').received, /the environment variable ROBOT is not set/);
    assert.equal(seen.code, 1);
  });

  // Which of two rules it is hangs on the error's data and not on its words.
  const refusals = {
    VMA860: { message: 'no token of hub', data: { backend: 'repositories', reason: 'upstream_token', provider: 'hub' } },
    VMA859: { message: 'sign in to the newsletter', data: { reason: 'unavailable' } },
  };
  for (const [rule, error] of Object.entries(refusals)) {
    test(`${rule}, the list of tools is refused`, async (t) => {
      const server = await startScriptedMcp(t);
      const done = await logIn(t, server.url, new Browser());
      assert.equal(done.code, 0, done.stderr);
      server.answers['/mcp'] = (request, response, { body }) => {
        if (!request.headers.authorization || !body.includes('"tools/list"')) return 'as usual';
        return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(body).id, error: { code: -32603, ...error } }));
      };
      const { rules, report } = await examine(t, server.url, { stateDir: done.stateDir });
      assert.deepEqual([...rules].filter((id) => id === 'VMA859' || id === 'VMA860'), [rule], JSON.stringify(report, null, 1));
    });
  }
});

test('for people it is a table that ends with a count', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  const running = startLogin(t, ['doctor', server.url]);
  const { code } = await running.end();
  assert.equal(code, 1, running.output);
  assert.match(running.stdout, /^pass {2,}Reach the server$/m);
  assert.match(running.stdout, /VMA851 error: The authorization endpoint redirects/);
  assert.match(running.stdout, /^\d+ passed, \d+ warned, [1-9]\d* failed, 4 skipped$/m);
  assert.doesNotMatch(running.stdout, /\x1b/);
});
