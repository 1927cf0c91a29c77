// Stored credentials in use: renewed once by many processes, never sent to an issuer the server no longer names, widened when a
// tool needs more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { logIn, startLogin } from './support/login_process.mjs';
import { startScriptedMcp } from './support/scripted_mcp.mjs';
import { untilTime } from './support/wait.mjs';

const refreshes = (server) => server.requests.filter(({ path, form }) => path === '/token' && form.get('grant_type') === 'refresh_token');
const call = (t, server, stateDir, ...args) => startLogin(t, ['call', server.url, 'tools/list', ...args], { stateDir });

test('many processes at once use a rotating refresh token once', { timeout: 120_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  server.lifetime = 11;  // good for one second: a token is not used in its last ten
  const { code, stateDir, stderr } = await logIn(t, server.url, new Browser());
  assert.equal(code, 0, stderr);
  await untilTime(Date.now() + 2_000);
  server.lifetime = 3600;
  const calls = Array.from({ length: 6 }, () => call(t, server, stateDir));
  for (const each of calls) assert.equal((await each.end()).code, 0, each.output);
  assert.equal(refreshes(server).length, 1);
  // And what is stored now is the newest: the next refresh works.
  server.tokens.clear();
  const next = call(t, server, stateDir);
  assert.equal((await next.end()).code, 0, next.output);
  assert.equal(refreshes(server).length, 2);
});

test('without a login the answer is 4, and says how to log in', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  const refused = call(t, server);
  assert.equal((await refused.end()).code, 4, refused.output);
  assert.match(refused.stderr, new RegExp(`run 'vmcpauth login ${server.url}'`));
});

test('a server that moved to another issuer does not get what the old one gave', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  const { stateDir } = await logIn(t, server.url, new Browser());
  const other = await startScriptedMcp(t);
  server.tokens.clear();
  server.resource = (at) => ({ resource: at('/mcp'), authorization_servers: [other.origin] });
  const before = server.count('/token');
  const refused = call(t, server, stateDir);
  assert.equal((await refused.end()).code, 4, refused.output);
  assert.match(refused.stderr, new RegExp(`now sends its users to ${other.origin}`));
  assert.equal(server.count('/token'), before);
  assert.ok(other.requests.every(({ body }) => !body.includes('marker-')));
});

test('a tool that needs more asks for it, keeping what there was', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  const { stateDir } = await logIn(t, server.url, new Browser());
  let wide = false;
  server.answers['/mcp'] = (request, response, { body }) => {
    if (!body.includes('tools/list') || wide) return 'as usual';
    wide = true;
    return response.writeHead(403, { 'www-authenticate': 'Bearer error="insufficient_scope", scope="admin"' }).end();
  };
  const narrow = call(t, server, stateDir);
  assert.equal((await narrow.end()).code, 1, narrow.output);
  assert.match(narrow.stderr, /lacks the scope "admin"/);
  wide = false;
  const widened = call(t, server, stateDir, '--login', '--no-browser');
  const url = await widened.signInUrl();
  assert.deepEqual(new Set(url.searchParams.get('scope').split(' ')), new Set(['tools', 'offline_access', 'admin']));
  await new Browser().visit(url);
  assert.equal((await widened.end()).code, 0, widened.output);
});
