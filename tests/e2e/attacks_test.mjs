// What an attacker sends to the authorization server and to /mcp, over real sockets to the real binary.
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import { SignJWT, calculateJwkThumbprint, exportJWK } from 'jose';
import { Browser } from './support/browser.mjs';
import { Scope } from './support/cleanup.mjs';
import { postMcp, rpc } from './support/mcp_http.mjs';
import { REDIRECT_URI, claimsOf, newVerifier, postForm, s256 } from './support/oauth_client.mjs';
import { startTwoProviders } from './support/two_providers.mjs';
import { scratchDir } from './support/vmcpauth.mjs';

const scope = new Scope();
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
let kid;
let world;
let client;
let tokens;

before(async () => {
  kid = await calculateJwkThumbprint(await exportJWK(publicKey));
  const dir = scratchDir(scope);
  world = await startTwoProviders(scope, {
    name: 'attacks', dir,
    authServer: { signing_key_config: { key_dir: join(dir, 'keys'), signing_key_file: 'signing.pem' } },
    extraFiles: { 'keys/signing.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }) },
  });
  client = world.newClient();
  tokens = await client.login();
});
after(() => scope.close());

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (claims, header = {}) => new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid, ...header }).sign(privateKey);
const askMcp = (token) => postMcp(world.mcp('corp'), token);

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

describe('access tokens at /mcp', { timeout: 60_000 }, () => {
  const now = () => Math.floor(Date.now() / 1000);
  const claims = (changes = {}) => ({ ...claimsOf(tokens.access_token), ...changes });

  test('control: a token signed here with the configured key and true claims is accepted', async () => {
    const response = await askMcp(await sign(claims(), { typ: 'at+jwt' }));
    assert.equal(response.status, 200, await response.text());
  });

  const hs256 = (secret) => {
    const input = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${encode(claims())}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
  const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const forgeries = {
    'nothing that looks like a token': () => 'garbage',
    'alg none with an empty signature': () => `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims())}.`,
    'alg None, in other letters, keeping a real signature': () => `${encode({ alg: 'NONE', kid })}.${encode(claims())}.${tokens.access_token.split('.')[2]}`,
    'HS256 with the public key in PEM': () => hs256(publicKey.export({ type: 'spki', format: 'pem' })),
    'HS256 with the public key in DER': () => hs256(publicKey.export({ type: 'spki', format: 'der' })),
    'HS256 with the public JWK': () => hs256(JSON.stringify(publicKey.export({ format: 'jwk' }))),
    'HS256 with an empty key': () => hs256(Buffer.alloc(0)),
    'ES256 by a stranger with our kid': () => new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid }).sign(otherKey.privateKey),
    'a key of its own in the header (jwk)': () => new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', jwk: otherKey.publicKey.export({ format: 'jwk' }) }).sign(otherKey.privateKey),
    'a key of its own by address (jku)': () => new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid: 'x', jku: `${world.corp.issuer}/jwks` }).sign(otherKey.privateKey),
    'a kid nobody knows': () => sign(claims(), { kid: 'unknown' }),
    'a kid that is a path': () => sign(claims(), { kid: '../../../../dev/null' }),
    'a critical header nobody understands': () => new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid, crit: ['x'], x: 1 }).sign(privateKey, { crit: { x: true } }),
    'another audience': () => sign(claims({ aud: 'https://elsewhere.example/mcp' })),
    'the audience with a slash more': () => sign(claims({ aud: `${world.vmcp.url}/` })),
    'no audience': () => sign(claims({ aud: undefined })),
    'another issuer': () => sign(claims({ iss: world.corp.issuer })),
    'the issuer with a slash more': () => sign(claims({ iss: `${world.vmcp.origin}/` })),
    'no issuer': () => sign(claims({ iss: undefined })),
    'expired an hour ago': () => sign(claims({ iat: now() - 7200, exp: now() - 3600 })),
    'no expiry': () => sign(claims({ exp: undefined })),
    'an expiry that is text': () => sign(claims({ exp: '9999999999' })).catch(() => 'unsigned'),
    'not valid before next hour': () => sign(claims({ nbf: now() + 3600 })),
    'a session that never was': () => sign(claims({ tsid: randomBytes(16).toString('hex') })),
    'no session': () => sign(claims({ tsid: undefined })),
    'the session of somebody else': async () => sign(claims({ sub: 'somebody-else' })),
    'a real token with one byte of its payload changed': () => {
      const [header, , signature] = tokens.access_token.split('.');
      return `${header}.${encode(claims({ scope: 'admin' }))}.${signature}`;
    },
    'a real token and a dot': () => `${tokens.access_token}.`,
    'the refresh token': () => tokens.refresh_token,
    'a token of an upstream provider': () => world.corpBackend.bearers.at(-1),
    '100 KB of token': () => `${encode({ alg: 'ES256' })}.${'A'.repeat(100_000)}.AAAA`,
  };
  for (const [what, forge] of Object.entries(forgeries)) {
    test(`${what}: refused, and no backend hears of it`, async () => {
      const seen = world.corpBackend.requests.length;
      const response = await askMcp(await forge());
      // Too big for a header is an answer of its own.
      assert.ok(response.status === 401 || (what.startsWith('100 KB') && response.status === 431), `${response.status} ${await response.text()}`);
      if (response.status === 401) {
        const challenge = response.headers.get('www-authenticate');
        assert.match(challenge, /^Bearer /);
        assert.match(challenge, /error="invalid_(token|request)"/);
        assert.match(challenge, /resource_metadata="http:\/\/127\.0\.0\.1:\d+\/\.well-known\/oauth-protected-resource/);
      }
      assert.equal(world.corpBackend.requests.length, seen);
    });
  }

  test('no token: a challenge without an error, and a body in JSON', async () => {
    const response = await askMcp(undefined);
    assert.equal(response.status, 401);
    assert.doesNotMatch(response.headers.get('www-authenticate'), /error=/);
    await response.json();
  });

  test('a token in the query or in the body is no token', async () => {
    const query = await postMcp(`${world.mcp('corp')}?access_token=${tokens.access_token}`);
    assert.equal(query.status, 401);
    const form = await fetch(world.mcp('corp'), { method: 'POST', body: new URLSearchParams({ access_token: tokens.access_token }) });
    assert.equal(form.status, 401);
  });

  test('the client\'s Authorization, Cookie and Proxy-Authorization never reach a backend', async () => {
    for (const name of ['corp', 'hub', 'open']) {
      const backend = world[`${name}Backend`];
      const response = await postMcp(world.mcp(name), tokens.access_token, {
        message: rpc('tools/list'),
        headers: { cookie: 'session=of-the-client', 'proxy-authorization': 'Basic b2YtdGhlLWNsaWVudA==', 'x-forwarded-for': '10.0.0.1', forwarded: 'for=10.0.0.1' },
      });
      assert.equal(response.status, 200, name);
      const seen = JSON.stringify(backend.last.rawHeaders);
      assert.ok(!seen.includes('of-the-client') && !seen.includes('b2YtdGhlLWNsaWVudA'), seen);
      assert.ok(!seen.includes(tokens.access_token.slice(-20)), 'the client\'s own token');
    }
    assert.equal(world.openBackend.last.headers.authorization, undefined);
  });

  test('a page of another origin may not use /mcp (DNS rebinding)', async () => {
    const foreign = await postMcp(world.mcp('corp'), tokens.access_token, { headers: { origin: 'https://evil.example' } });
    assert.equal(foreign.status, 403);
  });
});

