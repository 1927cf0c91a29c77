// `token exchange` and `token inspect` against services that accept only some of what they are sent, and refuse with the
// words of the field.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SignJWT, generateKeyPair } from 'jose';
import { Scope } from './support/cleanup.mjs';
import { everythingPrinted, runCommand, runJson } from './support/command.mjs';
import { startFakeSts } from './support/fake_sts.mjs';
import { loadManifests } from './support/manifests.mjs';
import { startCaptureBackend } from './support/capture_backend.mjs';
import { OAuthClient } from './support/oauth_client.mjs';
import { oidcUpstream, runtimeConfig } from './support/runtime_config.mjs';
import { startScriptedIdp } from './support/scripted_idp.mjs';
import { scratchDir, startVmcpauth } from './support/vmcpauth.mjs';

const CLIENT = { client: 'gateway', secret: 'marker-sts-secret-0123456789' };
const BY_HAND = ['--audience', 'https://orders.example', '--scope', 'orders.read', '--client-id', CLIENT.client, '--client-secret-env', 'STS_SECRET', '--subject-token-file', 'subject.jwt'];

const scope = new Scope();
after(() => scope.close());
let dir, subject;
const env = { STS_SECRET: CLIENT.secret };
const exchange = (sts, ...args) => runCommand(scope, ['token', 'exchange', '--token-url', sts.tokenUrl, ...BY_HAND, ...args], { dir, env });

before(async () => {
  const { privateKey } = await generateKeyPair('ES256');
  subject = await new SignJWT({ scope: 'openid profile', email: 'ann@example.com' }).setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .setIssuer('https://idp.example').setSubject('user-1').setAudience('gateway').setIssuedAt().setExpirationTime('1h').sign(privateKey);
  dir = scratchDir(scope, { 'subject.jwt': `${subject}\n` });
});

describe('token exchange by hand', { timeout: 120_000 }, () => {
  test('shows request, answer and what changed', async () => {
    const sts = await startFakeSts(scope, CLIENT);
    const result = await exchange(sts);
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /subject_token +\[redacted\]/);
    assert.match(result.stdout, /audience +https:\/\/orders\.example/);
    assert.match(result.stdout, /~ aud {2}gateway -> https:\/\/orders\.example/);
    assert.match(result.stdout, /= sub {2}user-1/);
    assert.match(result.stdout, /- email/);
    assert.match(result.stdout, /\+ act/);
    assert.match(result.stdout, /└─ gateway {2}\(acting now\)/);
    assert.equal(sts.requests[0].get('subject_token'), subject);
  });

  test('--json has the same, --reveal the token, --dry-run sends nothing', async () => {
    const sts = await startFakeSts(scope, CLIENT);
    const json = JSON.parse((await exchange(sts, '--json')).stdout);
    assert.equal(json.answer.accepted, true);
    assert.equal(json.answer.access_token, '[redacted]');
    assert.equal(json.answer.diff.find((change) => change.claim === 'aud').after, 'https://orders.example');
    const sent = sts.requests.length;
    const dry = JSON.parse((await exchange(sts, '--json', '--dry-run')).stdout);
    assert.equal(dry.request.fields.audience, 'https://orders.example');
    assert.equal(sts.requests.length, sent);
  });

  test('refusals of the field are explained', async () => {
    const sts = await startFakeSts(scope, { ...CLIENT, accepts: () => false });
    for (const [code, description, rule] of [
      ['invalid_target', 'no such audience', 'exchange.target'],
      ['invalid_grant', 'AADSTS500131: Assertion audience does not match the Client app', 'entra.assertion-audience'],
      ['access_denied', 'Client not allowed to exchange', 'keycloak.client-not-allowed'],
      ['unauthorized_client', 'grant not allowed', 'exchange.client'],
      ['unsupported_grant_type', '', 'exchange.unsupported'],
    ]) {
      sts.refusal = (parameters) => ({ error: code, error_description: `${description} ${parameters.get('subject_token')} ${CLIENT.secret}` });
      const result = await exchange(sts, '--json');
      assert.equal(result.code, 1, result.stderr);
      const { answer } = JSON.parse(result.stdout);
      assert.deepEqual([answer.error.code, answer.error.explained.rule], [code, rule]);
    }
  });

  test('what is missing or wrong is said', async () => {
    const run = (...args) => runCommand(scope, ['token', 'exchange', ...args], { dir, env });
    assert.equal((await run()).code, 2);
    assert.equal((await run('--backend', 'x')).code, 2);
    assert.equal((await run('--token-url', 'nonsense', ...BY_HAND)).code, 2);
    assert.equal((await run('--token-url', 'http://127.0.0.1:9/token', '--client-id', 'x', '--client-secret-env', 'NOT_SET', '--subject-token-file', 'subject.jwt')).code, 3);
    const unreachable = await run('--token-url', 'http://127.0.0.1:9/token', ...BY_HAND);
    assert.equal(unreachable.code, 1);
    assert.match(unreachable.stdout, /refused/);
    const empty = await runCommand(scope, ['token', 'exchange', '--token-url', 'http://127.0.0.1:9/token', '--subject-token-file', '-'], { dir, env, input: '' });
    assert.equal(empty.code, 1);
  });
});

