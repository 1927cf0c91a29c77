// The token commands on what a real `serve` stored in SQLite: listed, judged, read, refreshed, dumped, moved, revoked.
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startCaptureBackend } from './support/capture_backend.mjs';
import { Scope } from './support/cleanup.mjs';
import { everythingPrinted, runCommand, runJson, startCommand } from './support/command.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { OAuthClient, claimsOf, postForm } from './support/oauth_client.mjs';
import { inject, oauth2Upstream, oidcUpstream, runtimeConfig } from './support/runtime_config.mjs';
import { startScriptedIdp } from './support/scripted_idp.mjs';
import { scratchDir, startVmcpauth } from './support/vmcpauth.mjs';
import { until } from './support/wait.mjs';

const scope = new Scope();
after(() => scope.close());

const CONFIG = ['--config', 'vmcp-config.yaml', '--config', 'authserver-config.yaml'];
const secrets = new Set();
let corp, hub, vmcp, backend, dir, env, tsid, tokens, client;

const command = (...args) => runCommand(scope, ['token', ...args], { dir, env });
const json = (args, code) => runJson(scope, ['token', ...args], { dir, env }, code);

// A revocation endpoint that remembers what was given back.
function acceptRevocations(idp) {
  idp.revoked = [];
  const metadata = () => ({ ...idp.metadata(), revocation_endpoint: `${idp.issuer}/revoke` });
  idp.answers.discovery = (request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata()));
  idp.answers.revoke = (request, response, parameters) => {
    idp.revoked.push({ token: parameters.get('token'), hint: parameters.get('token_type_hint') });
    response.writeHead(200).end();
  };
}

function noteSecrets() {
  for (const idp of [corp, hub]) {
    for (const { parameters } of idp.requests) {
      for (const name of ['code', 'code_verifier', 'client_secret', 'refresh_token', 'token']) {
        const value = parameters.get(name);
        if (value?.length >= 8) secrets.add(value);
      }
    }
    for (const value of [idp.clientSecret, idp.lastAccessToken, idp.lastRefreshToken]) if (value) secrets.add(value);
  }
}

before(async () => {
  corp = await startScriptedIdp(scope, { name: 'corp' });
  hub = await startScriptedIdp(scope, { name: 'hub' });
  backend = await startCaptureBackend(scope);
  acceptRevocations(corp);
  dir = scratchDir(scope);
  const made = runtimeConfig({
    upstreams: [oidcUpstream(corp), oauth2Upstream(hub, { userinfo: { endpoint_url: `${hub.issuer}/userinfo`, field_mapping: { subject_fields: ['id'] } } })],
    backends: { corp: { url: backend.url, auth: inject('corp') }, hub: { url: backend.url, auth: inject('hub') } },
  });
  env = made.env;
  vmcp = await startVmcpauth(scope, { dir, files: made.files, env, name: 'token_commands' });
  client = new OAuthClient(vmcp.origin);
  tokens = await client.login();
  tsid = claimsOf(tokens.access_token).tsid;
  secrets.add(tokens.access_token).add(tokens.refresh_token);
  await (await postMcp(`${vmcp.url}/corp`, tokens.access_token)).text();
  noteSecrets();
});

