// A manifest set as it is deployed (two upstreams, inline backends that mix injection, exchange and a static header) runs
// with --mock-idps; each backend gets exactly the credential its strategy says.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startCaptureBackend } from './support/capture_backend.mjs';
import { Scope } from './support/cleanup.mjs';
import { loadManifests } from './support/manifests.mjs';
import { verifiedClaims } from './support/jwt.mjs';
import { postMcp, rpc } from './support/mcp_http.mjs';
import { OAuthClient } from './support/oauth_client.mjs';
import { runVmcpauth, startVmcpauth } from './support/vmcpauth.mjs';

const BACKENDS = ['repositories', 'directory', 'reports', 'weather'];
const WEATHER_KEY = 'weather-api-key-of-the-test';

describe('the deployed manifests with built-in identity providers', { timeout: 120_000 }, () => {
  const scope = new Scope();
  const backends = {};
  let vmcp;
  let client;
  let providers;  // origins of the built-in providers, in the order they were shown

  before(async () => {
    for (const name of BACKENDS) backends[name] = await startCaptureBackend(scope);
    const files = loadManifests('two_upstreams', Object.fromEntries(BACKENDS.map((name) => [name.toUpperCase(), backends[name].url])));
    vmcp = await startVmcpauth(scope, { files, env: { E2E_WEATHER_KEY: WEATHER_KEY }, args: ['--mock-idps'], name: 'mock_idps' });
    client = new OAuthClient(vmcp.origin, { persona: { user: 'grace' } });
    const { access_token: token } = await client.login({ scope: 'openid offline_access' });
    for (const name of BACKENDS) {
      const response = await postMcp(`${vmcp.url}/${name}`, token);
      assert.equal(response.status, 200, `${name}: ${await response.text()}`);
    }
    providers = [...new Set(client.browser.history.map((url) => new URL(url).origin))].filter((origin) => origin !== vmcp.origin);
  });
  after(() => scope.close());

  const bearer = (name) => backends[name].bearers.at(-1);

  // Verifies a token by the published keys of the built-in provider that issued it.
  // An OAuth 2.0 provider has no discovery document; the built-in ones keep their keys in one place.
  const verified = (name, issuer, audience) => verifiedClaims(bearer(name), `${issuer}/jwks`, { issuer, audience });

  test('the manifests\' issuer gives way to the address listened on', async () => {
    assert.equal(client.metadata.issuer, vmcp.origin);
    const metadata = await (await fetch(`${vmcp.origin}/.well-known/oauth-protected-resource/mcp`)).json();
    assert.equal(metadata.resource, vmcp.url);
    assert.deepEqual(metadata.authorization_servers, [vmcp.origin]);
  });

  test('the user met both providers, each at an origin of its own', () => assert.equal(providers.length, 2));

  test('upstreamInject with an OpenID provider: its access token', async () => {
    const claims = await verified('directory', providers[0], 'api://corporate');
    assert.equal(claims.sub, 'corporate|grace');
  });

  test('upstreamInject with an OAuth 2.0 provider: its access token', async () => {
    const claims = await verified('repositories', providers[1], 'api://codehost');
    assert.equal(claims.sub, 'codehost|grace');
  });

  test('tokenExchange with subjectProviderName: a token for the backend\'s own audience, of the same person', async () => {
    const claims = await verified('reports', providers[0], 'reports-api');
    assert.equal(claims.sub, 'corporate|grace');
    assert.equal(claims.scope, 'reports.read');
    assert.notEqual(bearer('reports'), bearer('directory'));
  });

  test('headerInjection: the static header, and nothing of the user', () => {
    assert.equal(backends.weather.last.headers['x-api-key'], WEATHER_KEY);
    assert.equal(backends.weather.last.headers.authorization, undefined);
  });

  test('no backend sees the client\'s own token', () => {
    const { issuer } = client.metadata;
    for (const name of ['repositories', 'directory', 'reports']) {
      const claims = JSON.parse(Buffer.from(bearer(name).split('.')[1], 'base64url'));
      assert.notEqual(claims.iss, issuer, name);
      assert.equal(claims.tsid, undefined, name);
    }
  });

  test('a second user of the same server gets credentials of their own', async () => {
    const other = new OAuthClient(vmcp.origin, { persona: { user: 'alan' } });
    const { access_token: token } = await other.login();
    for (const name of ['directory', 'reports']) {
      await postMcp(`${vmcp.url}/${name}`, token, { message: rpc('tools/list', {}, 2) });
      assert.equal((await verified(name, providers[0])).sub, 'corporate|alan', name);
    }
  });

  test('saying no at the second provider ends the sign-in with access_denied', async () => {
    const refusing = new OAuthClient(vmcp.origin, { persona: { user: 'ada', decision: (page) => (page.url.origin === providers[1] ? 'deny' : 'allow') } });
    const answer = await refusing.authorize();
    assert.equal(answer.get('error'), 'access_denied');
    assert.equal(answer.get('state'), refusing.state);
    assert.equal(answer.get('iss'), vmcp.origin);
    assert.equal(answer.get('code'), null);
  });
});

test('only the named upstreams are replaced; an unknown name is refused', { timeout: 60_000 }, async (t) => {
  const files = loadManifests('two_upstreams', Object.fromEntries(BACKENDS.map((name) => [name.toUpperCase(), 'http://127.0.0.1:9/mcp'])));
  // Without a mock for all, the secrets of the real ones are wanted.
  files['vmcpauth.toml'] += '\n[secrets.corporate-oauth]\nclient-secret = "env:E2E_A"\n\n[secrets.codehost-oauth]\nclient-secret = "env:E2E_A"\n';
  const env = { E2E_WEATHER_KEY: WEATHER_KEY, E2E_A: 'a-secret' };
  const named = await startVmcpauth(t, { files, env, args: ['--mock-idps=codehost'], name: 'mock_idps_named' });
  assert.match(named.stdout, /codehost \(built in/);
  assert.doesNotMatch(named.stdout, /corporate \(built in/);

  const { code, stderr } = await runVmcpauth(t, ['serve', '.', '--listen', '127.0.0.1:0', '--mock-idps=nobody'], { files, env });
  assert.ok(code > 0, String(code));
  assert.match(stderr, /nobody/);
});
