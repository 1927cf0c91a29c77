// What an attacker sends to the authorization server: bent requests, replays, stolen codes and tokens.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { Scope } from './support/cleanup.mjs';
import { REDIRECT_URI, claimsOf, newVerifier, postForm, s256 } from './support/oauth_client.mjs';
import { startTwoProviders } from './support/two_providers.mjs';

const scope = new Scope();
let world;
let client;
let tokens;
before(async () => {
  world = await startTwoProviders(scope, { name: 'attacks' });
  client = world.newClient();
  tokens = await client.login();
});
after(() => scope.close());

describe('authorization requests', { timeout: 60_000 }, () => {
  const visit = (overrides, redirectUri = REDIRECT_URI) => new Browser(world.persona).visit(client.authorizationUrl(overrides), { redirectUri });

  const redirected = [
    ['plain PKCE', () => ({ code_challenge_method: 'plain', code_challenge: newVerifier() }), 'invalid_request'],
    ['PKCE without a method, which would mean plain', () => ({ code_challenge_method: undefined }), 'invalid_request'],
    ['no PKCE at all', () => ({ code_challenge: undefined, code_challenge_method: undefined }), 'invalid_request'],
    ['an implicit response type', () => ({ response_type: 'token' }), 'unsupported_response_type'],
    ['a scope nobody registered', () => ({ scope: 'openid admin' }), 'invalid_scope'],
    ['a resource that is not ours', () => ({ resource: 'https://elsewhere.example/mcp' }), 'invalid_target'],
    ['a resource with a fragment', () => ({ resource: `${world.vmcp.url}#x` }), 'invalid_target'],
  ];
  for (const [what, overrides, error] of redirected) {
    test(`${what} is refused with ${error}, and nobody is sent to a provider`, async () => {
      const { url } = await visit(overrides());
      assert.ok(url.href.startsWith(REDIRECT_URI), `stopped at ${url}`);
      assert.equal(url.searchParams.get('error'), error);
      assert.equal(url.searchParams.get('state'), client.state);
      assert.equal(url.searchParams.get('iss'), world.vmcp.origin);
      assert.equal(url.searchParams.has('code'), false);
    });
  }

  const pages = [
    ['an unknown client', { client_id: 'nobody' }],
    ['no client', { client_id: undefined }],
    ['an unregistered redirect', { redirect_uri: 'https://evil.example/callback' }],
    ['a longer path below the registered one', { redirect_uri: `${REDIRECT_URI}/extra` }],
    ['a query added to the registered one', { redirect_uri: `${REDIRECT_URI}?next=https://evil.example` }],
    ['userinfo before the registered host', { redirect_uri: 'http://127.0.0.1:53683@evil.example/callback' }],
    ['a registered prefix as a label of another host', { redirect_uri: 'http://127.0.0.1.evil.example:53683/callback' }],
    ['another loopback name than the registered one', { redirect_uri: 'http://127.0.0.2:53683/callback' }],
    ['a path with dot segments', { redirect_uri: 'http://127.0.0.1:53683/x/../callback' }],
    ['a fragment', { redirect_uri: `${REDIRECT_URI}#x` }],
    ['a script URL', { redirect_uri: 'javascript:alert(1)' }],
    ['no redirect', { redirect_uri: undefined, client_id: 'nobody' }],
  ];
  for (const [what, overrides] of pages) {
    test(`${what} ends on a page of ours, never in a redirect`, async () => {
      const response = await fetch(client.authorizationUrl(overrides), { redirect: 'manual' });
      assert.equal(response.status, 400);
      assert.equal(response.headers.get('location'), null);
      assert.match(response.headers.get('content-type'), /text\/html/);
      assert.doesNotMatch(await response.text(), /href="?(?:https?:\/\/evil|javascript)/i);
    });
  }

  test('a parameter given twice is refused', async () => {
    for (const name of ['client_id', 'redirect_uri', 'state', 'code_challenge']) {
      const url = client.authorizationUrl();
      url.searchParams.append(name, url.searchParams.get(name));
      const response = await fetch(url, { redirect: 'manual' });
      const location = response.headers.get('location');
      const refused = response.status === 400 || (location?.startsWith(REDIRECT_URI) && new URL(location).searchParams.get('error') === 'invalid_request');
      assert.ok(refused, `${name}: ${response.status} ${location}`);
    }
  });

  test('any port of the registered loopback address is accepted (RFC 8252 §7.3)', async () => {
    const redirectUri = 'http://127.0.0.1:61234/callback';
    const { url } = await visit({ redirect_uri: redirectUri }, redirectUri);
    assert.ok(url.searchParams.get('code'), url.href);
  });

  test('line breaks in what the client sends stay encoded in where it is sent back to', async () => {
    const url = client.authorizationUrl({ state: 'a\r\nSet-Cookie: evil=1\r\n\r\n<script>', scope: 'admin' });
    const response = await fetch(url, { redirect: 'manual' });
    assert.equal(response.headers.get('set-cookie'), null);
    assert.match(response.headers.get('location'), /state=a%0D%0ASet-Cookie/i);
    assert.equal(new URL(response.headers.get('location')).searchParams.get('state'), 'a\r\nSet-Cookie: evil=1\r\n\r\n<script>');
  });

  test('a session id the client brings is ignored', async () => {
    const mine = claimsOf(tokens.access_token).tsid;
    const attacker = world.newClient();
    const answer = await attacker.authorize({ tsid: mine, session_id: mine, SessionID: mine });
    const { body } = await attacker.redeem(answer.get('code'), { tsid: mine, session_id: mine });
    assert.notEqual(claimsOf(body.access_token).tsid, mine);
  });
});

describe('the callback', { timeout: 60_000 }, () => {
  const callback = (params) => fetch(`${world.vmcp.origin}/oauth/callback?${new URLSearchParams(params)}`, { redirect: 'manual' });

  for (const params of [{}, { state: 'unknown', code: 'x' }, { state: '', code: 'x' }, { code: 'x' }, { state: 'unknown', error: 'access_denied' }, { state: 'x'.repeat(5000), code: 'x' }]) {
    test(`without a state we made: a page, no redirect (${Object.keys(params).join(', ') || 'nothing'}, ${params.state?.length ?? 'no'} characters)`, async () => {
      const response = await callback(params);
      assert.ok([400, 414, 431].includes(response.status), String(response.status));
      assert.equal(response.headers.get('location'), null);
    });
  }

  test('a state is good once', async () => {
    const attempt = world.newClient();
    await attempt.authorize();
    const seen = attempt.browser.history.filter((url) => url.startsWith(`${world.vmcp.origin}/oauth/callback`));
    assert.equal(seen.length, 2);
    for (const url of seen) {
      const page = await attempt.browser.visit(url, { follow: false, submit: false });
      assert.equal(page.status, 400, url);
      assert.equal(page.headers.get('location'), null);
    }
  });

  test('the code of one leg does not pass for the other', async () => {
    const attempt = world.newClient();
    await attempt.prepare();
    const first = await attempt.browser.visit(attempt.authorizationUrl(), { redirectUri: `${world.vmcp.origin}/oauth/callback` });
    const code = first.url.searchParams.get('code');
    // Finish the first leg honestly, then answer the second leg's state with the first leg's code.
    const unfollowed = { follow: false, submit: false };
    const next = await attempt.browser.visit(first.url, unfollowed);
    const second = new URL(next.headers.get('location'));
    assert.equal(second.origin, world.hub.issuer);
    const query = new URLSearchParams({ state: second.searchParams.get('state'), code, iss: world.corp.issuer });
    const mixed = await attempt.browser.visit(`${world.vmcp.origin}/oauth/callback?${query}`, unfollowed);
    const location = mixed.headers.get('location');
    assert.ok(mixed.status >= 400 || new URL(location).searchParams.has('error'), `${mixed.status} ${location}`);
    assert.equal(location === null ? null : new URL(location).searchParams.get('code'), null);
  });
});

describe('the token endpoint', { timeout: 60_000 }, () => {
  const fresh = async () => {
    const attempt = world.newClient();
    return { attempt, code: (await attempt.authorize()).get('code') };
  };
  const refused = ({ status, body, headers }, error) => {
    assert.deepEqual([status, body.error], [error === 'invalid_client' ? 401 : 400, error], JSON.stringify(body));
    assert.match(headers.get('cache-control') ?? '', /no-store/);
    assert.equal(body.access_token, undefined);
  };

  for (const [what, overrides, error] of [
    ['a wrong verifier', () => ({ code_verifier: newVerifier() }), 'invalid_grant'],
    ['a verifier shorter than RFC 7636 allows', () => ({ code_verifier: 'short' }), 'invalid_grant'],
    ['the challenge itself as verifier', (attempt) => ({ code_verifier: s256(attempt.verifier) }), 'invalid_grant'],
    ['another redirect URI', () => ({ redirect_uri: 'http://127.0.0.1:53683/other' }), 'invalid_grant'],
    ['a resource that is not ours', () => ({ resource: 'https://elsewhere.example/mcp' }), 'invalid_target'],
  ]) {
    test(`${what} is refused`, async () => {
      const { attempt, code } = await fresh();
      refused(await attempt.redeem(code, overrides(attempt)), error);
    });
  }

  test('no verifier is refused', async () => {
    const { attempt, code } = await fresh();
    const { status, body } = await postForm(attempt.metadata.token_endpoint, { grant_type: 'authorization_code', client_id: attempt.clientId, code, redirect_uri: REDIRECT_URI });
    assert.equal(status, 400);
    assert.match(body.error, /^invalid_(grant|request)$/);
  });

  test('the code of another client is refused', async () => {
    const { attempt, code } = await fresh();
    const thief = world.newClient();
    await thief.registerPatiently();
    thief.verifier = attempt.verifier;
    refused(await thief.redeem(code), 'invalid_grant');
  });

  test('a replayed code is refused and revokes what it had brought', async () => {
    const { attempt, code } = await fresh();
    const { body: first } = await attempt.redeem(code);
    assert.ok(first.refresh_token);
    refused(await attempt.redeem(code), 'invalid_grant');
    refused(await attempt.refresh(first.refresh_token), 'invalid_grant');
  });

  test('two redemptions of one code at the same time: at most one wins', async () => {
    const { attempt, code } = await fresh();
    const answers = await Promise.all(Array.from({ length: 8 }, () => attempt.redeem(code)));
    assert.ok(answers.filter(({ status }) => status === 200).length <= 1);
  });

  test('a refresh token used twice ends the whole family', async () => {
    const attempt = world.newClient();
    const first = await attempt.login();
    const { body: second } = await attempt.refresh(first.refresh_token);
    assert.ok(second.refresh_token);
    refused(await attempt.refresh(first.refresh_token), 'invalid_grant');
    refused(await attempt.refresh(second.refresh_token), 'invalid_grant');
  });

  test('a refresh cannot widen the scope', async () => {
    const attempt = world.newClient();
    const first = await attempt.login({ scope: 'openid offline_access' });
    refused(await attempt.refresh(first.refresh_token, { scope: 'openid offline_access email' }), 'invalid_scope');
  });

  test('refresh tokens are for their own client, and every changed character is noticed', async () => {
    const attempt = world.newClient();
    const { refresh_token: token } = await attempt.login();
    const thief = world.newClient();
    await thief.registerPatiently();
    refused(await thief.refresh(token), 'invalid_grant');
    for (const at of [0, Math.floor(token.length / 2), token.length - 2]) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      refused(await attempt.refresh(changed), 'invalid_grant');
    }
  });

  test('a grant nobody offers, and a body that is not a form', async () => {
    refused(await client.token({ grant_type: 'password', username: 'a', password: 'b' }), 'unsupported_grant_type');
    const response = await fetch(client.metadata.token_endpoint, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    assert.ok([400, 415].includes(response.status), String(response.status));
  });

  test('a body of more than 64 KiB is refused at token and at registration', async () => {
    const big = 'x'.repeat(64 * 1024 + 1);
    const token = await fetch(client.metadata.token_endpoint, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: `grant_type=${big}` });
    const registration = await fetch(client.metadata.registration_endpoint, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ redirect_uris: [REDIRECT_URI], client_name: big }) });
    assert.ok([400, 413].includes(token.status), String(token.status));
    assert.ok([400, 413].includes(registration.status), String(registration.status));
  });
});
