// Two strict OAuth libraries against our authorization server, with no leniency switch but plain http on loopback.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { Browser } from './support/browser.mjs';
import { Scope } from './support/cleanup.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { startTwoProviders } from './support/two_providers.mjs';

const REDIRECT_URI = 'http://127.0.0.1:53685/callback';
const METADATA = {
  client_name: 'a strict relying party', redirect_uris: [REDIRECT_URI], response_types: ['code'],
  grant_types: ['authorization_code', 'refresh_token'], token_endpoint_auth_method: 'none',
};
const LOOPBACK_HTTP = { [oauth.allowInsecureRequests]: true };

const scope = new Scope();
let world;
before(async () => { world = await startTwoProviders(scope, { name: 'relying_parties' }); });
after(() => scope.close());

const signIn = async (url) => {
  const end = await new Browser(world.persona).visit(url, { redirectUri: REDIRECT_URI });
  assert.ok(end.url.href.startsWith(REDIRECT_URI), `stopped at ${end.url}: ${end.text}`);
  return end.url;
};

describe('openid-client', { timeout: 120_000 }, () => {
  for (const algorithm of ['oidc', 'oauth2']) {
    test(`registers, signs in and refreshes with ${algorithm} discovery`, async () => {
      const config = await openid.dynamicClientRegistration(new URL(world.vmcp.origin), METADATA, openid.None(),
        { algorithm, execute: [openid.allowInsecureRequests] });
      const verifier = openid.randomPKCECodeVerifier();
      const state = openid.randomState();
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: REDIRECT_URI, scope: 'openid offline_access', resource: world.vmcp.url, state,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
      });
      const tokens = await openid.authorizationCodeGrant(config, await signIn(url), { pkceCodeVerifier: verifier, expectedState: state }, { resource: world.vmcp.url });
      assert.equal((await postMcp(world.mcp('corp'), tokens.access_token)).status, 200);

      const renewed = await openid.refreshTokenGrant(config, tokens.refresh_token);
      assert.notEqual(renewed.access_token, tokens.access_token);
      assert.equal((await postMcp(world.mcp('hub'), renewed.access_token)).status, 200);
      await assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token), { error: 'invalid_grant' });
      await assert.rejects(openid.refreshTokenGrant(config, renewed.refresh_token), { error: 'invalid_grant' }, 'reuse revokes the family');
    });
  }

  test('a state that is not its own is noticed by the library', async () => {
    const config = await openid.dynamicClientRegistration(new URL(world.vmcp.origin), METADATA, openid.None(), { execute: [openid.allowInsecureRequests] });
    const verifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI, scope: 'openid', state: 'mine',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    });
    const back = await signIn(url);
    assert.equal(back.searchParams.get('state'), 'mine');
    await assert.rejects(openid.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: 'theirs' }), { code: 'OAUTH_INVALID_RESPONSE' });
  });
});

describe('oauth4webapi', { timeout: 120_000 }, () => {
  let as;
  let client;

  before(async () => {
    const issuer = new URL(world.vmcp.origin);
    as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...LOOPBACK_HTTP }));
    client = await oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(as, METADATA, LOOPBACK_HTTP));
  });

  test('protected resource metadata names this authorization server (RFC 9728)', async () => {
    const resource = new URL(world.vmcp.url);
    const metadata = await oauth.processResourceDiscoveryResponse(resource, await oauth.resourceDiscoveryRequest(resource, LOOPBACK_HTTP));
    assert.deepEqual(metadata.authorization_servers, [world.vmcp.origin]);
    assert.deepEqual(metadata.bearer_methods_supported, ['header']);
  });

  test('OpenID discovery says the same as RFC 8414 metadata', async () => {
    const issuer = new URL(world.vmcp.origin);
    const oidc = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...LOOPBACK_HTTP }));
    for (const [name, value] of Object.entries(as)) assert.deepEqual(oidc[name], value, name);
    assert.deepEqual(oidc.subject_types_supported, ['public']);
  });

  test('code flow, refresh, and an access token that is a JWT after RFC 9068', async () => {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const url = new URL(as.authorization_endpoint);
    url.search = new URLSearchParams({
      client_id: client.client_id, redirect_uri: REDIRECT_URI, response_type: 'code', scope: 'openid offline_access', state, resource: world.vmcp.url,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    });
    const callback = oauth.validateAuthResponse(as, client, await signIn(url), state);
    const options = { ...LOOPBACK_HTTP, additionalParameters: { resource: world.vmcp.url } };
    const response = await oauth.authorizationCodeGrantRequest(as, client, oauth.None(), callback, REDIRECT_URI, verifier, options);
    assert.match(response.headers.get('cache-control'), /no-store/);
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response);
    assert.equal(tokens.token_type, 'bearer');
    assert.ok(tokens.expires_in > 0);

    const renewed = await oauth.processRefreshTokenResponse(as, client, await oauth.refreshTokenGrantRequest(as, client, oauth.None(), tokens.refresh_token, options));
    assert.notEqual(renewed.access_token, tokens.access_token);

    const asReceived = new Request(world.vmcp.url, { headers: { authorization: `Bearer ${renewed.access_token}` } });
    const claims = await oauth.validateJwtAccessToken(as, asReceived, world.vmcp.url, LOOPBACK_HTTP);
    assert.equal(claims.client_id, client.client_id);
    assert.deepEqual(claims.scope.split(' ').sort(), ['offline_access', 'openid']);

    const answer = await oauth.protectedResourceRequest(renewed.access_token, 'POST', new URL(world.mcp('corp')),
      new Headers({ 'content-type': 'application/json', accept: 'application/json, text/event-stream' }),
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }), LOOPBACK_HTTP);
    assert.equal(answer.status, 200);
  });

  test('a challenge without a token is one the library can read', async () => {
    const error = await oauth.protectedResourceRequest('not-a-token', 'POST', new URL(world.mcp('corp')), new Headers({ 'content-type': 'application/json' }), '{}', LOOPBACK_HTTP)
      .then((response) => assert.fail(`answered ${response.status}`), (failure) => failure);
    assert.equal(error.status, 401);
    const [challenge] = error.cause;
    assert.equal(challenge.scheme, 'bearer');
    assert.equal(challenge.parameters.error, 'invalid_token');
    const metadata = await (await fetch(challenge.parameters.resource_metadata)).json();
    assert.deepEqual(metadata.authorization_servers, [world.vmcp.origin]);
  });
});