describe('registration', { timeout: 120_000 }, () => {
  // Waits out the rate limit, which is not what these cases are about.
  const register = async (metadata, init = {}) => {
    for (;;) {
      const response = await fetch(client.metadata.registration_endpoint, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(metadata), ...init });
      if (response.status !== 429) return { status: response.status, body: await response.json() };
      await response.body.cancel();
      await pause(Number(response.headers.get('retry-after')) * 1000);
    }
  };

  const refusals = [
    ['no redirect URI', { redirect_uris: [] }, 'invalid_redirect_uri'],
    ['a script as redirect URI', { redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
    ['data as redirect URI', { redirect_uris: ['data:text/html,x'] }, 'invalid_redirect_uri'],
    ['http beyond loopback', { redirect_uris: ['http://client.example/callback'] }, 'invalid_redirect_uri'],
    ['a name that only begins like loopback', { redirect_uris: ['http://localhost.evil.example/callback'] }, 'invalid_redirect_uri'],
    ['a fragment', { redirect_uris: ['https://client.example/callback#x'] }, 'invalid_redirect_uri'],
    ['eleven redirect URIs', { redirect_uris: Array.from({ length: 11 }, (_, i) => `https://client.example/${i}`) }, 'invalid_redirect_uri'],
    ['a bad one among good ones', { redirect_uris: [REDIRECT_URI, 'javascript:alert(1)'] }, 'invalid_redirect_uri'],
    ['an implicit grant', { redirect_uris: [REDIRECT_URI], grant_types: ['implicit'] }, 'invalid_client_metadata'],
    ['a response type of the implicit flow', { redirect_uris: [REDIRECT_URI], response_types: ['token'] }, 'invalid_client_metadata'],
    ['a scope nobody supports', { redirect_uris: [REDIRECT_URI], scope: 'openid admin' }, 'invalid_client_metadata'],
    ['a client secret, which is not allowed here', { redirect_uris: ['https://client.example/callback'], token_endpoint_auth_method: 'client_secret_basic' }, 'invalid_client_metadata'],
    ['a very long name', { redirect_uris: [REDIRECT_URI], client_name: 'x'.repeat(257) }, 'invalid_client_metadata'],
  ];
  for (const [what, metadata, error] of refusals) {
    test(`${what} is refused with ${error}`, async () => {
      const { status, body } = await register(metadata);
      assert.deepEqual([status, body.error], [400, error], JSON.stringify(body));
      assert.equal(body.client_id, undefined);
    });
  }

  test('a body that is not JSON, and JSON that is not an object, are refused', async () => {
    for (const body of ['redirect_uris=x', '[]', 'null', '{"redirect_uris":', `{"redirect_uris":["${REDIRECT_URI}"],"redirect_uris":["https://evil.example/"]}`]) {
      assert.equal((await register(undefined, { body })).status, 400, body);
    }
  });

  test('a client cannot choose its own id or secret', async () => {
    const { status, body } = await register({ redirect_uris: [REDIRECT_URI], client_id: client.clientId, client_secret: 'chosen' });
    assert.equal(status, 201);
    assert.notEqual(body.client_id, client.clientId);
    assert.equal(body.client_secret, undefined);
  });

  test('too many in a row are put off with 429 and Retry-After', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => client.register()));
    const statuses = answers.map(({ status }) => status);
    assert.ok(statuses.includes(429) && statuses.every((status) => status === 201 || status === 429), String(statuses));
    for (const { status, headers } of answers) if (status === 429) assert.ok(Number(headers.get('retry-after')) >= 1);
  });
});
