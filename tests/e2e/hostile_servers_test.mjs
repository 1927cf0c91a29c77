// A malicious MCP server against the person who signs in to it, and a malicious web page or program against the receiver on
// loopback: the login ends, says why, sends nothing to anybody else, and leaves the terminal as it was.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { closeServer, listenOnLoopback } from './support/cleanup.mjs';
import { logIn, startLogin } from './support/login_process.mjs';
import { startScriptedMcp } from './support/scripted_mcp.mjs';

const METADATA = '/.well-known/oauth-authorization-server';
const RESOURCE = '/.well-known/oauth-protected-resource/mcp';
const EVIL = '\u001b]0;owned\u0007\u001b[2J\u009b31m\r\u202eevil';
const reply = (status, headers = {}, body = '') => (_request, response) => response.writeHead(status, headers).end(body);
const json = (status, body) => reply(status, { 'content-type': 'application/json' }, JSON.stringify(body));
const challenge = (url) => reply(401, { 'www-authenticate': `Bearer resource_metadata="${url}"` });

// No byte that moves a cursor, changes a title or turns text round.
const assertHarmless = (text) => assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);

// A server beside it that must not be asked.
async function startStranger(t) {
  const seen = [];
  const server = createServer((request, response) => { seen.push(request.url); response.end('{}'); });
  const origin = await listenOnLoopback(server);
  t.after(() => closeServer(server));
  return { origin, seen };
}

describe('metadata', { timeout: 120_000, concurrency: 3 }, () => {
  const faults = {
    'named by file:': [(s) => { s.answers['/mcp'] = challenge('file:///etc/passwd'); }, /nobody came back/],
    'named in a private network': [(s) => { s.answers['/mcp'] = challenge('https://169.254.169.254/latest/meta-data'); }, /169\.254\.169\.254/],
    'redirected to file:': [(s) => { s.answers[METADATA] = reply(302, { location: 'file:///etc/passwd' }); }, /publishes no metadata/],
    'nested a thousand deep': [(s) => { s.answers[RESOURCE] = reply(200, { 'content-type': 'application/json' }, '{"a":'.repeat(1000) + '1' + '}'.repeat(1000)); }, /cannot be used|deep|nest/],
    'with a member twice': [(s) => { s.answers[METADATA] = (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(`{"issuer":"${s.origin}","issuer":"https://other.example"}`); }, /twice|duplicate/i],
    'with twenty-one issuers': [(s) => { s.resource = (at) => ({ resource: at('/mcp'), authorization_servers: Array.from({ length: 21 }, (_, i) => `https://as${i}.example`) }); }, /more than 20/],
    'with an issuer in a private network': [(s) => { s.resource = (at) => ({ resource: at('/mcp'), authorization_servers: ['https://10.0.0.1'] }); }, /10\.0\.0\.1/],
    'with an issuer that is no URL': [(s) => { s.resource = (at) => ({ resource: at('/mcp'), authorization_servers: [`https://${EVIL}`] }); }, /authorization server|issuer/],
    'with a javascript: authorization endpoint': [(s) => { const usual = s.metadata; s.metadata = (at) => ({ ...usual(at), authorization_endpoint: 'javascript:alert(1)' }); }, /authorization_endpoint/],
    'with a file: token endpoint': [(s) => { const usual = s.metadata; s.metadata = (at) => ({ ...usual(at), token_endpoint: 'file:///etc/passwd' }); }, /token_endpoint/],
    'that never ends': [(s) => { s.answers[RESOURCE] = (_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }); const send = () => { if (!response.destroyed) { response.write('{"x":1,'.padEnd(4096, ' ')); setTimeout(send, 1); } }; send(); }; }, /sent more than \d+ bytes/],
  };
  for (const [what, [change, says]] of Object.entries(faults)) {
    test(what, async (t) => {
      const server = await startScriptedMcp(t);
      change(server);
      const login = startLogin(t, ['login', server.url, '--no-browser', '--timeout', '5s']);
      const { code } = await login.end(60_000);
      assert.ok(code === 1 || code === 3, `${code}\n${login.output}`);
      assert.match(login.stderr, says);
      assertHarmless(login.output);
      assert.equal(server.count('/authorize'), 0);
    });
  }

  test('a redirect to another host is not followed', async (t) => {
    const stranger = await startStranger(t);
    for (const path of ['/mcp', RESOURCE, METADATA, '/register']) {
      const server = await startScriptedMcp(t);
      server.answers[path] = reply(307, { location: `${stranger.origin}/stolen` });
      const login = startLogin(t, ['login', server.url, '--no-browser', '--timeout', '2s']);
      const { code } = await login.end();
      assert.ok(code === 1 || code === 3, `${path}: ${code}\n${login.output}`);
    }
    assert.deepEqual(stranger.seen, []);
  });

  test('code and verifier do not follow a redirect of the token endpoint, nor the token one of the server', async (t) => {
    const stranger = await startStranger(t);
    const server = await startScriptedMcp(t);
    server.answers['/token'] = reply(307, { location: `${stranger.origin}/stolen` });
    const login = await logIn(t, server.url, new Browser());
    assert.equal(login.code, 3, login.stderr);
    assert.match(login.stderr, /307/);
    const other = await startScriptedMcp(t);
    other.answers['/mcp'] = (request, response) => (request.headers.authorization ? response.writeHead(307, { location: `${stranger.origin}/stolen` }).end() : 'as usual');
    const second = await logIn(t, other.url, new Browser());
    assert.doesNotMatch(second.stdout + second.stderr, /marker-access/);
    assert.deepEqual(stranger.seen, []);
  });
});