describe('token exchange --try', { timeout: 120_000 }, () => {
  test('finds the combinations that a picky service takes', async () => {
    const sts = await startFakeSts(scope, {
      ...CLIENT,
      accepts: (p) => p.get('resource') === 'https://orders.example' && !p.has('audience') && !p.has('scope') && p.get('subject_token_type').endsWith(':jwt'),
    });
    const result = await runJson(scope, ['token', 'exchange', '--token-url', sts.tokenUrl, ...BY_HAND, '--try'], { dir, env });
    assert.equal(result.accepted, 1);
    assert.ok(result.tried > 8 && result.tried <= 36, String(result.tried));
    const [found] = result.variations.filter((variation) => variation.accepted);
    assert.equal(found.request.resource, 'https://orders.example');
    assert.equal(found.request.audience, undefined);
    assert.equal(found.request.subject_token_type, 'urn:ietf:params:oauth:token-type:jwt');
    assert.deepEqual(found.aud, ['https://orders.example']);
    const text = await exchange(sts, '--try');
    assert.match(text.stdout, /yes resource=https:\/\/orders\.example, subject jwt {2}aud https:\/\/orders\.example/);
    assert.match(text.stdout, /no {2}audience=https:\/\/orders\.example, scope="orders\.read", subject access_token: invalid_target/);
  });

  test('stops when the client itself is refused, and fails when nothing is taken', async () => {
    const sts = await startFakeSts(scope, { client: 'gateway', secret: 'another-secret-0123456789' });
    const result = await exchange(sts, '--try');
    assert.equal(result.code, 1);
    assert.match(result.stdout, /0 of 1 accepted, the rest was not tried/);
    const picky = await startFakeSts(scope, { ...CLIENT, accepts: () => false });
    assert.equal((await exchange(picky, '--try')).code, 1);
  });
});

describe('token exchange of a backend', { timeout: 120_000 }, () => {
  test('does what the strategy would do, with the token of the session', async () => {
    const corp = await startScriptedIdp(scope, { name: 'corp' });
    const sts = await startFakeSts(scope, CLIENT);
    const backend = await startCaptureBackend(scope);
    const strategy = { type: 'token_exchange', tokenExchange: { tokenUrl: sts.tokenUrl, clientId: CLIENT.client, clientSecretEnv: 'STS_SECRET', audience: 'orders', scopes: ['orders.read'], subjectProviderName: 'corp' } };
    const { files, env: more } = runtimeConfig({
      upstreams: [oidcUpstream(corp)],
      backends: { orders: { url: backend.url, auth: strategy }, plain: { url: backend.url, auth: { type: 'upstream_inject', upstreamInject: { providerName: 'corp' } } } },
    });
    const home = scratchDir(scope);
    const all = { ...env, ...more };
    const vmcp = await startVmcpauth(scope, { dir: home, files, env: all, name: 'token_exchange' });
    await new OAuthClient(vmcp.origin).login();
    const run = (...args) => runCommand(scope, ['token', 'exchange', '--config', '.', ...args], { dir: home, env: all });
    const result = await run('--backend', 'orders', '--json');
    assert.equal(result.code, 0, result.stderr + result.stdout);
    assert.equal(sts.requests.at(-1).get('subject_token'), corp.lastAccessToken);
    assert.equal(sts.requests.at(-1).get('audience'), 'orders');
    const other = await run('--backend', 'plain');
    assert.equal(other.code, 0, other.stderr);
    assert.match(other.stdout, /plain uses upstream_inject: nothing is exchanged/);
    assert.match((await run('--backend', 'nobody')).stderr, /no backend "nobody"; it has orders, plain/);
    const overridden = await run('--backend', 'orders', '--audience', 'invoices', '--json', '--try');
    assert.equal(JSON.parse(overridden.stdout).variations[0].request.audience, 'invoices');
    assert.ok(!everythingPrinted().includes(corp.lastAccessToken));
    assert.ok(!everythingPrinted().includes(corp.clientSecret));
  });
});

