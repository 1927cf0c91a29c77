// Everything that can go wrong in a login, against servers that misbehave: each ends with one clear sentence, the right status,
// nothing stored and no secret printed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { closeServer, listenOnLoopback } from './support/cleanup.mjs';
import { logIn, startLogin } from './support/login_process.mjs';
import { startScriptedMcp } from './support/scripted_mcp.mjs';
import { scratchDir } from './support/vmcpauth.mjs';

const stored = (stateDir) => {
  try {
    return readdirSync(join(stateDir, 'vmcpauth', 'credentials')).filter((name) => name.endsWith('.credential'));
  } catch {
    return [];
  }
};

// A login that fails before, at or after the browser; resolves to its output.
async function fails(t, server, { code, says, args = [], browser = true, env }) {
  const login = startLogin(t, ['login', server.url, '--no-browser', ...args], { env });
  if (browser) await new Browser().visit(await login.signInUrl());
  const ended = await login.end();
  assert.match(login.stderr, says);
  assert.equal(ended.code, code, login.output);
  assert.doesNotMatch(login.output, /marker-(code|access|refresh)/);
  assert.deepEqual(stored(login.stateDir), []);
  return login;
}

const METADATA = '/.well-known/oauth-authorization-server';
const RESOURCE = '/.well-known/oauth-protected-resource/mcp';
const reply = (status, body, headers = {}) => (_request, response) => response.writeHead(status, headers).end(body);

const BEFORE_THE_BROWSER = [
  ['the resource metadata is of another host', (s) => { s.resource = (at) => ({ resource: 'https://other.example/mcp', authorization_servers: [at('')] }); }, /another resource.*other\.example/, 3],
  ['the metadata names another issuer', (s) => { s.metadata = (at) => ({ issuer: 'https://other.example', token_endpoint: at('/token') }); }, /another issuer.*other\.example/, 3],
  ['the metadata is larger than a megabyte', (s) => { s.answers[METADATA] = reply(200, `{"issuer":"${'x'.repeat(1 << 20)}"}`); }, /sent more than \d+ bytes/, 3],
  ['the resource metadata is larger than a megabyte', (s) => { s.answers[RESOURCE] = reply(200, `{"resource":"${'x'.repeat(1 << 20)}"}`); }, /sent more than \d+ bytes.*protected-resource metadata/, 3],
  ['the metadata is no JSON', (s) => { s.answers[METADATA] = reply(200, '<html>hello</html>', { 'content-type': 'text/html' }); }, /document at .*oauth-authorization-server/, 3],
  ['the metadata redirects in a circle', (s) => { s.answers[METADATA] = reply(302, '', { location: METADATA }); }, /publishes no metadata.*302|publishes no metadata/, 3],
  ['there is no PKCE', (s) => { s.metadata = (at) => ({ issuer: at(''), authorization_endpoint: at('/authorize'), token_endpoint: at('/token') }); }, /PKCE/, 3],
  ['registration is refused', (s) => { s.answers['/register'] = reply(403, '{"error":"access_denied"}', { 'content-type': 'application/json' }); }, /--client-id/, 3],
  ['the registration answer makes no sense', (s) => { s.answers['/register'] = reply(201, '{}', { 'content-type': 'application/json' }); }, /registration answer has no usable client_id/, 3],
];

for (const [what, change, says, code] of BEFORE_THE_BROWSER) {
  test(`a login ends with a sentence when ${what}`, { timeout: 60_000 }, async (t) => {
    const server = await startScriptedMcp(t);
    change(server);
    await fails(t, server, { code, says, browser: false });
    assert.equal(server.count('/authorize'), 0);
  });
}

const AT_THE_AUTHORIZATION_SERVER = [
  ['the user declines', { code: undefined, error: 'access_denied', error_description: 'not today' }, /declined at .*not today/s, 1],
  ['the authorization server has an error of its own', { code: undefined, error: 'server_error', error_description: 'database down' }, /server_error.*database down/s, 3],
  ['the answer is of another issuer', { iss: 'https://other.example' }, /names another issuer.*other\.example/, 3],
  ['the promised issuer is missing', { iss: undefined }, /lacks the iss parameter/, 3],
];

for (const [what, changes, says, code] of AT_THE_AUTHORIZATION_SERVER) {
  test(`a login ends with a sentence when ${what}`, { timeout: 60_000 }, async (t) => {
    const server = await startScriptedMcp(t);
    server.answers['/authorize'] = (_request, response, { url }) => server.authorize(response, url.searchParams, changes);
    await fails(t, server, { code, says });
    assert.equal(server.count('/token'), 0);
  });
}

