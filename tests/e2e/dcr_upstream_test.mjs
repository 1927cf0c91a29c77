// An upstream we register at by ourselves (RFC 7591): `oidc-provider` spoken to as a plain OAuth 2.0 server whose every
// endpoint comes from its discovery document.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startCaptureBackend } from './support/capture_backend.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { OAuthClient } from './support/oauth_client.mjs';
import { personaAt, startOidcProvider } from './support/oidc_provider.mjs';
import { dcrUpstream, inject, runtimeConfig } from './support/runtime_config.mjs';
import { startVmcpauth } from './support/vmcpauth.mjs';

const INITIAL_TOKEN = 'marker-initial-access-token-0123456789';

async function startWorld(t, name, { initialAccessToken, sent = initialAccessToken } = {}) {
  const idp = await startOidcProvider(t, { name: 'registry', registration: { enabled: true, ...(initialAccessToken ? { initialAccessToken } : {}) } });
  const backend = await startCaptureBackend(t);
  const { files, env } = runtimeConfig({ upstreams: [dcrUpstream(idp, sent)], backends: { tools: { url: backend.url, auth: inject('registry') } } });
  const vmcp = await startVmcpauth(t, { files, env, name });
  const registrations = () => idp.requests.filter(({ method, path }) => method === 'POST' && path === '/reg').length;
  return { idp, backend, vmcp, registrations, newClient: () => new OAuthClient(vmcp.origin, { persona: personaAt(idp) }) };
}

describe('an upstream with dcr_config.discovery_url', { timeout: 120_000 }, () => {
  test('registers once, signs in by discovered endpoints, and refreshes', async (t) => {
    const world = await startWorld(t, 'dcr_upstream');
    assert.equal(world.registrations(), 0, 'nothing is registered before somebody signs in');
    const client = world.newClient();
    const tokens = await client.login();
    assert.equal((await postMcp(`${world.vmcp.url}/tools`, tokens.access_token)).status, 200);
    assert.equal(await world.idp.ownerOf(world.backend.bearers.at(-1)), 'alice-registry');
    const again = await world.newClient().login();
    assert.equal((await postMcp(`${world.vmcp.url}/tools`, again.access_token)).status, 200);
    assert.equal(world.registrations(), 1);
    assert.equal(world.idp.count('authorization_code'), 2);
  });

  test('the initial access token opens the registration and is nowhere in the output', async (t) => {
    const world = await startWorld(t, 'dcr_initial_token', { initialAccessToken: INITIAL_TOKEN });
    await world.newClient().login();
    assert.equal(world.registrations(), 1);
    assert.equal(world.vmcp.output.includes(INITIAL_TOKEN), false);
  });

  test('a refused registration ends the login; the developer reads the provider\'s words', async (t) => {
    const world = await startWorld(t, 'dcr_refused', { initialAccessToken: INITIAL_TOKEN, sent: 'marker-wrong-token-0123456789' });
    const answer = await world.newClient().authorize();
    assert.equal(answer.get('error'), 'server_error');
    assert.match(world.vmcp.stderr, /invalid_token/);
    assert.doesNotMatch(world.vmcp.output, /marker-wrong-token/);
  });
});
