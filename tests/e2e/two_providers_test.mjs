// The official SDK client signs in through two oidc-provider upstreams and calls server-everything behind the proxy.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Scope } from './support/cleanup.mjs';
import { startEverything } from './support/everything.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { claimsOf } from './support/oauth_client.mjs';
import { UNAUTHENTICATED } from './support/runtime_config.mjs';
import { MemoryOAuthProvider, connectMcp } from './support/sdk_client.mjs';
import { startTwoProviders } from './support/two_providers.mjs';
import { untilTime } from './support/wait.mjs';

const textOf = (result) => result.content.map((part) => part.text).join('\n');

describe('the SDK client, two providers and server-everything', { timeout: 120_000 }, () => {
  const scope = new Scope();
  let world;
  let session;

  before(async () => {
    const everything = await startEverything(scope);
    world = await startTwoProviders(scope, { name: 'two_providers', backends: { everything: { url: everything.url, auth: UNAUTHENTICATED } } });
    session = await connectMcp(scope, world.mcp('everything'), { oauth: new MemoryOAuthProvider({ persona: world.persona, scope: 'openid offline_access' }) });
  });
  after(() => scope.close());

  test('one sign-in passes both providers, in order', () => {
    const { oauth } = session;
    assert.equal(oauth.redirects, 1);
    assert.equal(world.corp.count('authorization_code'), 1);
    assert.equal(world.hub.count('authorization_code'), 1);
    const first = (idp) => oauth.browser.history.findIndex((url) => url.startsWith(idp.issuer));
    assert.ok(first(world.corp) > 0 && first(world.corp) < first(world.hub), oauth.browser.history.join('\n'));
  });

  test('the answer names its issuer (RFC 9207)', () => {
    assert.equal(session.oauth.answer.url.searchParams.get('iss'), world.vmcp.origin);
  });

  test('each leg asks the provider with its own state, nonce and PKCE challenge', () => {
    const legs = session.oauth.browser.history.map((url) => new URL(url)).filter((url) => url.searchParams.has('code_challenge') && url.origin !== world.vmcp.origin);
    assert.equal(legs.length, 2);
    for (const name of ['state', 'nonce', 'code_challenge']) {
      const values = [...legs, session.oauth.authorizationUrl].map((url) => url.searchParams.get(name)).filter(Boolean);
      assert.equal(new Set(values).size, values.length, `${name} is used twice`);
    }
    assert.ok(legs.every((url) => url.searchParams.get('code_challenge_method') === 'S256'));
  });

  test('the token says who and where, and nothing of the providers', () => {
    const claims = claimsOf(session.oauth.savedTokens.access_token);
    assert.equal(claims.iss, world.vmcp.origin);
    assert.deepEqual([claims.aud].flat(), [world.mcp('everything')], 'for the resource the client asked for, no other');
    assert.ok(claims.tsid && claims.jti && claims.client_id && claims.exp > claims.iat);
    assert.notEqual(claims.sub, 'alice-corp', 'the subject is our own, not the provider\'s');
    assert.equal(claims.email, 'alice-corp@corp.test');
  });

  test('tools of the backend are listed and called', async () => {
    const { tools } = await session.client.listTools();
    assert.ok(tools.length > 5, `only ${tools.length} tools`);
    assert.match(textOf(await session.client.callTool({ name: 'echo', arguments: { message: 'through the proxy' } })), /through the proxy/);
    assert.match(textOf(await session.client.callTool({ name: 'get-sum', arguments: { a: 20, b: 22 } })), /42/);
  });

  test('progress notifications of a long call arrive while it runs', async () => {
    const seen = [];
    const call = session.client.callTool({ name: 'trigger-long-running-operation', arguments: { duration: 1, steps: 4 } }, undefined,
      { onprogress: (progress) => seen.push(progress.progress) });
    let finished = false;
    const result = await call.finally(() => { finished = true; });
    assert.ok(finished && textOf(result).length > 0);
    assert.deepEqual(seen, [1, 2, 3, 4]);
  });

  test('a token for one backend\'s resource is no token for another', async () => {
    const answer = await postMcp(world.mcp('corp'), session.oauth.savedTokens.access_token);
    assert.equal(answer.status, 401);
    assert.equal(world.corpBackend.requests.length, 0);
  });

  test('each backend gets the access token of its own provider', async () => {
    const { access_token: token } = await world.newClient().login();
    assert.deepEqual([claimsOf(token).aud].flat(), [world.vmcp.url], 'without a resource indicator the token is for all');
    for (const [name, backend, idp] of [['corp', world.corpBackend, world.corp], ['hub', world.hubBackend, world.hub]]) {
      const response = await postMcp(world.mcp(name), token);
      assert.equal(response.status, 200, await response.text());
      assert.equal(await idp.ownerOf(backend.bearers.at(-1)), `alice-${name}`);
    }
    await postMcp(world.mcp('open'), token);
    assert.equal(world.openBackend.last.headers.authorization, undefined);
  });

  test('a rejected access token makes the SDK refresh, without asking the user again', async () => {
    const { oauth } = session;
    const before = { ...oauth.savedTokens };
    oauth.savedTokens = { ...before, access_token: `${before.access_token.slice(0, -6)}AAAAAA` };
    assert.match(textOf(await session.client.callTool({ name: 'echo', arguments: { message: 'again' } })), /again/);
    assert.equal(oauth.redirects, 1);
    assert.notEqual(oauth.savedTokens.access_token, before.access_token);
    assert.notEqual(oauth.savedTokens.refresh_token, before.refresh_token, 'refresh tokens rotate');
    assert.equal(claimsOf(oauth.savedTokens.access_token).tsid, claimsOf(before.access_token).tsid);
  });
});

