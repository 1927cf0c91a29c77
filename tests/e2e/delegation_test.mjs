// The embedded authorization server as token service (RFC 8693): a delegate client exchanges a user's token, and what it
// gets opens backends that need nothing of the user's logins, and only those.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Scope } from './support/cleanup.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { claimsOf, postForm } from './support/oauth_client.mjs';
import { startTwoProviders } from './support/two_providers.mjs';

const ISSUER = 'https://vmcp.deployed.example';
const AUDIENCE = `${ISSUER}/mcp`;
const SECRET = 'marker-delegate-secret-0123456789abcdef';
const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

const scope = new Scope();
let world;
let client;
let user;
before(async () => {
  world = await startTwoProviders(scope, {
    name: 'delegation',
    env: { E2E_DELEGATE: SECRET },
    authServer: {
      issuer: ISSUER, allowed_audiences: [AUDIENCE], insecure_allow_http: false, insecure_allow_confidential_over_loopback_http: true,
      delegate_clients: [{ client_id: 'agent', client_secret_env_var: 'E2E_DELEGATE', scopes: ['openid'], audiences: [AUDIENCE] }],
    },
    vmcp: { incomingAuth: { type: 'oidc', oidc: { issuer: ISSUER, clientId: 'vmcp', audience: AUDIENCE, resource: AUDIENCE } } },
  });
  client = world.newClient();
  user = await client.login({ resource: world.vmcp.url });
});
after(() => scope.close());

const exchange = (fields = {}) => postForm(client.metadata.token_endpoint, {
  grant_type: GRANT, client_id: 'agent', client_secret: SECRET, subject_token: user.access_token, subject_token_type: ACCESS_TOKEN, scope: 'openid', ...fields,
});

describe('a delegate client', { timeout: 60_000 }, () => {
  test('exchanges a user\'s token for a narrower one that names it as the actor', async () => {
    const { status, body } = await exchange();
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.issued_token_type, ACCESS_TOKEN);
    const claims = claimsOf(body.access_token);
    assert.equal(claims.sub, claimsOf(user.access_token).sub);
    assert.deepEqual([claims.act, claims.tsid, claims.scope], [{ iss: world.vmcp.origin, sub: 'agent' }, undefined, 'openid']);
  });

  test('its token opens a backend that needs no login of the user, and no other', async () => {
    const { body } = await exchange();
    assert.equal((await postMcp(world.mcp('open'), body.access_token)).status, 200);
    const refused = await postMcp(world.mcp('corp'), body.access_token);
    assert.equal(refused.status, 401);
    assert.match(await refused.text(), /provider \\?"corp\\?"/);
    assert.equal(world.corpBackend.requests.length, 0);
  });

  for (const [what, fields, status, error] of [
    ['a wrong secret', { client_secret: 'x'.repeat(40) }, 401, 'invalid_client'],
    ['a token that is none', { subject_token: 'garbage' }, 400, 'invalid_request'],
    ['more scope than it may have', { scope: 'openid offline_access' }, 400, 'invalid_scope'],
    ['another audience', { audience: 'https://elsewhere.example/mcp' }, 400, 'invalid_target'],
  ]) {
    test(`${what}: ${error}`, async () => {
      const answer = await exchange(fields);
      assert.deepEqual([answer.status, answer.body.error], [status, error]);
    });
  }

  test('the user\'s own client may not exchange', async () => {
    const { status, body } = await client.token({ grant_type: GRANT, subject_token: user.access_token, subject_token_type: ACCESS_TOKEN });
    assert.deepEqual([status, body.error], [400, 'unauthorized_client']);
  });
});