describe('token list', { timeout: 120_000 }, () => {
  test('shows the session with its providers', async () => {
    const list = await json(['list']);
    assert.equal(list.sessions.length, 1);
    const [session] = list.sessions;
    assert.equal(session.tsid, tsid);
    assert.equal(session.client_id, client.clientId);
    assert.deepEqual(session.providers.map((row) => row.provider), ['corp', 'hub']);
    assert.ok(session.providers.every((row) => row.has_access_token && row.has_refresh_token && !row.expired));
    assert.ok(session.providers[0].expires_at.unix > Date.now() / 1000 + 3000);
    const text = await command('list');
    assert.equal(text.code, 0);
    assert.match(text.stdout, new RegExp(tsid.slice(0, 12)));
    assert.match(text.stdout, /corp .*expires in (59m|1h).*refresh token/);
  });

  test('filters', async () => {
    assert.equal((await json(['list', '--provider', 'hub'])).sessions[0].providers.length, 1);
    assert.equal((await json(['list', '--provider', 'nobody'])).sessions.length, 0);
    assert.equal((await json(['list', '--expired'])).sessions.length, 0);
    assert.equal((await json(['list', '--expiring', '30m'])).sessions.length, 0);
    assert.equal((await json(['list', '--expiring', '2h'])).sessions[0].providers.length, 2);
    assert.equal((await json(['list', '--user', 'nobody'])).sessions.length, 0);
    assert.equal((await json(['list', tsid.slice(0, 8)])).sessions.length, 1);
  });

  test('wrong arguments are told apart from what is not there', async () => {
    assert.equal((await command('list', '--expiring', 'soon')).code, 2);
    assert.equal((await command('list', '--store', 'sqlite:nowhere/store.db')).code, 3);
    assert.equal((await command('list', '--store', 'ftp://x')).code, 2);
    assert.equal((await command('list', '--expired', '--expiring', '1h')).code, 2);
  });

  test('--watch prints until Ctrl-C and ends in order', async () => {
    const watching = startCommand(scope, ['token', 'list', '--watch', '--json'], { dir, env });
    await until('two lists were printed', () => watching.stdout().split('"logins":').length > 2, { ms: 20_000 });
    watching.child.kill('SIGINT');
    const { code, signal, stdout } = await watching.done;
    assert.deepEqual([code, signal], [0, null]);
    assert.ok(stdout.endsWith('}\n'), 'no list is cut');
  });

  test('a reader that goes away ends it quietly', async () => {
    const listing = startCommand(scope, ['token', 'list', '--watch'], { dir, env });
    listing.child.stdout.destroy();
    const { code, signal } = await listing.done;
    assert.ok(code === 3 || signal === 'SIGPIPE' || code === 0, `${code} ${signal}`);
  });
});

describe('token inspect', { timeout: 120_000 }, () => {
  test('every token of a session, compared with the configuration', async () => {
    const report = await json(['inspect', tsid.slice(0, 10), ...CONFIG]);
    const idToken = report.tokens.find((token) => token.label === 'ID token of provider "corp"');
    assert.equal(idToken.signature.state, 'valid');
    assert.equal(idToken.comparison.rows.find((row) => row.what === 'audience').matches, true);
    assert.equal(report.tokens.find((token) => token.label === 'access token of provider "hub"').form, 'opaque');
  });

  test('the token that serve issued, from standard input', async () => {
    const result = await runCommand(scope, ['token', 'inspect', '-', '--json', ...CONFIG], { dir, env, input: `${tokens.access_token}\n` });
    const [token] = JSON.parse(result.stdout).tokens;
    assert.equal(token.signature.state, 'valid', result.stdout);
    assert.equal(token.recognised.id, 'vmcp');
    assert.deepEqual(token.comparison.rows.map((row) => row.matches), [true, true]);
    assert.equal(result.code, 0);
  });
});

describe('token doctor', { timeout: 120_000 }, () => {
  test('has nothing to say about a fresh session', async () => {
    const found = await json(['doctor', ...CONFIG]);
    assert.deepEqual([found.checked, found.with_problems], [1, 0]);
  });

  test('sees what the configuration asks for and was not granted', async () => {
    const { files, env: more } = runtimeConfig({
      upstreams: [oidcUpstream(corp, { scopes: ['openid', 'offline_access', 'drive.readonly'] }), oauth2Upstream(hub), oidcUpstream({ ...corp, name: 'third', issuer: corp.issuer, clientId: 'x', clientSecret: 'y'.repeat(20) })],
      backends: { corp: { url: backend.url, auth: inject('corp') }, third: { url: backend.url, auth: inject('third') } },
    });
    const wide = scratchDir(scope, files);
    const result = await runCommand(scope, ['token', 'doctor', '--json', '--config', wide], { dir, env: { ...env, ...more } });
    assert.equal(result.code, 1, result.stdout + result.stderr);
    const codes = JSON.parse(result.stdout).sessions[0].providers.flatMap((row) => row.observations.map((one) => `${row.provider} ${one.code}`));
    assert.ok(codes.includes('third no-tokens'), codes.join(', '));
  });
});