describe('upstream tokens that expire', { timeout: 120_000 }, () => {
  const seconds = 2;
  // Short only for the token that came with the code; what a refresh brings lives on.
  const shortAtFirst = { accessTokenSeconds: (grant) => (grant === 'refresh_token' ? 3600 : seconds) };

  test('one refresh serves 20 requests at once, and all carry the new token', async (t) => {
    const world = await startTwoProviders(t, { name: 'upstream_refresh', corp: shortAtFirst });
    const { access_token: token } = await world.newClient().login();
    await postMcp(world.mcp('corp'), token);
    const [old] = world.corpBackend.bearers;
    assert.ok(old);
    await untilTime(Date.now() + (seconds + 1) * 1000);
    const refreshed = world.corp.count('refresh_token');
    world.corpBackend.requests.length = 0;

    const answers = await Promise.all(Array.from({ length: 20 }, () => postMcp(world.mcp('corp'), token)));
    assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
    const tokens = new Set(world.corpBackend.bearers);
    assert.equal(world.corpBackend.requests.length, 20);
    assert.equal(tokens.size, 1);
    const [renewed] = tokens;
    assert.equal(await world.corp.ownerOf(renewed), 'alice-corp');
    // A lively expiry margin may have renewed it before the burst; then it is one refresh all the same.
    assert.equal(world.corp.count('refresh_token'), 1, `${refreshed} before the burst`);
    if (refreshed === 0) assert.notEqual(renewed, old, 'the expired token is gone');
    assert.equal(world.corp.grants.filter((grant) => !grant.ok).length, 0, 'no refresh token was used twice');
  });

  test('the rotated refresh token is the one used next time', async (t) => {
    const world = await startTwoProviders(t, { name: 'upstream_rotation', hub: { accessTokenSeconds: () => seconds } });
    const { access_token: token } = await world.newClient().login();
    for (const round of [1, 2, 3]) {
      await untilTime(Date.now() + (seconds + 1) * 1000);
      const response = await postMcp(world.mcp('hub'), token);
      assert.equal(response.status, 200, `round ${round}`);
    }
    assert.ok(world.hub.count('refresh_token') >= 3);
    assert.equal(world.hub.grants.filter((grant) => !grant.ok).length, 0);
    assert.equal(new Set(world.hubBackend.bearers).size, 3);
  });
});
