// Without the embedded authorization server: tokens of an external issuer (oidc-provider) by signature or by
// introspection, exchanged for the backend's own token; and a server that asks for no token at all.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startCaptureBackend } from './support/capture_backend.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { UNAUTHENTICATED, resourceServerConfig } from './support/runtime_config.mjs';
import { startTokenIssuer } from './support/token_issuer.mjs';
import { startVmcpauth } from './support/vmcpauth.mjs';

const JWT_AUDIENCE = 'https://mcp.deployed.example/mcp';
const OPAQUE_AUDIENCE = 'https://opaque.deployed.example/mcp';
const TYPES = 'urn:ietf:params:oauth:token-type:';

// A security token service that hands out numbered tokens.
async function startExchange(scope) {
  let count = 0;
  const sts = await startCaptureBackend(scope, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: `exchanged-${++count}`, issued_token_type: `${TYPES}access_token`, token_type: 'Bearer', expires_in: 600 }));
  });
  return { url: `${sts.origin}/token`, requests: sts.requests, form: (i) => new URLSearchParams(sts.requests[i].body.toString()) };
}

async function startWorld(scope, name, incoming) {
  const issuer = await startTokenIssuer(scope, { jwtAudience: JWT_AUDIENCE, opaqueAudience: OPAQUE_AUDIENCE });
  const exchange = await startExchange(scope);
  const plain = await startCaptureBackend(scope);
  const exchanged = await startCaptureBackend(scope);
  const keyed = await startCaptureBackend(scope);
  const backends = {
    plain: { url: plain.url, auth: UNAUTHENTICATED },
    keyed: { url: keyed.url, auth: { type: 'header_injection', headerInjection: { headerName: 'X-API-Key', headerValueEnv: 'E2E_API_KEY' } } },
  };
  if (incoming(issuer).type === 'oidc') {
    backends.exchanged = {
      url: exchanged.url,
      auth: { type: 'token_exchange', tokenExchange: { tokenUrl: exchange.url, clientId: 'proxy', clientSecretEnv: 'E2E_EXCHANGE', audience: 'the-backend', scopes: ['read', 'write'] } },
    };
  }
  const vmcp = await startVmcpauth(scope, {
    files: resourceServerConfig({ incoming: incoming(issuer), backends }), name,
    env: { E2E_API_KEY: 'the-api-key', E2E_EXCHANGE: 'exchange secret: 100%', E2E_INTROSPECTION: issuer.introspectionSecret },
  });
  return { issuer, exchange, plain, exchanged, keyed, vmcp, at: (backend) => `${vmcp.url}/${backend}` };
}

const oidc = (issuer, more) => ({ type: 'oidc', oidc: { issuer: issuer.issuer, clientId: 'vmcp', audience: JWT_AUDIENCE, resource: JWT_AUDIENCE, insecureAllowHttp: true, jwksAllowPrivateIp: true, ...more } });

for (const [how, more] of [['discovery', () => ({})], ['jwksUrl', (issuer) => ({ jwksUrl: `${issuer.issuer}/jwks` })]]) {
  describe(`an external issuer, keys by ${how}`, { timeout: 60_000 }, () => {
    test('its tokens for our audience are accepted, those for another are not', async (t) => {
      const world = await startWorld(t, `external_${how}`, (issuer) => oidc(issuer, more(issuer)));
      assert.equal((await postMcp(world.at('plain'), await world.issuer.issue(JWT_AUDIENCE))).status, 200);
      assert.equal(world.plain.last.headers.authorization, undefined);
      const refused = await postMcp(world.at('plain'), await world.issuer.issue('https://elsewhere.example/mcp'));
      assert.equal(refused.status, 401);
      assert.match(refused.headers.get('www-authenticate'), /error="invalid_token"/);
      assert.equal((await postMcp(world.at('plain'), await world.issuer.issue(OPAQUE_AUDIENCE))).status, 401);
    });
  });
}

