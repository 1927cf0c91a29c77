// Logins without a person, and what happens when their tokens run out: the grant runs again with what lies there then, without
// a secret having been kept, or the user is told exactly what to run.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startLogin } from './support/login_process.mjs';
import { startScriptedMcp } from './support/scripted_mcp.mjs';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

async function run(t, args, options) {
  const running = startLogin(t, args, options);
  const { code } = await running.end();
  return { code, stdout: running.stdout, stderr: running.stderr, output: running.output, stateDir: running.stateDir };
}

const json = (response, status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

// Tokens that are over at once; `takes` says which forms get one.
async function startShortLived(t, takes) {
  const server = await startScriptedMcp(t);
  server.answers['/token'] = (_request, response, { body }) => {
    const form = new URLSearchParams(body);
    if (!takes(form)) return json(response, 400, { error: 'invalid_grant', error_description: 'too old' });
    const token = `marker-access-${server.count('/token')}`;
    server.tokens.add(token);
    return json(response, 200, { access_token: token, token_type: 'Bearer', expires_in: 5 });
  };
  server.forms = () => server.requests.filter((request) => request.path === '/token').map((request) => request.form);
  return server;
}

test('client credentials: the client signs in again by itself', { timeout: 60_000 }, async (t) => {
  const server = await startShortLived(t, (form) => form.get('grant_type') === 'client_credentials');
  const env = { ROBOT: 'marker-robot-secret' };
  const login = await run(t, ['login', server.url, '--client-id', 'robot', '--client-secret-env', 'ROBOT', '--client-credentials', '--scope', 'tools'], { env });
  assert.equal(login.code, 0, login.output);
  const before = server.count('/token');
  const call = await run(t, ['call', server.url, 'tools/list'], { stateDir: login.stateDir });
  assert.equal(call.code, 0, call.output);
  assert.ok(server.count('/token') > before);
  assert.equal(server.forms().at(-1).get('scope'), 'tools');
  const token = await run(t, ['token', 'get', server.url], { stateDir: login.stateDir });
  assert.equal(token.code, 0, token.output);
  assert.match(token.stdout, /^marker-access-\d+\n$/);
  assert.doesNotMatch(login.output + call.output + token.stderr, /marker-robot/);
});

test('a workload: its file is read again, and what to run is said when it is gone or too old', { timeout: 60_000 }, async (t) => {
  let good = 'marker-first.assertion.x';
  const server = await startShortLived(t, (form) => form.get('grant_type') === JWT_BEARER && form.get('assertion') === good);
  const probe = startLogin(t, ['version']);
  await probe.end();
  const file = join(probe.stateDir, 'workload token');
  writeFileSync(file, `${good}\n`);
  const { stateDir } = probe;
  const login = await run(t, ['login', server.url, '--assertion-file', file, '--client-id', 'workload'], { stateDir });
  assert.equal(login.code, 0, login.output);
  const kept = readdirSync(join(stateDir, 'vmcpauth', 'credentials')).map((name) => readFileSync(join(stateDir, 'vmcpauth', 'credentials', name), 'latin1')).join('\n');
  assert.doesNotMatch(kept, /marker-/);

  // The platform has put a new one there.
  good = 'marker-second.assertion.x';
  writeFileSync(file, good);
  const renewed = await run(t, ['call', server.url, 'tools/list'], { stateDir });
  assert.equal(renewed.code, 0, renewed.output);
  assert.equal(server.forms().at(-1).get('client_id'), 'workload');

  writeFileSync(file, 'marker-stale.assertion.x');
  const stale = await run(t, ['call', server.url, 'tools/list'], { stateDir });
  assert.equal(stale.code, 4, stale.output);
  assert.match(stale.stderr, /does not take what is in the file .*workload token[\s\S]*--assertion-file .*workload token[\s\S]*too old/);

  writeFileSync(file, '');
  for (const words of [['call', server.url, 'tools/list'], ['token', 'get', server.url]]) {
    const gone = await run(t, words, { stateDir });
    assert.equal(gone.code, 4, gone.output);
    assert.match(gone.stderr, /workload token is empty/);
    assert.match(gone.stderr, /vmcpauth login http\S+ --client-id workload --assertion-file/);
    assert.equal(gone.stdout, '');
  }
});

test('an enterprise: the ID token is exchanged anew, while its variable is there', { timeout: 60_000 }, async (t) => {
  const server = await startShortLived(t, (form) => form.get('grant_type') === JWT_BEARER && form.get('assertion') === 'marker-id-jag');
  server.answers['/idp'] = (_request, response) => json(response, 200, { access_token: 'marker-id-jag', issued_token_type: 'urn:ietf:params:oauth:token-type:id-jag', token_type: 'N_A' });
  const env = { ID_TOKEN: 'marker-id-token', IDP_SECRET: 'marker-idp-secret' };
  const args = ['--client-id', 'app', '--id-token-env', 'ID_TOKEN', '--idp-token-endpoint', server.at('/idp'), '--idp-client-id', 'corp', '--idp-client-secret-env', 'IDP_SECRET'];
  const login = await run(t, ['login', server.url, ...args], { env });
  assert.equal(login.code, 0, login.output);
  const renewed = await run(t, ['call', server.url, 'tools/list'], { stateDir: login.stateDir, env });
  assert.equal(renewed.code, 0, renewed.output);
  assert.equal(server.last('/idp').form.get('grant_type'), TOKEN_EXCHANGE);
  assert.equal(server.last('/idp').form.get('subject_token'), 'marker-id-token');
  assert.match(server.last('/idp').headers.authorization, /^Basic /);

  const gone = await run(t, ['call', server.url, 'tools/list'], { stateDir: login.stateDir, env: { IDP_SECRET: 'x' } });
  assert.equal(gone.code, 4, gone.output);
  assert.match(gone.stderr, /the environment variable ID_TOKEN is not set/);
  assert.ok(gone.stderr.includes(`--id-token-env ID_TOKEN --idp-token-endpoint ${server.at('/idp')} --idp-client-id corp --idp-client-secret-env IDP_SECRET`), gone.stderr);
  const half = await run(t, ['call', server.url, 'tools/list'], { stateDir: login.stateDir, env: { ID_TOKEN: 'x' } });
  assert.equal(half.code, 4, half.output);
  assert.match(half.stderr, /the environment variable IDP_SECRET is not set/);
});

test('a person who signs in afterwards is not taken for the program', { timeout: 60_000 }, async (t) => {
  const server = await startShortLived(t, (form) => form.get('grant_type') === 'client_credentials');
  const login = await run(t, ['login', server.url, '--client-id', 'robot', '--client-secret-env', 'ROBOT', '--client-credentials'], { env: { ROBOT: 'marker-robot-secret' } });
  assert.equal(login.code, 0, login.output);
  const person = startLogin(t, ['login', server.url, '--no-browser'], { stateDir: login.stateDir });
  const url = await person.signInUrl();
  assert.match(url.searchParams.get('client_id'), /^client-/);
});