describe('token get and refresh', { timeout: 120_000 }, () => {
  test('get prints the token that the backend gets, and nothing else', async () => {
    const result = await command('get', tsid, '--provider', 'corp');
    assert.equal(result.stdout, `${corp.lastAccessToken}\n`);
    assert.equal((await command('get', '--provider', 'corp')).stdout, result.stdout);
    const several = await command('get');
    assert.equal(several.code, 1);
    assert.match(several.stderr, /corp, hub/);
    assert.equal((await command('get', '--provider', 'nobody')).code, 3);
  });

  test('refresh shows before and after, and serve uses what came of it', async () => {
    const old = corp.lastRefreshToken;
    const done = await json(['refresh', tsid, '--provider', 'corp', ...CONFIG]);
    noteSecrets();
    assert.equal(done.providers[0].refreshed, true);
    assert.equal(done.providers[0].access_token_changed, true);
    assert.equal(done.providers[0].refresh_token_rotated, true);
    assert.notEqual(corp.lastRefreshToken, old);
    assert.equal((await command('get', tsid, '--provider', 'corp')).stdout, `${corp.lastAccessToken}\n`);
    const text = await command('refresh', tsid, '--provider', 'corp', '-v', ...CONFIG);
    noteSecrets();
    assert.match(text.stdout, /before .*\n {2}after .*\n {2}access token: a new one, refresh token: a new one/);
    assert.match(text.stderr, /\/token/);
    await (await postMcp(`${vmcp.url}/corp`, tokens.access_token)).text();
    assert.equal(backend.requests.at(-1).headers.authorization, `Bearer ${corp.lastAccessToken}`);
  });

  test('a refusal is explained, kept, and seen by list and doctor', async () => {
    corp.answers.token = (request, response, parameters) => response.writeHead(400, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: 'invalid_grant', error_description: `no ${parameters.get('refresh_token')} ${request.headers.authorization}` }));
    const done = await json(['refresh', tsid, '--provider', 'corp', ...CONFIG], 1);
    delete corp.answers.token;
    assert.equal(done.providers[0].refreshed, false);
    assert.equal(done.providers[0].error.code, 'invalid_grant');
    assert.equal(done.providers[0].error.explained.rule, 'refresh.dead');
    const [session] = (await json(['list', '--provider', 'corp'])).sessions;
    assert.equal(session.providers[0].last_refresh.succeeded, false);
    assert.match((await command('doctor')).stdout, /corp: warning: the last refresh failed/);
    await json(['refresh', tsid, '--provider', 'corp', ...CONFIG]);
    noteSecrets();
  });

  test('refresh needs --config, and says so', async () => {
    const result = await command('refresh', tsid);
    assert.equal(result.code, 2);
    assert.match(result.stderr, /--config is missing/);
  });
});

describe('token dump and import', { timeout: 240_000 }, () => {
  test('a redacted dump holds no secret and cannot be imported', async () => {
    const result = await command('dump');
    const dump = JSON.parse(result.stdout);
    assert.equal(dump.redacted, true);
    assert.ok(dump.records.some((record) => record.kind === 'upstream'));
    writeFileSync(join(dir, 'redacted.json'), result.stdout);
    const refused = await command('import', 'redacted.json', '--store', 'sqlite:other.db');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /redacted/);
  });

  test('an encrypted dump moves everything to another store, and a new serve goes on with it', async () => {
    writeFileSync(join(dir, 'passphrase'), 'correct horse battery staple\n');
    const dumped = await command('dump', '--encrypt', '-o', 'moved.dump', '--passphrase-file', 'passphrase');
    assert.equal(dumped.code, 0, dumped.stderr);
    assert.equal(statSync(join(dir, 'moved.dump')).mode & 0o777, 0o600);
    const file = readFileSync(join(dir, 'moved.dump'), 'utf8');
    for (const secret of secrets) assert.ok(!file.includes(secret));
    assert.ok(!file.includes(tsid));
    assert.equal((await command('dump', '--encrypt', '-o', 'moved.dump', '--passphrase-file', 'passphrase')).code, 1, 'no file is overwritten');

    const wrong = await runCommand(scope, ['token', 'import', 'moved.dump', '--store', 'sqlite:moved.db'], { dir, env: { ...env, VMCPAUTH_PASSPHRASE: 'wrong' } });
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /passphrase is wrong/);
    const dry = await command('import', 'moved.dump', '--passphrase-file', 'passphrase', '--dry-run');
    assert.equal(dry.code, 0, dry.stderr);
    const imported = await command('import', 'moved.dump', '--store', 'sqlite:moved.db', '--passphrase-file', 'passphrase');
    assert.equal(imported.code, 0, imported.stderr);
    const there = await runJson(scope, ['token', 'list', '--store', 'sqlite:moved.db'], { dir, env });
    assert.equal(there.sessions[0].tsid, tsid);
    const got = await command('get', tsid, '--provider', 'corp', '--store', 'sqlite:moved.db');
    assert.equal(got.stdout, `${corp.lastAccessToken}\n`);
  });

  test('without a terminal and without a passphrase it says what to do', async () => {
    const result = await command('dump', '--encrypt');
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, /--passphrase-file|VMCPAUTH_PASSPHRASE|Passphrase/);
  });

  test('files that are no dumps are refused before anything is changed', async () => {
    for (const [name, text] of [['empty', ''], ['text', 'hello'], ['object', '{}'], ['cut', readFileSync(join(dir, 'moved.dump'), 'utf8').slice(0, 3000)]]) {
      writeFileSync(join(dir, `bad-${name}`), text);
      const result = await command('import', `bad-${name}`, '--store', 'sqlite:bad.db', '--passphrase-file', 'passphrase');
      assert.equal(result.code, 1, `${name}: ${result.stderr}`);
    }
  });
});