describe('an external issuer', { timeout: 60_000 }, () => {
  test('protected resource metadata sends clients there', async (t) => {
    const world = await startWorld(t, 'external_metadata', (issuer) => oidc(issuer));
    const challenge = (await postMcp(world.at('plain'))).headers.get('www-authenticate');
    const [, url] = /resource_metadata="([^"]+)"/.exec(challenge);
    const metadata = await (await fetch(url)).json();
    assert.deepEqual(metadata.authorization_servers, [world.issuer.issuer]);
    assert.equal((await fetch(`${world.vmcp.origin}/.well-known/oauth-authorization-server`)).status, 404, 'there is no authorization server here');
  });

  test('token exchange: the incoming token is the subject, once for many requests, and never reaches the backend', async (t) => {
    const world = await startWorld(t, 'external_exchange', (issuer) => oidc(issuer));
    const token = await world.issuer.issue(JWT_AUDIENCE);
    const answers = await Promise.all(Array.from({ length: 10 }, () => postMcp(world.at('exchanged'), token)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(world.exchange.requests.length, 1);
    const form = world.exchange.form(0);
    assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:token-exchange');
    assert.equal(form.get('subject_token'), token);
    assert.equal(form.get('subject_token_type'), `${TYPES}access_token`);
    assert.equal(form.get('audience'), 'the-backend');
    assert.equal(form.get('scope'), 'read write');
    // RFC 6749 §2.3.1: both halves are form-encoded before they go into Basic.
    const basic = Buffer.from(world.exchange.requests[0].headers.authorization.split(' ')[1], 'base64').toString();
    assert.deepEqual(basic.split(':').map((half) => decodeURIComponent(half.replaceAll('+', ' '))), ['proxy', 'exchange secret: 100%']);
    assert.deepEqual(new Set(world.exchanged.bearers), new Set(['exchanged-1']));

    await postMcp(world.at('exchanged'), await world.issuer.issue(JWT_AUDIENCE));
    assert.equal(world.exchange.requests.length, 2, 'another subject, another exchange');
    assert.equal(world.exchanged.bearers.at(-1), 'exchanged-2');
  });

  test('introspection decides about opaque tokens', async (t) => {
    const world = await startWorld(t, 'external_introspection', (issuer) => oidc(issuer, {
      audience: OPAQUE_AUDIENCE, resource: OPAQUE_AUDIENCE, clientSecretEnv: 'E2E_INTROSPECTION', introspectionUrl: `${issuer.issuer}/token/introspection`,
    }));
    const good = await world.issuer.issue(OPAQUE_AUDIENCE);
    assert.equal((await postMcp(world.at('plain'), good)).status, 200);
    const revoked = await world.issuer.issue(OPAQUE_AUDIENCE);
    await world.issuer.revoke(revoked);
    assert.equal((await postMcp(world.at('plain'), revoked)).status, 401);
    assert.equal((await postMcp(world.at('plain'), `${good}x`)).status, 401);
  });
});

describe('anonymous', { timeout: 60_000 }, () => {
  test('no token is asked for, and one that is sent anyway stays here', async (t) => {
    const world = await startWorld(t, 'anonymous', () => ({ type: 'anonymous' }));
    assert.equal((await postMcp(world.at('plain'))).status, 200);
    assert.equal((await postMcp(world.at('plain'), 'a-token-of-the-client', { headers: { cookie: 'a=b' } })).status, 200);
    assert.equal(world.plain.last.headers.authorization, undefined);
    assert.equal(world.plain.last.headers.cookie, undefined);
    await postMcp(world.at('keyed'));
    assert.equal(world.keyed.last.headers['x-api-key'], 'the-api-key');
    const forged = await postMcp(world.at('keyed'), undefined, { headers: { 'x-api-key': 'forged' } });
    assert.equal(forged.status, 200);
    assert.equal(world.keyed.last.headers['x-api-key'], 'the-api-key', 'the strategy\'s own header wins');
  });

  test('with exactly one backend /mcp is that backend', async (t) => {
    const only = await startCaptureBackend(t);
    const vmcp = await startVmcpauth(t, { files: resourceServerConfig({ incoming: { type: 'anonymous' }, backends: { only: { url: only.url, auth: UNAUTHENTICATED } } }), name: 'one_backend' });
    assert.equal((await postMcp(vmcp.url)).status, 200);
    assert.equal(only.requests.length, 1);
  });
});