describe('the built-in token service of --mock-idps', { timeout: 120_000 }, () => {
  test('exchanges the stored token of a session; the result is signed by the published keys', async () => {
    const names = ['repositories', 'directory', 'reports', 'weather'];
    const backend = await startCaptureBackend(scope);
    const files = loadManifests('two_upstreams', Object.fromEntries(names.map((name) => [name.toUpperCase(), backend.url])));
    const home = scratchDir(scope);
    const mock = await startVmcpauth(scope, { dir: home, files, env: { E2E_WEATHER_KEY: 'weather-api-key-of-the-test' }, args: ['--mock-idps'], name: 'token_exchange_mock' });
    const client = new OAuthClient(mock.origin, { persona: { user: 'grace' } });
    await client.login({ scope: 'openid offline_access' });
    const [issuer] = [...new Set(client.browser.history.map((url) => new URL(url).origin))].filter((origin) => origin !== mock.origin);
    const secret = { STS_SECRET: 'exchange-client-secret-of-the-test' };
    const by = ['token', 'exchange', '--token-url', `${issuer}/token`, '--subject-provider', 'corporate', '--client-id', 'mcp-exchange', '--client-secret-env', 'STS_SECRET'];
    const done = await runCommand(scope, [...by, '--audience', 'reports-api', '--reveal', '--json'], { dir: home, env: secret });
    assert.equal(done.code, 0, done.stdout + done.stderr);
    const { answer } = JSON.parse(done.stdout);
    assert.equal(answer.diff.find((change) => change.claim === 'aud').after, 'reports-api');
    const checked = await runCommand(scope, ['token', 'inspect', '-', '--issuer', issuer, '--json'], { dir: home, input: answer.access_token });
    assert.equal(JSON.parse(checked.stdout).tokens[0].signature.state, 'valid', checked.stdout);
    const refused = await runCommand(scope, [...by, '--audience', 'somewhere-else', '--json'], { dir: home, env: secret });
    assert.equal(refused.code, 1);
    assert.equal(JSON.parse(refused.stdout).answer.error.explained.rule, 'exchange.target');
    const tried = await runJson(scope, [...by, '--audience', 'reports-api', '--try'], { dir: home, env: secret });
    assert.ok(tried.accepted > 0 && tried.accepted < tried.tried, JSON.stringify(tried));
  });
});

describe('token inspect from standard input', { timeout: 120_000 }, () => {
  const inspect = (input, ...args) => runCommand(scope, ['token', 'inspect', ...args], { dir, env, input });

  test('a signature checked by key set, by file, and not at all', async () => {
    const sts = await startFakeSts(scope, {});
    await exchange(sts);
    const token = sts.issued[0] ?? (await exchange(sts), sts.issued[0]);
    const byUrl = await inspect(token, '-', '--jwks', sts.jwksUrl);
    assert.equal(byUrl.code, 0, byUrl.stdout + byUrl.stderr);
    assert.match(byUrl.stdout, /signature valid/);
    writeFileSync(join(dir, 'keys.json'), await (await fetch(sts.jwksUrl)).text());
    assert.match((await inspect(token, '-', '--jwks', 'keys.json')).stdout, /signature valid \(keys: the file keys\.json\)/);
    assert.match((await inspect(token)).stdout, /signature not checked: name the keys/);
    const other = await inspect(subject, '-', '--jwks', sts.jwksUrl);
    assert.equal(other.code, 1);
    assert.match(other.stdout, /no key fits/);
    const altered = `${token.slice(0, -6)}AAAAAA`;
    assert.equal((await inspect(altered, '-', '--jwks', sts.jwksUrl)).code, 1);
    assert.match((await inspect(token, '-', '--issuer', sts.origin)).stdout, /not checked/);
  });

  test('opaque tokens are recognised and never repeated', async () => {
    const token = 'gho_16C7e42F292c6912E7710c838347Ae178B4a';
    const result = await inspect(token);
    assert.equal(result.code, 0);
    assert.match(result.stdout, /GitHub OAuth app user token/);
    assert.ok(!(result.stdout + result.stderr).includes('16C7e42F'));
  });

  test('what is no token', async () => {
    for (const input of ['', '  \n', 'two words', 'a'.repeat(70_000)]) assert.equal((await inspect(input)).code, 1);
    assert.equal((await inspect(subject, '-', '--issuer', 'nonsense')).code, 2);
    assert.equal((await inspect(subject, '-', '--jwks', 'no-such-file.json')).code, 3);
  });
});

test('no secret was printed', () => {
  const printed = everythingPrinted();
  for (const secret of [subject, CLIENT.secret, 'another-secret-0123456789']) assert.ok(!printed.includes(secret));
});