describe('words', { timeout: 120_000, concurrency: 3 }, () => {
  test('of a refusal, a denial and a registration reach the terminal without their controls', async (t) => {
    const server = await startScriptedMcp(t);
    server.answers['/authorize'] = (_request, response, { url }) => server.authorize(response, url.searchParams, { code: undefined, error: 'access_denied', error_description: EVIL });
    const denied = await logIn(t, server.url, new Browser());
    assert.equal(denied.code, 1, denied.stderr);
    assertHarmless(denied.stderr);
    assert.doesNotMatch(denied.page.html, /\u001b|\u202e/);
    server.answers['/token'] = json(400, { error: 'invalid_grant', error_description: EVIL, error_uri: `https://x/${EVIL}` });
    delete server.answers['/authorize'];
    const refused = await logIn(t, server.url, new Browser());
    assert.equal(refused.code, 3, refused.stderr);
    assertHarmless(refused.stderr);
    server.answers['/register'] = json(400, { error: 'invalid_client_metadata', error_description: EVIL });
    const closed = startLogin(t, ['login', server.url, '--no-browser', '-v']);
    assert.equal((await closed.end()).code, 3);
    assertHarmless(closed.output);
  });

  test('of a client id, scopes and a device code are harmless as well', async (t) => {
    const server = await startScriptedMcp(t);
    server.answers['/register'] = (_request, response, { body }) => json(201, { ...JSON.parse(body), client_id: `client${EVIL}` })(_request, response);
    const usual = server.metadata;
    server.metadata = (at) => ({ ...usual(at), device_authorization_endpoint: at('/device') });
    const login = startLogin(t, ['login', server.url, '--no-browser', '-v', '--timeout', '1s']);
    await login.end();
    assertHarmless(login.output);
    server.answers['/device'] = json(200, { device_code: 'd', user_code: `AB${EVIL}`, verification_uri: server.at('/x'), expires_in: 1, interval: 1 });
    server.answers['/token'] = json(400, { error: 'authorization_pending' });
    const device = startLogin(t, ['login', server.url, '--device', '-v', '--client-id', 'x']);
    assert.equal((await device.end()).code, 1, device.output);
    assertHarmless(device.output);
    server.answers['/device'] = json(200, { device_code: 'd', user_code: 'AB', verification_uri: 'javascript:alert(1)', expires_in: 1, interval: 1 });
    const page = startLogin(t, ['login', server.url, '--device', '--client-id', 'x']);
    assert.equal((await page.end()).code, 3, page.output);
    assert.match(page.stderr, /verification_uri/);
  });

  test('of tools and errors are harmless in call and doctor', async (t) => {
    const server = await startScriptedMcp(t);
    const done = await logIn(t, server.url, new Browser());
    assert.equal(done.code, 0, done.stderr);
    server.answers['/mcp'] = (request, response, { body }) => {
      if (!request.headers.authorization || request.method !== 'POST') return 'as usual';
      const { id, method } = JSON.parse(body);
      if (method === 'initialize') return 'as usual';
      if (method === 'tools/list') return json(200, { jsonrpc: '2.0', id, result: { tools: [{ name: `tool${EVIL}`, description: EVIL, inputSchema: { type: 'object', properties: { [EVIL]: { type: EVIL } } } }] } })(request, response);
      return json(200, { jsonrpc: '2.0', id: id ?? null, error: { code: -32000, message: EVIL, data: { reason: EVIL } } })(request, response);
    };
    for (const words of [['call', server.url, 'ping'], ['call', server.url, 'tools/call', 'x'], ['doctor', server.url], ['doctor', server.url, '-v']]) {
      const running = startLogin(t, words, { stateDir: done.stateDir });
      await running.end();
      assertHarmless(running.stderr);
      if (words[0] === 'doctor') assertHarmless(running.stdout);
    }
  });
});

