// Forged, bent and stolen access tokens at /mcp. The server signs with a key the test holds too, so that every claim can be
// wrong in a token whose signature is right.
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SignJWT, calculateJwkThumbprint, exportJWK } from 'jose';
import { Scope } from './support/cleanup.mjs';
import { postMcp, rpc } from './support/mcp_http.mjs';
import { claimsOf } from './support/oauth_client.mjs';
import { startTwoProviders } from './support/two_providers.mjs';
import { scratchDir } from './support/vmcpauth.mjs';

const scope = new Scope();
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
let kid;
let world;
let tokens;

before(async () => {
  kid = await calculateJwkThumbprint(await exportJWK(publicKey));
  const dir = scratchDir(scope);
  world = await startTwoProviders(scope, {
    name: 'access_token_attacks', dir,
    authServer: { signing_key_config: { key_dir: join(dir, 'keys'), signing_key_file: 'signing.pem' } },
    extraFiles: { 'keys/signing.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }) },
  });
  tokens = await world.newClient().login();
});
after(() => scope.close());

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (claims, header = {}) => new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid, ...header }).sign(privateKey);
const askMcp = (token) => postMcp(world.mcp('corp'), token);

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

  test('a page of another origin may read metadata and keys, and do nothing else (RFC 9728, CORS)', async () => {
    const origin = 'https://app.example';
    const documents = ['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration', '/.well-known/jwks.json'];
    for (const path of documents) {
      const response = await fetch(`${world.vmcp.origin}${path}`, { headers: { origin } });
      assert.deepEqual([path, response.status, response.headers.get('access-control-allow-origin')], [path, 200, '*']);
      const preflight = await fetch(`${world.vmcp.origin}${path}`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } });
      assert.deepEqual([path, preflight.status], [path, 204]);
    }
    for (const path of ['/oauth/register', '/oauth/token', '/mcp', '/mcp/corp']) {
      const response = await fetch(`${world.vmcp.origin}${path}`, { method: 'POST', headers: { origin, 'content-type': 'application/json' }, body: '{}' });
      assert.deepEqual([path, response.status], [path, 403]);
    }
  });
});
