// `vmcpauth login` against servers nobody here wrote for it: our own `serve` with two and three identity providers behind it,
// `oidc-provider` alone as an authorization server, and the MCP SDK's server with its own authorization.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { startCaptureBackend } from './support/capture_backend.mjs';
import { logIn, startLogin } from './support/login_process.mjs';
import { personaAt, startOidcProvider } from './support/oidc_provider.mjs';
import { startProtectedByOidcProvider, startSdkServer } from './support/protected_servers.mjs';
import { UNAUTHENTICATED, inject, oauth2Upstream, oidcUpstream, runtimeConfig } from './support/runtime_config.mjs';
import { startScriptedIdp } from './support/scripted_idp.mjs';
import { startTwoProviders } from './support/two_providers.mjs';
import { startVmcpauth } from './support/vmcpauth.mjs';

// Signed in for real: a logout and a second login work with what is stored.
async function checkedLogin(t, url, persona, options) {
  const done = await logIn(t, url, new Browser(persona), options);
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.page.text, /Signed in/);
  assert.match(done.stdout, new RegExp(`Signed in to ${url}`));
  // And the credential is good for another process.
  const call = startLogin(t, ['call', url, 'tools/list', '--json'], { stateDir: done.stateDir, env: options?.env });
  assert.equal((await call.end()).code, 0, call.output);
  assert.ok(Array.isArray(JSON.parse(call.stdout).result.tools), call.output);
  return done;
}

test('through two providers of serve, twice with one registration', { timeout: 90_000 }, async (t) => {
  const world = await startTwoProviders(t, { name: 'login_two' });
  const first = await checkedLogin(t, world.vmcp.url, world.persona, { args: ['-v'] });
  assert.match(first.stderr, /registered as client/);
  // Each leg as it happened, in order.
  assert.match(first.stderr, /1 of 2 corp ✓ \d+\.\d s[\s\S]*2 of 2 hub ✓ \d+\.\d s/);
  assert.match(first.page.text, /corp.*hub/s);
  const again = await checkedLogin(t, world.vmcp.url, world.persona, { args: ['-v'], stateDir: first.stateDir });
  assert.match(again.stderr, /of the earlier login/);
  const logout = startLogin(t, ['logout'], { stateDir: first.stateDir });
  assert.equal((await logout.end()).code, 0, logout.output);
  assert.match(logout.stderr, /Signed out of/);
});

test('through three providers of serve: OpenID, plain OAuth, built-in', { timeout: 90_000 }, async (t) => {
  const corp = await startOidcProvider(t, { name: 'corp' });
  const hub = await startScriptedIdp(t, { name: 'hub' });
  const lab = await startOidcProvider(t, { name: 'lab' });  // swapped for a built-in one
  const backend = await startCaptureBackend(t);
  const { files, env } = runtimeConfig({
    upstreams: [oidcUpstream(corp), oauth2Upstream(hub, { userinfo: { endpoint_url: `${hub.issuer}/userinfo`, field_mapping: { subject_fields: ['id'] } } }), oidcUpstream(lab)],
    backends: { corp: { url: backend.url, auth: inject('corp') }, open: { url: backend.url, auth: UNAUTHENTICATED } },
  });
  const vmcp = await startVmcpauth(t, { files, env, args: ['--mock-idps=lab'], name: 'login_three' });
  await checkedLogin(t, vmcp.url, personaAt(corp));
  assert.equal(corp.count('authorization_code'), 1);
  assert.equal(hub.count('/token'), 1);
  assert.equal(lab.requests.length, 0);
});

test('at the demo, with the browser opened by vmcpauth itself', { timeout: 90_000 }, async (t) => {
  const vmcp = await startVmcpauth(t, { name: 'login_demo' });
  const login = startLogin(t, ['login', vmcp.url], { env: { BROWSER: 'true' } });
  await new Browser({ user: 'ada' }).visit(await login.signInUrl());
  assert.equal((await login.end()).code, 0, login.output);
});

test('oidc-provider alone is the authorization server', { timeout: 90_000 }, async (t) => {
  const world = await startProtectedByOidcProvider(t);
  const done = await checkedLogin(t, world.url, { user: 'grace' }, { args: ['-v'] });
  assert.match(done.stderr, /registered as client/);
  assert.equal(world.seen.at(-1).sub, 'grace');
  assert.equal(world.seen.at(-1).aud, world.url);
});

test('oidc-provider with a client registered by hand and DPoP', { timeout: 90_000 }, async (t) => {
  const world = await startProtectedByOidcProvider(t, { dpop: true });
  await checkedLogin(t, world.url, { user: 'grace' }, {
    args: ['--client-id', world.client.client_id, '--client-secret-env', 'CLIENT_SECRET', '--port', String(world.port)],
    env: { CLIENT_SECRET: world.client.client_secret },
  });
  assert.ok(world.seen.at(-1).cnf.jkt);
});

test("the MCP SDK's own server with its own authorization", { timeout: 90_000 }, async (t) => {
  const server = await startSdkServer(t);
  const done = await checkedLogin(t, server.url, {});
  assert.match(done.stdout, /granted/);
});