describe('the receiver on loopback', { timeout: 120_000 }, () => {
  // One request, byte for byte, and the beginning of the answer.
  const raw = (port, text) => new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(text));
    let answer = '';
    socket.on('data', (chunk) => { answer += chunk; });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.setTimeout(10_000, () => socket.destroy());
  });

  test('neither a rebound name, nor a foreign page, nor noise gets in the way of the login', async (t) => {
    const server = await startScriptedMcp(t);
    const login = startLogin(t, ['login', server.url, '--no-browser']);
    const url = await login.signInUrl();
    const { port } = new URL(url.searchParams.get('redirect_uri'));
    const state = url.searchParams.get('state');
    const status = async (text) => Number(/^HTTP\/1\.1 (\d+)/.exec(await raw(port, text))?.[1]);
    const get = (target, headers = `Host: 127.0.0.1:${port}\r\n`) => `GET ${target} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`;
    // DNS rebinding: the page's own name, even with the right state.
    assert.equal(await status(get(`/callback?code=stolen&state=${state}`, `Host: evil.example:${port}\r\n`)), 421);
    assert.equal(await status(get(`/callback?code=stolen&state=${state}`, `Host: localhost:${port}\r\n`)), 421);
    assert.ok([400, 421].includes(await status(get(`/callback?code=stolen&state=${state}`, ''))));
    assert.equal(await status(get('/callback?code=guessed&state=guessed')), 400);
    assert.equal(await status(get('/callback')), 400);
    assert.equal(await status(get('/%2e%2e/callback')), 404);
    assert.equal(await status(`POST /callback HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`), 405);
    assert.ok([400, 414, 431].includes(await status(get(`/callback?x=${'y'.repeat(100_000)}`))));
    await raw(port, `\u0000\u0001\u0002${'x'.repeat(2000)}\r\n\r\n`);
    assert.equal(server.count('/token'), 0);
    // A hundred connections that say nothing.
    const idle = Array.from({ length: 100 }, () => connect(port, '127.0.0.1').on('error', () => {}));
    t.after(() => idle.forEach((socket) => socket.destroy()));
    const page = await new Browser().visit(url);
    assert.match(page.text, /Signed in/);
    assert.match(page.headers.get('content-security-policy'), /default-src 'none'/);
    assert.equal((await login.end()).code, 0, login.output);
    assert.doesNotMatch(login.output, /marker-/);
  });

  test('localhost is its name when asked for, on both addresses, and then 127.0.0.1 is not', async (t) => {
    const server = await startScriptedMcp(t);
    const login = startLogin(t, ['login', server.url, '--no-browser', '--redirect-host', 'localhost']);
    const url = await login.signInUrl();
    const redirect = new URL(url.searchParams.get('redirect_uri'));
    assert.equal(redirect.hostname, 'localhost');
    assert.equal((await fetch(`http://127.0.0.1:${redirect.port}/callback`)).status, 421);
    const page = await new Browser().visit(url);
    assert.match(page.text, /Signed in/);
    assert.equal((await login.end()).code, 0, login.output);
    // The earlier registration, with its name, is used again.
    const again = startLogin(t, ['login', server.url, '--no-browser', '-v'], { stateDir: login.stateDir });
    assert.equal(new URL((await again.signInUrl()).searchParams.get('redirect_uri')).href, redirect.href);
    assert.match(again.stderr, /of the earlier login/);
    const wrong = startLogin(t, ['login', server.url, '--redirect-host', 'evil.example']);
    assert.equal((await wrong.end()).code, 2, wrong.output);
  });
});
