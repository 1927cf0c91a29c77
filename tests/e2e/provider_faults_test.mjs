// Identity providers that fail, lie, hang or speak their own dialect. The developer reads why; secrets stay out of it.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { SignJWT, generateKeyPair } from 'jose';
import { startCaptureBackend } from './support/capture_backend.mjs';
import { Scope } from './support/cleanup.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { OAuthClient } from './support/oauth_client.mjs';
import { inject, oauth2Upstream, oidcUpstream, runtimeConfig } from './support/runtime_config.mjs';
import { startScriptedIdp } from './support/scripted_idp.mjs';
import { startVmcpauth } from './support/vmcpauth.mjs';

// The provider's own sentence, and a secret it carelessly repeats in it.
const PROVIDER_WORDS = 'AADSTS50105 the signed in user is not assigned to a role';
const json = (response, status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const form = (response, status, body) => response.writeHead(status, { 'content-type': 'application/x-www-form-urlencoded' }).end(new URLSearchParams(body).toString());

async function startWorld(scope, name, makeUpstream, options = {}) {
  const idp = await startScriptedIdp(scope, { name: 'scripted' });
  const second = await startScriptedIdp(scope, { name: 'second' });
  const backend = await startCaptureBackend(scope);
  const secondBackend = await startCaptureBackend(scope);
  const { files, env } = runtimeConfig({
    upstreams: [makeUpstream(idp), oidcUpstream(second)],
    backends: { only: { url: backend.url, auth: inject('scripted') }, second: { url: secondBackend.url, auth: inject('second') } }, ...options,
  });
  const vmcp = await startVmcpauth(scope, { files, env, name, args: ['-v'] });
  const reset = () => {
    for (const each of [idp, second]) Object.assign(each, { answers: {}, bendIdToken: () => {}, subject: `subject-at-${each.name}` });
  };
  reset();
  return { idp, second, backend, secondBackend, vmcp, reset, newClient: () => new OAuthClient(vmcp.origin), mcp: `${vmcp.url}/only` };
}

// Runs a login that must fail; resolves to what the client and the user were told, and the log lines of it.
async function failedLogin(world, { ms } = {}) {
  const client = world.newClient();
  await client.prepare();
  const logged = world.vmcp.stderr.length;
  const started = Date.now();
  const end = await client.browser.visit(client.authorizationUrl(), { redirectUri: client.redirectUri });
  if (ms) assert.ok(Date.now() - started < ms, `took ${Date.now() - started} ms`);
  const told = end.url.href.startsWith(client.redirectUri) ? end.url.searchParams : undefined;
  assert.equal(told?.get('code') ?? null, null, 'no code may come out of this');
  if (told) {
    assert.equal(told.get('state'), client.state);
    assert.equal(told.get('iss'), world.vmcp.origin);
  } else {
    assert.ok(end.status >= 400, `a page with status ${end.status}`);
  }
  const log = world.vmcp.stderr.slice(logged);
  const everything = `${log}\n${told ?? ''}\n${client.browser.pages.map((page) => page.html).join('\n')}`;
  for (const secret of [world.idp.clientSecret, world.second.clientSecret, world.idp.lastAccessToken, world.idp.lastRefreshToken, client.verifier]) {
    if (secret) assert.ok(!everything.includes(secret), 'a secret came out');
  }
  return { client, told, page: told ? undefined : end, error: told?.get('error'), log, everything };
}

describe('an OpenID provider that misbehaves', { timeout: 180_000 }, () => {
  const scope = new Scope();
  let world;
  before(async () => { world = await startWorld(scope, 'provider_faults', oidcUpstream); });
  after(() => scope.close());
  beforeEach(() => world.reset());

  test('control: with nothing bent the login succeeds at both', async () => {
    const { access_token: token } = await world.newClient().login();
    assert.equal((await postMcp(world.mcp, token)).status, 200);
    assert.equal(world.backend.bearers.at(-1), world.idp.lastAccessToken);
  });

  test('an error at the authorization endpoint: its words reach the developer', async () => {
    world.idp.answers.authorize = (_request, response, parameters) =>
      world.idp.sendBack(response, parameters, { error: 'access_denied', error_description: PROVIDER_WORDS, state: parameters.get('state') });
    const { error, log, everything } = await failedLogin(world);
    assert.equal(error, 'access_denied');
    assert.ok(log.includes(PROVIDER_WORDS), log);
    assert.ok(everything.includes('scripted'), 'the provider is named');
  });

  test('an error at the token endpoint: its words are in the log, a secret it repeats is not', async () => {
    world.idp.answers.token = (_request, response, parameters) =>
      json(response, 400, { error: 'invalid_grant', error_description: `${PROVIDER_WORDS}; client_secret=${world.idp.clientSecret} code=${parameters.get('code')}` });
    const { error, log } = await failedLogin(world);
    assert.ok(['server_error', 'access_denied', 'temporarily_unavailable'].includes(error), error);
    assert.ok(log.includes('invalid_grant') && log.includes('AADSTS50105'), log);
    const code = world.idp.requests.findLast((request) => request.path === '/token').parameters.get('code');
    assert.ok(!log.includes(code), 'the authorization code is a secret too');
  });

  test('words with control characters and markup do no harm in log and page', async () => {
    world.idp.answers.authorize = (_request, response, parameters) => world.idp.sendBack(response, parameters,
      { error: 'access_denied', error_description: 'line one\r\nline two \u001b[31m<script>alert(1)</script>', state: parameters.get('state') });
    const { everything, log } = await failedLogin(world);
    assert.doesNotMatch(everything.replace(log, ''), /<script>alert/);
    assert.ok(!log.includes('\u001b') && !/^line two/m.test(log));
  });

  const bentIdTokens = {
    'a wrong nonce': (claims) => { claims.nonce = 'another'; },
    'no nonce': (claims) => { delete claims.nonce; },
    'another issuer': (claims) => { claims.iss = 'https://elsewhere.example'; },
    'the issuer with a slash more': (claims) => { claims.iss += '/'; },
    'another audience': (claims) => { claims.aud = 'another-client'; },
    'several audiences without azp for us': (claims) => { claims.aud = [claims.aud, 'another-client']; claims.azp = 'another-client'; },
    'expired an hour ago': (claims) => { claims.exp -= 7200; claims.iat -= 7200; },
    'no expiry': (claims) => { delete claims.exp; },
    'issued tomorrow': (claims) => { claims.nbf = claims.iat + 86_400; },
    'no subject': (claims) => { delete claims.sub; },
    'an empty subject': (claims) => { claims.sub = ''; },
    'a kid that is in no key set': (_claims, header) => { header.kid = 'unknown'; },
  };
  for (const [what, bend] of Object.entries(bentIdTokens)) {
    test(`an ID token with ${what} ends the login`, async () => {
        world.idp.bendIdToken = bend;
      const { error, log } = await failedLogin(world);
      assert.ok(error, 'the client is told');
      assert.match(log, /scripted/);
    });
  }

  test('an ID token signed by somebody else, or by nobody, ends the login', async () => {
    const stranger = await generateKeyPair('ES256');
    const forge = {
      stranger: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: world.idp.kid }).sign(stranger.privateKey),
      none: (claims) => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`,
      hmac: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: world.idp.kid }).sign(new TextEncoder().encode(JSON.stringify(world.idp.jwk))),
    };
    for (const [who, sign] of Object.entries(forge)) {
        world.reset();
      world.idp.answers.token = async (_request, response, parameters) => {
        const honest = await world.idp.redeem(parameters);
        const claims = JSON.parse(Buffer.from(honest.id_token.split('.')[1], 'base64url'));
        json(response, 200, { ...honest, id_token: await sign(claims) });
      };
      assert.ok((await failedLogin(world)).error, who);
    }
  });

  const brokenAnswers = {
    'HTML instead of JSON': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Maintenance</h1>'),
    'garbage that claims to be JSON': (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token": '),
    'JSON that is no object': (response) => json(response, 200, ['access_token']),
    'no access token': (response) => json(response, 200, { token_type: 'Bearer', id_token: 'x.y.z' }),
    'no ID token': (response) => json(response, 200, { access_token: 'marker-a', token_type: 'Bearer', expires_in: 60 }),
    'an access token that is a number': (response) => json(response, 200, { access_token: 12345, token_type: 'Bearer' }),
    'an access token with a line break': (response) => json(response, 200, { access_token: 'a\r\nX-Injected: 1', token_type: 'Bearer' }),
    'status 500': (response) => json(response, 500, { error: 'server_error' }),
    'a redirect': (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/elsewhere' }).end(),
    'a closed connection': (response) => response.destroy(),
    'a connection closed in the middle': (response) => { response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }); response.write('{"access', () => response.destroy()); },
    'ten megabytes': (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(`{"access_token":"${'x'.repeat(10 << 20)}"}`),
    'nesting without end': (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('['.repeat(200_000)),
  };
  for (const [what, answer] of Object.entries(brokenAnswers)) {
    test(`a token endpoint that answers with ${what} ends the login`, async () => {
        world.idp.answers.token = (_request, response) => answer(response);
      const { error } = await failedLogin(world);
      assert.ok(error, 'the client is told');
    });
  }

  test('a provider that never answers ends the login in bounded time, and others are served meanwhile', async () => {
    const held = [];
    world.idp.answers.token = (_request, response) => { held.push(response); };
    const slow = failedLogin(world, { ms: 60_000 });
    const health = await fetch(`${world.vmcp.origin}/health`);
    assert.equal(health.status, 200);
    const { error, log } = await slow;
    assert.ok(error);
    assert.match(log, /did not answer in time/);
    for (const response of held) response.destroy();
  });

  test('a failure at the second provider leaves nothing of the first behind', async () => {
    world.second.bendIdToken = (claims) => { claims.aud = 'another-client'; };
    const { error, client } = await failedLogin(world);
    assert.ok(error);
    world.reset();
    const asked = world.idp.count('/authorize');
    const { access_token: token } = await client.login();
    assert.equal(world.idp.count('/authorize'), asked + 1, 'the first provider is asked again');
    assert.equal((await postMcp(world.mcp, token)).status, 200);
  });

  test('another subject at the second provider is its own matter', async () => {
    world.second.subject = 'quite-another-person';
    const { access_token: token } = await world.newClient().login();
    assert.equal((await postMcp(`${world.vmcp.url}/second`, token)).status, 200);
  });

  test('a rotated signing key is fetched once it is met', async () => {
    await world.newClient().login();
    await world.idp.rotateKey();
    await world.newClient().login();
  });
});

describe('an OAuth 2.0 provider with manners of its own', { timeout: 120_000 }, () => {
  const scope = new Scope();
  let world;
  before(async () => {
    world = await startWorld(scope, 'oauth2_dialects', (idp) => oauth2Upstream(idp, { userinfo: { endpoint_url: `${idp.issuer}/userinfo`, field_mapping: { subject_fields: ['id'], name_fields: ['login'] } } }));
  });
  after(() => scope.close());
  beforeEach(() => world.reset());

  test('a form-encoded token response without expires_in is taken, and does not expire', async () => {
    world.idp.answers.token = (_request, response) => form(response, 200, { access_token: 'gho_marker', scope: 'repo', token_type: 'bearer' });
    const { access_token: token } = await world.newClient().login();
    assert.equal((await postMcp(world.mcp, token)).status, 200);
    assert.equal(world.backend.bearers.at(-1), 'gho_marker');
  });

  test('status 200 that carries an error is an error', async () => {
    world.idp.answers.token = (_request, response) => form(response, 200, { error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' });
    const { error, log } = await failedLogin(world);
    assert.ok(error);
    assert.ok(log.includes('bad_verification_code') && log.includes('incorrect or expired'), log);
  });

  test('ok:false with status 200 is an error', async () => {
    world.idp.answers.token = (_request, response) => json(response, 200, { ok: false, error: 'invalid_code' });
    const { error, log } = await failedLogin(world);
    assert.ok(error);
    assert.ok(log.includes('invalid_code'), log);
  });

  test('a user-info answer without any subject ends the login', async () => {
    world.idp.answers.userinfo = (_request, response) => json(response, 200, { login: 'somebody' });
    assert.ok((await failedLogin(world)).error);
  });

  test('a user-info endpoint that refuses the token ends the login', async () => {
    world.idp.answers.userinfo = (_request, response) => json(response, 401, { message: 'Bad credentials' });
    const { error, log } = await failedLogin(world);
    assert.ok(error);
    assert.match(log, /401|Bad credentials/);
  });

  test('the client authenticates once, and PKCE is used there too', async () => {
    await world.newClient().login();
    const { parameters, headers } = world.idp.requests.findLast((request) => request.path === '/token');
    assert.ok(parameters.get('code_verifier'));
    const inHeader = headers.authorization !== undefined;
    assert.notEqual(inHeader, parameters.has('client_secret'), 'exactly one way of authenticating');
    assert.match(headers.accept ?? '', /application\/json/);
  });
});

test('a provider nobody can reach: the login fails with its name, the server stays', { timeout: 60_000 }, async (t) => {
  const world = await startWorld(t, 'provider_down', (idp) => oidcUpstream({ name: idp.name, clientId: idp.clientId, clientSecret: idp.clientSecret, issuer: 'http://127.0.0.1:9' }));
  const { log } = await failedLogin(world);
  assert.match(log, /scripted/);
  assert.equal((await fetch(`${world.vmcp.origin}/health`)).status, 200);
});