test('an answer with a wrong state is refused, said, and does not end the login', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  server.answers['/authorize'] = (_request, response, { url }) => server.authorize(response, url.searchParams, { state: 'guessed' });
  const login = startLogin(t, ['login', server.url, '--no-browser', '--timeout', '3s']);
  const page = await new Browser().visit(await login.signInUrl());
  assert.equal(page.status, 400);
  const { code } = await login.end();
  assert.equal(code, 3);
  assert.match(login.stderr, /its state is not the one sent/);
  assert.match(login.stderr, /nobody came back from the browser within 3 seconds.*only an answer with a wrong state came in/s);
});

test('the token endpoint may fail once, not twice', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  let troubles = 1;
  server.answers['/token'] = (_request, response) => (troubles-- > 0 ? response.writeHead(500).end() : 'as usual');
  const done = await logIn(t, server.url, new Browser());
  assert.equal(done.code, 0, done.stderr);
  troubles = 9;
  await fails(t, server, { code: 3, says: /HTTP 500 at its token endpoint/ });
});

test('a clock that is off by an hour is named when the server refuses', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  const hourAgo = new Date(Date.now() - 3_600_000).toUTCString();
  server.answers['/token'] = reply(400, '{"error":"invalid_client"}', { 'content-type': 'application/json', date: hourAgo });
  await fails(t, server, { code: 3, says: /invalid_client.*clock is 60 minutes ahead of the server's/s });
});

test('a clock that is off by an hour is named when the token is refused', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  const date = new Date(Date.now() + 3_630_000).toUTCString();
  server.answers['/mcp'] = reply(401, '', { date, 'www-authenticate': `Bearer error="invalid_token", error_description="issued in the future", resource_metadata="${server.at(RESOURCE)}"` });
  const done = await logIn(t, server.url, new Browser());
  assert.equal(done.code, 4, done.stderr);
  assert.match(done.stderr, /issued in the future.*clock is 60 minutes behind the server's/s);
});

test('a server that goes down in the middle is named', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  server.answers['/token'] = (request) => request.socket.destroy();
  await fails(t, server, { code: 3, says: /closed the connection without a response.*token endpoint of authorization server/s });
  await closeServer(server.server);
  const login = startLogin(t, ['login', server.url, '--no-browser']);
  assert.equal((await login.end()).code, 3);
  assert.match(login.stderr, /cannot connect to 127\.0\.0\.1:\d+: Connection refused/);
});

test('a token that the server does not take is not called a success', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  server.answers['/mcp'] = reply(401, '', { 'www-authenticate': `Bearer error="invalid_token", error_description="wrong audience", resource_metadata="${server.at(RESOURCE)}"` });
  const login = startLogin(t, ['login', server.url, '--no-browser']);
  const page = await new Browser().visit(await login.signInUrl());
  assert.match(page.text, /did not succeed/);
  assert.equal((await login.end()).code, 4, login.output);
  assert.match(login.stderr, /refuses the token.*wrong audience/s);
});

test('a server that breaks behind its own door is not called a success', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  server.answers['/mcp'] = (request, response) => (request.headers.authorization ? response.writeHead(502).end() : 'as usual');
  const login = startLogin(t, ['login', server.url, '--no-browser']);
  const page = await new Browser().visit(await login.signInUrl());
  assert.match(page.text, /did not succeed/);
  assert.equal((await login.end()).code, 3, login.output);
  assert.match(login.stderr, /answered its first request with HTTP 502/);
});

test('a certificate that is not trusted is refused, and --ca makes it trusted', { timeout: 60_000 }, async (t) => {
  const dir = scratchDir(t);
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1',
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')]);
  assert.equal(made.status, 0, String(made.stderr));
  const server = await startScriptedMcp(t, { tls: { key: readFileSync(join(dir, 'key.pem')), cert: readFileSync(join(dir, 'cert.pem')) } });
  await fails(t, server, { code: 3, says: /certificate/, browser: false });
  // With the authority it gets as far as the browser, which this test's does not trust.
  const login = startLogin(t, ['login', server.url, '--no-browser', '--ca', join(dir, 'cert.pem')]);
  assert.equal((await login.signInUrl()).origin, server.origin);
});

test('a port that is taken is named, with what to do', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  const other = createServer();
  const { port } = new URL(await listenOnLoopback(other));
  t.after(() => closeServer(other));
  await fails(t, server, { code: 3, says: new RegExp(`port ${port} cannot be listened on.*--port`, 's'), args: ['--port', port], browser: false });
});