describe('token revoke', { timeout: 120_000 }, () => {
  test('gives the tokens of one provider back and leaves the other', async () => {
    const [access, refresh] = [corp.lastAccessToken, corp.lastRefreshToken];
    const done = await json(['revoke', tsid, '--provider', 'corp', ...CONFIG]);
    assert.deepEqual(done.revoked.map((row) => [row.provider, row.at_provider, row.erased]), [['corp', 'revoked', true]]);
    assert.equal(done.logins_ended, 0, 'the other provider is left');
    assert.deepEqual(corp.revoked, [{ token: refresh, hint: 'refresh_token' }, { token: access, hint: 'access_token' }]);
    assert.deepEqual((await json(['list'])).sessions[0].providers.map((row) => row.provider), ['hub']);
  });

  test('a provider that takes nothing back is said, and the session ends', async () => {
    const done = await json(['revoke', tsid, ...CONFIG]);
    assert.equal(done.revoked[0].at_provider, 'no-endpoint');
    assert.equal(done.logins_ended, 1);
    assert.equal((await json(['list'])).sessions.length, 0);
    assert.equal((await client.refresh(tokens.refresh_token)).body.error, 'invalid_grant', 'the client cannot go on');
    const refused = await postMcp(`${vmcp.url}/hub`, tokens.access_token);
    assert.notEqual(refused.status, 200);
    await refused.text();
  });

  test('all sessions of a user; a failing provider keeps what it did not take', async () => {
    const again = new OAuthClient(vmcp.origin);
    const second = await again.login();
    secrets.add(second.access_token).add(second.refresh_token);
    noteSecrets();
    const user = claimsOf(second.access_token).sub;
    corp.answers.revoke = (request, response) => response.writeHead(503).end();
    const failed = await json(['revoke', '--user', user, ...CONFIG], 1);
    assert.deepEqual(failed.revoked.map((row) => [row.provider, row.at_provider, row.erased]), [['corp', 'failed', false], ['hub', 'no-endpoint', true]]);
    assert.equal((await json(['list'])).sessions.length, 1);
    const dry = await json(['revoke', '--user', user, '--local-only', '--dry-run']);
    assert.equal(dry.revoked[0].erased, false);
    const local = await json(['revoke', '--user', user, '--local-only']);
    assert.equal(local.revoked[0].erased, true);
    assert.equal((await json(['list'])).sessions.length, 0);
    assert.equal((await command('revoke')).code, 2);
    assert.equal((await command('revoke', 'x')).code, 2);
  });

  test('our own server takes a refresh token back (RFC 7009)', async () => {
    const third = new OAuthClient(vmcp.origin);
    const mine = await third.login();
    secrets.add(mine.access_token).add(mine.refresh_token);
    noteSecrets();
    assert.equal((await json(['list'])).sessions.length, 1);
    const response = await fetch(third.metadata.revocation_endpoint, { method: 'POST', body: new URLSearchParams({ token: mine.refresh_token, client_id: third.clientId }) });
    assert.equal(response.status, 200);
    assert.equal(await response.text(), '');
    assert.equal((await json(['list'])).sessions.length, 0);
    assert.equal((await third.refresh(mine.refresh_token)).body.error, 'invalid_grant');
    const unknown = await fetch(third.metadata.revocation_endpoint, { method: 'POST', body: new URLSearchParams({ token: 'whatever', client_id: third.clientId }) });
    assert.equal(unknown.status, 200);
    const stranger = await postForm(third.metadata.revocation_endpoint, { token: mine.refresh_token, client_id: 'nobody' });
    assert.equal(stranger.status, 401);
  });
});

test('no secret was printed, but by the command that is for it', () => {
  noteSecrets();
  // `token get` prints one line and nothing else; those lines are its purpose.
  const printed = everythingPrinted().split('\n').filter((line) => !/^marker-access-token-[\w-]+$/.test(line)).join('\n');
  for (const secret of secrets) {
    for (const spelling of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64url')]) assert.ok(!printed.includes(spelling), `printed: ${spelling.slice(0, 24)}…`);
  }
});
