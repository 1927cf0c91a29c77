// The complete example of the authentication guide, as it is printed there, under `serve --mock-idps`: one sign-in with two legs,
// one call to each backend, and what each backend was given.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startCaptureBackend } from '../e2e/support/capture_backend.mjs';
import { Scope } from '../e2e/support/cleanup.mjs';
import { verifiedClaims } from '../e2e/support/jwt.mjs';
import { postMcp } from '../e2e/support/mcp_http.mjs';
import { OAuthClient, claimsOf } from '../e2e/support/oauth_client.mjs';
import { scratchDir, startVmcpauth, writeFiles } from '../e2e/support/vmcpauth.mjs';
import { ROOT, blocksOf, sets } from './blocks.mjs';

const GUIDE = join(ROOT, 'docs/guides/authentication.md');
// Ports of the guide's vmcpauth.toml.
const BACKENDS = { directory: 9001, repositories: 9002, reports: 9003 };

const scope = new Scope();
after(() => scope.close());

describe('the complete example of docs/guides/authentication.md', { timeout: 120_000 }, () => {
  const backends = {};
  const answers = {};
  let vmcp;
  let client;
  let token;
  let providers;  // origins of the built-in ones, in the order of the chain

  before(async () => {
    const blocks = blocksOf(GUIDE);
    const { files } = sets(blocks).find(({ name }) => name === 'complete');
    for (const [name, port] of Object.entries(BACKENDS)) {
      backends[name] = await startCaptureBackend(scope);
      assert.ok(files['vmcpauth.toml'].includes(`"http://127.0.0.1:${port}/mcp"`), `${name} is at port ${port} in the guide`);
      files['vmcpauth.toml'] = files['vmcpauth.toml'].replace(`"http://127.0.0.1:${port}/mcp"`, `"${backends[name].url}"`);
    }
    const dir = scratchDir(scope);
    writeFiles(join(dir, 'deploy'), files);
    const keys = blocks.find(({ marks }) => marks.makes === 'keys');
    execFileSync('sh', ['-euc', keys.text], { cwd: join(dir, 'deploy'), stdio: 'pipe' });
    vmcp = await startVmcpauth(scope, { dir, paths: ['deploy/'], args: ['--mock-idps', '--store', 'memory'], env: { EXCHANGE_CLIENT_SECRET: 'of-the-test' }, name: 'complete_example' });
    client = new OAuthClient(vmcp.origin, { persona: { user: 'grace' } });
    token = (await client.login({ scope: 'openid offline_access' })).access_token;
    providers = [...new Set(client.browser.history.map((url) => new URL(url).origin))].filter((origin) => origin !== vmcp.origin);
    for (const name of Object.keys(BACKENDS)) {
      const response = await postMcp(`${vmcp.url}/${name}`, token);
      answers[name] = { status: response.status, text: await response.text() };
    }
  });

  const bearerOf = (name) => backends[name].bearers.at(-1);

  const verified = (name, issuer, audience) => verifiedClaims(bearerOf(name), `${issuer}/jwks`, { issuer, audience });

  test('the sign-in has two legs, at two providers', () => assert.equal(providers.length, 2, client.browser.history.join('\n')));

  test('every backend answers one call', () => {
    for (const name of Object.keys(BACKENDS)) {
      assert.equal(answers[name].status, 200, `${name}: ${answers[name].text}`);
      assert.equal(backends[name].requests.length, 1, name);
    }
  });

  test('directory gets the token of corporate, repositories that of codehost', async () => {
    assert.equal((await verified('directory', providers[0], 'api://corporate')).sub, 'corporate|grace');
    assert.equal((await verified('repositories', providers[1], 'api://codehost')).sub, 'codehost|grace');
  });

  test('reports gets a token made for it, with the scope and audience of the example, for the same person', async () => {
    const claims = await verified('reports', providers[0], 'reports-api');
    assert.equal(claims.sub, 'corporate|grace');
    assert.equal(claims.scope, 'reports.read');
  });

  test('no backend gets the client\'s token, or that of another backend', () => {
    const seen = Object.keys(BACKENDS).map(bearerOf);
    assert.equal(new Set(seen).size, 3);
    assert.ok(!seen.includes(token));
    for (const bearer of seen) assert.equal(claimsOf(bearer).tsid, undefined);
  });

  test('the tokens are signed with the key of the example', async () => {
    assert.ok((await verifiedClaims(token, client.metadata.jwks_uri, { issuer: vmcp.origin, audience: vmcp.url })).tsid);
    const { keys } = await (await fetch(client.metadata.jwks_uri)).json();
    assert.deepEqual(keys.map(({ kty, crv }) => [kty, crv]), [['EC', 'P-256']]);
  });
});
