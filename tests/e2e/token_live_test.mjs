// The token commands beside running servers, on each store that is shared: what ends a session, who refreshes, whose key signed, what a
// backend without an exchange gets.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startCaptureBackend } from './support/capture_backend.mjs';
import { runCommand, runJson } from './support/command.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { OAuthClient, claimsOf } from './support/oauth_client.mjs';
import { vmcpauthBinary } from './support/paths.mjs';
import { startRedis } from './support/redis_server.mjs';
import { inject, oidcUpstream, runtimeConfig } from './support/runtime_config.mjs';
import { startScriptedIdp } from './support/scripted_idp.mjs';
import { scratchDir, startVmcpauth } from './support/vmcpauth.mjs';
import { until, within } from './support/wait.mjs';

async function startWorld(scope, store) {
  const first = await startScriptedIdp(scope, { name: 'first' });
  const second = await startScriptedIdp(scope, { name: 'second' });
  const backend = await startCaptureBackend(scope);
  const { files, env } = runtimeConfig({
    upstreams: [oidcUpstream(first), oidcUpstream(second)],
    backends: {
      only: { url: backend.url, auth: inject('second') },
      fixed: { url: backend.url, auth: { type: 'header_injection', headerInjection: { headerName: 'X-Api-Key', headerValue: 'marker-fixed-value' } } },
      open: { url: backend.url },
    },
  });
  const dir = scratchDir(scope, files);
  const serve = () => startVmcpauth(scope, { dir, env, paths: ['.'], args: ['--store', store.serve] });
  const server = await serve();
  const at = ['--store', store.token];
  return {
    first, second, backend, dir, env, server, serve,
    json: (args, code) => runJson(scope, ['token', ...args, ...at], { dir, env }, code),
    command: (...args) => runCommand(scope, ['token', ...args, ...at], { dir, env }),
  };
}

async function stores(scope) {
  const redis = await startRedis(scope);
  return [
    { name: 'sqlite', serve: 'sqlite:here.db', token: 'sqlite:here.db', write: [] },
    { name: 'redis', serve: `${redis.url}/?prefix=thv:auth:{default:live}:`, token: redis.url, write: ['--write'], redis },
  ];
}

test('revoke ends a session wholly, beside the server that uses it', { timeout: 180_000 }, async (t) => {
  for (const store of await stores(t)) {
    const world = await startWorld(t, store);
    const client = new OAuthClient(world.server.origin);
    const gone = await client.login();
    const tsid = claimsOf(gone.access_token).tsid;
    const staying = new OAuthClient(world.server.origin);
    const kept = await staying.login();
    const rotated = await client.refresh(gone.refresh_token);
    assert.equal(rotated.status, 200);
    assert.equal((await postMcp(`${world.server.origin}/mcp/only`, rotated.body.access_token)).status, 200);

    const dry = await world.json(['revoke', tsid, '--local-only', '--dry-run']);
    assert.deepEqual(dry.revoked.map(({ erased }) => erased), [false, false]);
    assert.equal((await postMcp(`${world.server.origin}/mcp/only`, rotated.body.access_token)).status, 200);
    const done = await world.json(['revoke', tsid.slice(0, 12), '--local-only', ...store.write]);
    assert.equal(done.logins_ended, 1, store.name);
    const answer = await client.refresh(rotated.body.refresh_token);
    assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_grant'], store.name);
    assert.equal((await postMcp(`${world.server.origin}/mcp/only`, rotated.body.access_token)).status, 401, store.name);
    if (store.redis) {
      const rows = await Promise.all((await store.redis.command('KEYS', '*:refresh:*')).filter((key) => !key.includes('reqid')).map((key) => store.redis.command('GET', key)));
      assert.ok(rows.every((row) => !row.includes(tsid)), 'a ToolHive on the same Redis finds no refresh token of the session either');
    }
    // What was revoked says so once more, and the other session goes on.
    const again = await world.command('revoke', tsid, '--local-only', ...store.write);
    assert.equal(again.code, 3, again.stderr);
    assert.match(again.stderr, /the store has no session/);
    assert.equal((await postMcp(`${world.server.origin}/mcp/only`, kept.access_token)).status, 200);
    assert.equal((await staying.refresh(kept.refresh_token)).status, 200);

    // A code that nobody has redeemed is worth nothing after its session ended; the user is named by the id.
    const late = new OAuthClient(world.server.origin);
    const code = (await late.authorize()).get('code');
    const user = claimsOf(kept.access_token).sub;
    const all = await world.json(['revoke', '--user', user, '--local-only', ...store.write]);
    assert.ok(all.logins_ended >= 2, `${store.name}: ${all.logins_ended}`);
    assert.equal((await late.redeem(code)).status, 400, store.name);
    assert.equal((await world.json(['list'])).sessions.length, 0);
  }
});

