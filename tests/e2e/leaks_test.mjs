// No secret in any output: a whole life of logins, refreshes, failures and forwarded requests at the highest verbosity,
// then every secret that ever existed is searched for in everything that was printed or shown.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { startCaptureBackend } from './support/capture_backend.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { OAuthClient, newVerifier } from './support/oauth_client.mjs';
import { UNAUTHENTICATED, inject, oauth2Upstream, oidcUpstream, runtimeConfig } from './support/runtime_config.mjs';
import { startScriptedIdp } from './support/scripted_idp.mjs';
import { scratchDir, startVmcpauth } from './support/vmcpauth.mjs';

const HMAC_SECRET = 'marker-hmac-secret-0123456789abcdefghij';
const API_KEY = 'marker-api-key-0123456789';

// Every spelling a secret could come out in.
function spellings(secret) {
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('base64url'), Buffer.from(secret).toString('hex')];
}

async function liveThroughEverything(world, secrets) {
  const { vmcp, idp, second } = world;
  const client = new OAuthClient(vmcp.origin);
  const note = (...values) => values.filter((value) => typeof value === 'string' && value.length >= 8).forEach((value) => secrets.add(value));
  const noteLogin = (tokens) => note(tokens.access_token, tokens.refresh_token, tokens.access_token?.split('.')[2]);

  const code = (await client.authorize()).get('code');
  note(code, client.verifier);
  const { body: tokens } = await client.redeem(code);
  noteLogin(tokens);
  for (const name of ['first', 'second', 'keyed', 'down']) await (await postMcp(`${vmcp.url}/${name}`, tokens.access_token)).text();

  // Failures: each prints something, and none may print what it was given.
  await client.redeem(code);
  await client.refresh(`${tokens.refresh_token}x`);
  const { body: renewed } = await client.refresh(tokens.refresh_token);
  noteLogin(renewed);
  await client.refresh(tokens.refresh_token);
  const again = (await client.authorize()).get('code');
  note(again, client.verifier);
  await client.redeem(again, { code_verifier: newVerifier() });
  await postMcp(`${vmcp.url}/first`, `${tokens.access_token}x`);
  await fetch(`${vmcp.url}/first?access_token=${tokens.access_token}`, { headers: { cookie: 'marker-cookie=0123456789' } });
  note('marker-cookie=0123456789');
  await fetch(`${vmcp.origin}/oauth/callback?code=marker-unknown-code-1&state=marker-unknown-state`);
  note('marker-unknown-code-1');

  const echo = (parameters) => [...parameters].map(([name, value]) => `${name}=${value}`).join('&');
  for (const provider of [idp, second]) {
    provider.answers.token = (request, response, parameters) => response.writeHead(400, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: 'invalid_client', error_description: `${echo(parameters)} ${request.headers.authorization} ${provider.clientSecret} ${provider.lastAccessToken}` }));
    const failing = new OAuthClient(vmcp.origin);
    await failing.prepare();
    await failing.browser.visit(failing.authorizationUrl(), { redirectUri: failing.redirectUri });
    note(failing.verifier);
    world.pages.push(...failing.browser.pages, ...failing.browser.history.filter((url) => url.startsWith(failing.redirectUri)));
    provider.answers = {};
  }
  for (const { parameters, headers } of [...idp.requests, ...second.requests]) {
    for (const name of ['code', 'code_verifier', 'client_secret', 'refresh_token']) note(parameters.get(name));
    note(headers.authorization?.split(' ')[1]);
  }
  note(idp.clientSecret, second.clientSecret, idp.lastAccessToken, idp.lastRefreshToken, second.lastAccessToken, second.lastRefreshToken, HMAC_SECRET, API_KEY);
  world.pages.push(...client.browser.pages);
}

for (const format of ['json', 'human']) {
  describe(`output at the highest verbosity, ${format} log`, { timeout: 120_000 }, () => {
    test('holds no secret', async (t) => {
      const idp = await startScriptedIdp(t, { name: 'scripted' });
      const second = await startScriptedIdp(t, { name: 'second' });
      const backend = await startCaptureBackend(t);
      const dir = scratchDir(t);
      const { files, env } = runtimeConfig({
        upstreams: [oidcUpstream(idp), oauth2Upstream(second, { userinfo: { endpoint_url: `${second.issuer}/userinfo`, field_mapping: { subject_fields: ['id'] } } })],
        backends: {
          first: { url: backend.url, auth: inject('scripted') }, second: { url: backend.url, auth: inject('second') },
          keyed: { url: backend.url, auth: { type: 'header_injection', headerInjection: { headerName: 'X-API-Key', headerValueEnv: 'E2E_API_KEY' } } },
          down: { url: 'http://127.0.0.1:9/mcp', auth: UNAUTHENTICATED },
        },
        authServer: { hmac_secret_files: [`${dir}/hmac`] },
      });
      const vmcp = await startVmcpauth(t, { dir, files: { ...files, hmac: HMAC_SECRET }, env: { ...env, E2E_API_KEY: API_KEY }, args: ['-v'], logFormat: format, name: `leaks_${format}` });
      const world = { vmcp, idp, second, pages: [] };
      const secrets = new Set();
      await liveThroughEverything(world, secrets);
      assert.equal(backend.requests.some((request) => request.headers['x-api-key'] === API_KEY), true, 'the key was used');
      vmcp.signal('SIGHUP');
      assert.equal((await vmcp.stop()).code, 0);

      assert.ok(secrets.size > 20, `only ${secrets.size} secrets were collected`);
      const shown = `${vmcp.output}\n${world.pages.map((page) => page.html ?? page).join('\n')}`;
      assert.ok(vmcp.stderr.split('\n').length > 20, 'the log says something at all');
      for (const secret of secrets) {
        for (const spelling of spellings(secret)) {
          const at = shown.indexOf(spelling);
          assert.equal(at, -1, `a secret came out: …${shown.slice(Math.max(0, at - 160), at)}<here>`);
        }
      }
    });
  });
}

test('error pages of the authorization server repeat nothing they were given', { timeout: 60_000 }, async (t) => {
  const vmcp = await startVmcpauth(t, { name: 'leaks_pages' });
  const page = await new Browser().visit(`${vmcp.origin}/oauth/authorize?client_id=%3Cscript%3Ealert(1)%3C/script%3E&redirect_uri=javascript:alert(2)&state=marker`, { submit: false });
  assert.equal(page.status, 400);
  assert.doesNotMatch(page.html, /<script>alert|href="?javascript:/i);
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  assert.match(page.headers.get('cache-control') ?? '', /no-store/);
  assert.match(page.headers.get('referrer-policy') ?? '', /no-referrer/);
});
