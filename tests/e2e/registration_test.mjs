// Dynamic client registration (RFC 7591): what is refused, what cannot be chosen, and how many in a row are too many.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import { Scope } from './support/cleanup.mjs';
import { REDIRECT_URI } from './support/oauth_client.mjs';
import { startTwoProviders } from './support/two_providers.mjs';

const scope = new Scope();
let client;
before(async () => {
  const world = await startTwoProviders(scope, { name: 'registration' });
  client = world.newClient();
  await client.prepare();
});
after(() => scope.close());

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