test('what clients hold is ended even when the rows are gone', { timeout: 120_000 }, async (t) => {
  const [, store] = await stores(t);
  const world = await startWorld(t, store);
  const client = new OAuthClient(world.server.origin);
  const tokens = await client.login();
  const tsid = claimsOf(tokens.access_token).tsid;
  await store.redis.command('DEL', ...(await store.redis.command('KEYS', '*:upstream:*')));
  const done = await world.json(['revoke', tsid, '--local-only', ...store.write]);
  assert.deepEqual([done.revoked.length, done.logins_ended], [0, 1]);
  assert.equal((await client.refresh(tokens.refresh_token)).body.error, 'invalid_grant');
});

test('get: several at once redeem a refresh token once, and a refusal is said', { timeout: 180_000 }, async (t) => {
  for (const store of await stores(t)) {
    const world = await startWorld(t, store);
    const used = [];
    let lifetime = 1;
    let refuse = false;
    world.second.answers.token = async (_, response, parameters) => {
      if (parameters.get('grant_type') === 'refresh_token') {
        used.push(parameters.get('refresh_token'));
        await new Promise((resolve) => setTimeout(resolve, 300));
        lifetime = 3600;
      }
      if (refuse) return response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
      const body = { ...(await world.second.redeem(parameters)), expires_in: lifetime };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    await new OAuthClient(world.server.origin).login();
    const without = await world.command('get', '--provider', 'second');
    assert.ok([0, 4].includes(without.code), without.stderr);
    const asked = await Promise.all([0, 1, 2, 3].map(() => world.command('get', '--provider', 'second', '--config', '.', ...store.write)));
    for (const { code, stdout, stderr } of asked) {
      assert.equal(code, 0, `${store.name}: ${stderr}`);
      assert.equal(stdout, `${world.second.lastAccessToken}\n`);
      assert.equal(stderr, '');
    }
    assert.equal(used.length, 1, store.name);

    lifetime = 1;
    const late = new OAuthClient(world.server.origin);
    world.second.answers.token = async (_, response, parameters) => {
      if (parameters.get('grant_type') === 'refresh_token') return response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant","error_description":"revoked by an administrator"}');
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...(await world.second.redeem(parameters)), expires_in: 1 }));
    };
    const tsid = claimsOf((await late.login()).access_token).tsid;
    await new Promise((resolve) => setTimeout(resolve, 1100));  // past its second
    const refused = await world.command('get', tsid, '--provider', 'second', '--config', '.', ...store.write);
    assert.equal(refused.code, 4, refused.stderr);
    assert.equal(refused.stdout, '');
    assert.match(refused.stderr, /second has expired.*refresh failed.*invalid_grant/s);
    const [row] = (await world.json(['list', tsid, '--provider', 'second'])).sessions[0].providers;
    assert.equal(row.last_refresh.succeeded, false);
  }
});

test('inspect checks what serve signed with the key in its store, running or not', { timeout: 120_000 }, async (t) => {
  for (const store of await stores(t)) {
    const world = await startWorld(t, store);
    const { access_token: token } = await new OAuthClient(world.server.origin).login();
    await world.server.stop();
    const input = `${token}\n`;
    const inspect = async (...more) => {
      const result = await runCommand(t, ['token', 'inspect', '-', '--json', ...more], { dir: world.dir, env: world.env, input });
      return JSON.parse(result.stdout).tokens[0].signature;
    };
    const checked = await inspect('--store', store.token);
    assert.equal(checked.state, 'valid', `${store.name}: ${JSON.stringify(checked)}`);
    assert.match(checked.keys_from, /^the keys in the store /);
    const flipped = token.replace(/\.([^.]*)\.(.)/, (_, payload, first) => `.${payload}.${first === 'A' ? 'B' : 'A'}`);
    const forged = await runCommand(t, ['token', 'inspect', '-', '--json', '--store', store.token], { dir: world.dir, env: world.env, input: flipped });
    assert.equal(forged.code, 1);
    assert.equal(JSON.parse(forged.stdout).tokens[0].signature.state, 'invalid');
    assert.equal((await inspect()).state, 'not-checked', 'another store knows nothing of it');
  }
});