test('without a browser the URL is printed and a pasted answer is taken', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  const login = startLogin(t, ['login', server.url], { env: { BROWSER: '/nowhere/browser' } });
  const url = await login.signInUrl();
  assert.match(login.stderr, /no browser can be started \(tried \/nowhere\/browser\)/);
  await new Browser().visit(url);
  assert.equal((await login.end()).code, 0, login.output);

  const pasted = startLogin(t, ['login', server.url, '--no-browser']);
  const start = await pasted.signInUrl();
  const { url: end } = await new Browser().visit(start, { redirectUri: start.searchParams.get('redirect_uri') });
  pasted.type('what now');
  pasted.type(end.href.replace(/state=[^&]*/, 'state=other'));
  pasted.type(`  "${end.href}"`);
  assert.equal((await pasted.end()).code, 0, pasted.output);
  assert.match(pasted.stderr, /not the URL the browser ended at/);
  assert.match(pasted.stderr, /answer to another login/);
});

test('the receiver stands early, double, foreign and strange visits', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  const login = startLogin(t, ['login', server.url, '--no-browser']);
  const start = await login.signInUrl();
  const redirect = new URL(start.searchParams.get('redirect_uri'));
  const status = async (path, options) => (await fetch(new URL(path, redirect), options)).status;
  assert.equal(await status('/favicon.ico'), 404);
  assert.equal(await status('/callback'), 400);
  assert.equal(await status('/callback?code=x&state=guess'), 400);
  assert.equal(await status('/callback', { method: 'POST' }), 405);
  assert.equal(await status('/callback', { method: 'HEAD' }), 200);
  const rebound = await new Promise((resolve) => {
    import('node:http').then(({ get }) => get({ port: redirect.port, host: '127.0.0.1', path: '/callback', headers: { host: 'rebound.example' } }, (response) => resolve(response.statusCode)));
  });
  assert.equal(rebound, 421);

  const { url: end } = await new Browser().visit(start, { redirectUri: redirect.href });
  const twice = await Promise.all([fetch(end), fetch(end, { headers: { 'sec-purpose': 'prefetch' } })]);
  for (const response of twice) {
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-security-policy'), /default-src 'none'/);
    assert.match(await response.text(), /Signed in/);
  }
  assert.equal((await login.end()).code, 0, login.output);
  assert.equal(server.count('/token'), 1);
});

test('a credential is sealed, private, refreshed, ended, and shows up nowhere', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  const done = await logIn(t, server.url, new Browser(), { args: ['-v'] });
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /Signed in to http:\/\/127\.0\.0\.1:\d+\/mcp/);
  assert.doesNotMatch(done.stdout + done.stderr, /marker-/);
  const folder = join(done.stateDir, 'vmcpauth', 'credentials');
  for (const name of readdirSync(folder)) {
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
    assert.doesNotMatch(readFileSync(join(folder, name), 'latin1'), /marker-|127\.0\.0\.1/);
  }
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(done.stateDir, 'vmcpauth', 'credentials.key')).mode & 0o777, 0o600);

  const logout = startLogin(t, ['logout', server.url], { stateDir: done.stateDir });
  assert.equal((await logout.end()).code, 0, logout.output);
  assert.match(server.last('/revoke').form.get('token'), /^marker-refresh-/);
  assert.deepEqual(stored(done.stateDir), []);
  const again = startLogin(t, ['logout', server.url], { stateDir: done.stateDir });
  assert.equal((await again.end()).code, 4);
  assert.match(again.stderr, /not signed in to/);
});

test('wrong command lines say what is wrong', { timeout: 60_000 }, async (t) => {
  const cases = [
    [[], /which server\?/],
    [['not a url'], /'not a url'/],
    [['http://mcp.example.com/mcp'], /http is for loopback addresses only/],
    [['http://127.0.0.1:1/mcp', '--port', '0'], /--port '0'/],
    [['http://127.0.0.1:1/mcp', '--timeout', 'soon'], /--timeout 'soon'/],
    [['http://127.0.0.1:1/mcp', '--client-secret-env', 'X'], /needs --client-id/],
    [['http://127.0.0.1:1/mcp', '--client-id', 'x', '--client-secret-env', 'NOT_SET'], /NOT_SET is not set/],
    [['http://127.0.0.1:1/mcp', '--client-id', 'x', '--client-key', '/nowhere'], /\/nowhere: No such file/],
    [['http://127.0.0.1:1/mcp', '--device', '--client-credentials'], /exclude each other/],
    [['http://127.0.0.1:1/mcp', '--scope', 'a"b'], /--scope/],
    [['http://127.0.0.1:1/mcp', '--id-token-env', 'PATH'], /needs --idp-token-endpoint/],
    [['http://127.0.0.1:1/mcp', '--client-metadata-url', 'https://a.example'], /--client-metadata-url/],
  ];
  for (const [args, says] of cases) {
    const login = startLogin(t, ['login', ...args]);
    assert.equal((await login.end()).code, 2, `${args}: ${login.output}`);
    assert.match(login.stderr, says);
  }
});
