// The peers against each other, without vmcpauth: a failure here is the harness's own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as client from 'openid-client';
import { Browser } from './support/browser.mjs';
import { startCaptureBackend } from './support/capture_backend.mjs';
import { CookieJar } from './support/cookies.mjs';
import { startEverything } from './support/everything.mjs';
import { parseForms } from './support/html.mjs';
import { startOidcProvider } from './support/oidc_provider.mjs';
import { startScriptedIdp } from './support/scripted_idp.mjs';
import { connectMcp } from './support/sdk_client.mjs';

const REDIRECT_URI = 'http://127.0.0.1:53684/oauth/callback';

async function logInWithOpenidClient(idp, prompt) {
  const options = { execute: [client.allowInsecureRequests] };
  const config = await client.discovery(new URL(idp.issuer), idp.clientId, { client_secret: idp.clientSecret }, client.ClientSecretBasic(), options);
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI, scope: 'openid offline_access', state: 'a-state', nonce: 'a-nonce', ...prompt,
    code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  });
  const { url: back } = await new Browser({ user: 'bob' }).visit(url, { redirectUri: REDIRECT_URI });
  const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: 'a-state', expectedNonce: 'a-nonce' });
  return { config, tokens };
}

test('the screenless browser signs in at oidc-provider and refresh works', async (t) => {
  const idp = await startOidcProvider(t, { name: 'corp' });
  const { config, tokens } = await logInWithOpenidClient(idp, { prompt: 'consent' });
  assert.equal(tokens.claims().sub, 'bob');
  assert.equal(await idp.ownerOf(tokens.access_token), 'bob');
  const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(renewed.access_token, tokens.access_token);
  assert.equal(idp.count('refresh_token'), 1);
});

test('the scripted provider is a correct OpenID provider until told otherwise', async (t) => {
  const idp = await startScriptedIdp(t, { name: 'scripted' });
  const { tokens } = await logInWithOpenidClient(idp);
  assert.equal(tokens.claims().sub, 'subject-1');
  idp.bendIdToken = (claims) => { claims.nonce = 'another'; };
  await assert.rejects(logInWithOpenidClient(idp), /unexpected JWT claim value/);
});

test('the SDK client talks to server-everything directly', async (t) => {
  const everything = await startEverything(t);
  const { client: mcp } = await connectMcp(t, everything.url);
  const { tools } = await mcp.listTools();
  assert.ok(tools.some((tool) => tool.name === 'echo'));
});

test('the capture backend remembers what an SDK client sent', async (t) => {
  const backend = await startCaptureBackend(t);
  const { client: mcp } = await connectMcp(t, backend.url);
  await mcp.callTool({ name: 'whoami', arguments: {} });
  assert.equal(JSON.parse(backend.last.body).method, 'tools/call');
  assert.equal(backend.last.headers['mcp-protocol-version'], '2025-11-25');
});

test('forms: buttons, hidden fields, choices and entities are read as a browser reads them', () => {
  const [form] = parseForms(`<!-- <form action="/no"></form> --><form method=POST action='/go?a=1&amp;b=2'>
    <input type=hidden name=csrf value="x&quot;y"><input type="radio" name="user" value="alice" checked><input type="radio" name="user" value="bob">
    <select name="s"><option value="1">One<option value="2" selected>Two</select><textarea name="t">a &lt; b</textarea>
    <button name="decision" value="allow">Allow</button><button type="button">Nothing</button></form>`, 'http://host/page');
  assert.equal(form.action, 'http://host/go?a=1&b=2');
  assert.equal(form.method, 'post');
  assert.deepEqual(form.buttons.map(({ name, value, label }) => [name, value, label]), [['decision', 'allow', 'Allow']]);
  assert.deepEqual(form.fields.map(({ kind, name, value }) => [kind, name, value]), [
    ['hidden', 'csrf', 'x"y'], ['radio', 'user', 'alice'], ['radio', 'user', 'bob'], ['select', 's', undefined], ['textarea', 't', 'a < b']]);
});

test('cookies: by host and path, not by port, and Max-Age=0 deletes', () => {
  const jar = new CookieJar();
  jar.store(new URL('http://127.0.0.1:1/a/b'), ['one=1; Path=/', 'two=2; Path=/a; HttpOnly', 'three=3']);
  assert.equal(jar.header(new URL('http://127.0.0.1:2/a')), 'two=2; three=3; one=1');
  assert.equal(jar.header(new URL('http://127.0.0.1:2/ab')), 'one=1');
  assert.equal(jar.header(new URL('http://localhost/a')), undefined);
  jar.store(new URL('http://127.0.0.1:1/'), ['one=; Path=/; Max-Age=0']);
  assert.equal(jar.header(new URL('http://127.0.0.1:1/')), undefined);
});