test('exchange --backend says what a backend without an exchange gets', { timeout: 120_000 }, async (t) => {
  const [store] = await stores(t);
  const world = await startWorld(t, store);
  const login = await new OAuthClient(world.server.origin).login();
  const ask = (backend, ...more) => world.json(['exchange', '--backend', backend, '--config', '.', ...more]);
  const injected = await ask('only');
  assert.deepEqual(injected.request.headers, { Authorization: 'Bearer [redacted]' });
  assert.deepEqual([injected.strategy, injected.sent, injected.token.provider, injected.tsid], ['upstream_inject', true, 'second', claimsOf(login.access_token).tsid]);
  assert.deepEqual((await ask('fixed')).request.headers, { 'X-Api-Key': '[redacted]' });
  assert.deepEqual((await ask('fixed', '--reveal')).request.headers, { 'X-Api-Key': 'marker-fixed-value' });
  assert.deepEqual((await ask('open')).request.headers, {});
  assert.equal((await ask('only', '--dry-run')).tsid, undefined);
  const text = await world.command('exchange', '--backend', 'only', '--config', '.');
  assert.match(text.stdout, /only uses upstream_inject: nothing is exchanged\nrequest to http.*\n {2}Authorization: .*Bearer \[redacted\]/);
  for (const more of [['--try'], ['--audience', 'x'], ['--client-id', 'x']]) {
    const refused = await world.command('exchange', '--backend', 'only', '--config', '.', ...more);
    assert.equal(refused.code, 1, refused.stderr);
    assert.match(refused.stderr, /exchanges nothing/);
  }
  const unknown = await world.command('exchange', '--backend', 'nobody', '--config', '.');
  assert.match(unknown.stderr, /no backend "nobody"; it has fixed, only, open/);
  await world.json(['revoke', claimsOf(login.access_token).tsid, '--provider', 'second', '--local-only']);
  assert.equal((await world.command('exchange', '--backend', 'only', '--config', '.')).code, 3);
});

test('a copied store without its key is said, and no other key is made', { timeout: 60_000 }, async (t) => {
  const dir = scratchDir(t);
  const now = Math.floor(Date.now() / 1000);
  const row = { kind: 'upstream', session_id: 'session-0123456789', provider: 'corp', access_token: 'marker-access', expires_at: now + 3600 };
  writeFileSync(join(dir, 'dump.json'), `${JSON.stringify({ vmcpauth_dump: 1, created_at: now, store: 'x', redacted: false }).slice(0, -1)},"records":[\n${JSON.stringify(row)}\n],"counts":{"upstream":1}}\n`);
  const run = (...args) => runCommand(t, ['token', ...args], { dir });
  assert.equal((await run('import', 'dump.json', '--store', 'sqlite:a.db')).code, 0);
  copyFileSync(join(dir, 'a.db'), join(dir, 'b.db'));
  for (const args of [['list'], ['import', 'dump.json']]) {
    const refused = await run(...args, '--store', 'sqlite:b.db');
    assert.equal(refused.code, 3);
    assert.match(refused.stderr, /b\.db: its key is not there \(b\.db\.key\)/);
  }
  assert.ok(!existsSync(join(dir, 'b.db.key')));
  copyFileSync(join(dir, 'a.db.key'), join(dir, 'b.db.key'));
  assert.equal((await run('get', '--store', 'sqlite:b.db')).stdout, 'marker-access\n');
  writeFileSync(join(dir, 'empty.db'), '');
  assert.match((await run('list', '--store', 'sqlite:empty.db')).stderr, /there is no store yet/);
});

// A person at a terminal: `script` gives one.
function onTerminal(scope, args, { dir, env = {} }) {
  const command = [vmcpauthBinary(), ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qefc', `${command}; echo "ended with $?"; stty -a`, '/dev/null'], { cwd: dir, env: { PATH: process.env.PATH, HOME: dir, LANG: 'C.UTF-8', SHELL: '/bin/sh', ...env } });
  scope.after(() => child.kill('SIGKILL'));
  let seen = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => { seen += chunk; });
  const done = new Promise((resolve) => child.on('close', () => resolve(seen)));
  return {
    async answer(prompt, keys) {
      await until(`"${prompt}" is shown`, () => seen.includes(prompt));
      child.stdin.write(keys);
    },
    done: () => within(30_000, 'the terminal is left', done),
  };
}

test('a passphrase is asked for on the terminal, and not shown', { timeout: 90_000 }, async (t) => {
  const [store] = await stores(t);
  const world = await startWorld(t, store);
  await new OAuthClient(world.server.origin).login();
  const dump = (name) => onTerminal(t, ['token', 'dump', '--encrypt', '-o', name, '--store', store.token], world);

  const first = dump('typed.dump');
  await first.answer('Passphrase: ', 'marker pass phrase\n');
  await first.answer('The same again: ', 'marker pass phrasf\x7fe\n');
  const typed = await first.done();
  assert.match(typed, /records written to typed\.dump[\s\S]*ended with 0/);
  assert.ok(!typed.includes('marker'), 'it was echoed');
  const opened = onTerminal(t, ['token', 'import', 'typed.dump', '--dry-run', '--store', store.token], world);
  await opened.answer('Passphrase: ', 'marker pass phrase\n');
  assert.match(await opened.done(), /records would go into/);

  const stopped = dump('stopped.dump');
  await stopped.answer('Passphrase: ', 'mark\x03');
  const left = await stopped.done();
  assert.match(left, /cancelled[\s\S]*ended with 3/);
  assert.match(left, /\bisig icanon [\s\S]*\becho /, 'the terminal is as it was');
  assert.ok(!existsSync(join(world.dir, 'stopped.dump')));

  const differing = dump('differing.dump');
  await differing.answer('Passphrase: ', 'one\n');
  await differing.answer('The same again: ', 'another\n');
  assert.match(await differing.done(), /the two passphrases differ[\s\S]*ended with 1/);
});
