// What the stores are for: sessions that outlive the program, and programs that share them.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startBalancer } from './support/balancer.mjs';
import { startCaptureBackend } from './support/capture_backend.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { OAuthClient } from './support/oauth_client.mjs';
import { startRedis } from './support/redis_server.mjs';
import { inject, oidcUpstream, runtimeConfig } from './support/runtime_config.mjs';
import { startScriptedIdp } from './support/scripted_idp.mjs';
import { runVmcpauth, scratchDir, startVmcpauth, writeFiles } from './support/vmcpauth.mjs';

async function startWorld(scope, { authServer } = {}) {
  const first = await startScriptedIdp(scope, { name: 'first' });
  const second = await startScriptedIdp(scope, { name: 'second' });
  const backend = await startCaptureBackend(scope);
  const { files, env } = runtimeConfig({
    upstreams: [oidcUpstream(first), oidcUpstream(second)],
    backends: { only: { url: backend.url, auth: inject('second') } },
    authServer,
  });
  return { first, second, backend, files, env };
}

const works = async (origin, token) => (await postMcp(`${origin}/mcp/only`, token)).status;

test('a session outlives the program: SQLite is the default', { timeout: 120_000 }, async (t) => {
  const world = await startWorld(t);
  const dir = scratchDir(t);
  const before = await startVmcpauth(t, { dir, files: world.files, env: world.env });
  assert.match(before.events.find(({ event }) => event === 'listening').store, /^sqlite:.*\/\.local\/state\/vmcpauth\/sessions\.db$/);
  const client = new OAuthClient(before.origin);
  const tokens = await client.login();
  assert.equal(await works(before.origin, tokens.access_token), 200);
  await before.stop();

  const after = await startVmcpauth(t, { dir, files: world.files, env: world.env, listen: new URL(before.origin).host });
  assert.equal(await works(after.origin, tokens.access_token), 200);
  assert.equal(world.backend.last.headers.authorization, `Bearer ${world.second.lastAccessToken}`);
  const refreshed = await client.refresh(tokens.refresh_token);
  assert.equal(refreshed.status, 200);
  assert.equal((await client.refresh(tokens.refresh_token)).status, 400, 'a used refresh token stays used');
  assert.equal(await works(after.origin, refreshed.body.access_token), 401, 'its reuse ended the session');

  const state = join(dir, '.local/state/vmcpauth');
  const markers = [world.first, world.second].flatMap((idp) => [idp.lastAccessToken, idp.lastRefreshToken]);
  for (const name of readdirSync(state)) {
    const file = join(state, name);
    assert.equal(statSync(file).mode & 0o777, 0o600, name);
    const bytes = readFileSync(file);
    for (const marker of [...markers, tokens.refresh_token, refreshed.body.refresh_token]) assert.ok(!bytes.includes(marker), `${name} holds a token in the clear`);
  }
});

test('what is wrong with a store file is said, and nothing is lost', { timeout: 120_000 }, async (t) => {
  const world = await startWorld(t);
  const dir = scratchDir(t, world.files);
  const once = async (args, env = {}) => runVmcpauth(t, ['serve', '.', '--listen', '127.0.0.1:0', ...args], { dir, env: { ...world.env, ...env } });
  writeFiles(dir, { 'garbage.db': 'this is no database, whatever its name says '.repeat(100) });
  const garbage = await once(['--store', 'sqlite:garbage.db']);
  assert.equal(garbage.code, 3, garbage.stderr);
  assert.match(garbage.stderr, /garbage\.db is damaged, or not a store of vmcpauth/);
  assert.match(readFileSync(join(dir, 'garbage.db'), 'utf8'), /^this is no database/);

  const first = await startVmcpauth(t, { dir, env: world.env, paths: ['.'], args: ['--store', 'sqlite:mine.db'] });
  await new OAuthClient(first.origin).login();
  await first.stop();
  const key = Buffer.alloc(32, 7).toString('base64');
  const wrong = await once(['--store', 'sqlite:mine.db'], { VMCPAUTH_STORE_KEY: key });
  assert.equal(wrong.code, 3, wrong.stderr);
  assert.match(wrong.stderr, /sealed with another key/);
  assert.ok(!wrong.stderr.includes(key));

  const nowhere = await once(['--store', 'sqlite:no/such/folder/x.db']);
  assert.equal(nowhere.code, 3, nowhere.stderr);
  assert.match(nowhere.stderr, /no\/such\/folder\/x\.db/);
  for (const bad of ['sqlite:', 'postgres://x', 'redis://', 'redis://h:99999', 'redis+sentinel://h', 'redis://a,b']) {
    const usage = await once(['--store', bad]);
    assert.equal(usage.code, 2, `${bad}: ${usage.stderr}`);
  }
  const down = await once(['--store', 'redis://:marker-password@127.0.0.1:1']);
  assert.equal(down.code, 3, down.stderr);
  assert.match(down.stderr, /Connection refused/);
  assert.ok(!down.stderr.includes('marker-password'));
});

test('two programs on one Redis: leg 1 ends on one, leg 2 on the other', { timeout: 120_000 }, async (t) => {
  const world = await startWorld(t);
  const redis = await startRedis(t);
  const balancer = await startBalancer(t);
  const dir = scratchDir(t, world.files);  // one HOME: they seal with one key
  const start = () => startVmcpauth(t, {
    dir, env: world.env, paths: ['.'],
    args: ['--store', `${redis.url}/?prefix=thv:auth:{default:shared}:`, '--issuer', balancer.origin],
  });
  const one = await start();
  const two = await start();
  balancer.targets = [one.origin, two.origin];

  const client = new OAuthClient(balancer.origin);
  const answer = await client.authorize();
  assert.equal(answer.get('error'), null);
  const [legOne, legTwo] = balancer.targetsOf('/oauth/callback');
  assert.notEqual(legOne, legTwo, 'the legs ended on different programs');

  // The code works once, wherever it is shown.
  const code = answer.get('code');
  const answers = await Promise.all([0, 1, 2, 3].map(() => client.redeem(code)));
  assert.ok(answers.filter(({ status }) => status === 200).length <= 1);

  const tokens = await client.login();
  for (const server of [one, two]) assert.equal(await works(server.origin, tokens.access_token), 200);
  assert.equal(world.backend.last.headers.authorization, `Bearer ${world.second.lastAccessToken}`);
  const rotations = await Promise.all([0, 1, 2, 3].map(() => client.refresh(tokens.refresh_token)));
  assert.ok(rotations.filter(({ status }) => status === 200).length <= 1, 'a refresh token rotates once');
  for (const server of [one, two]) assert.equal(await works(server.origin, tokens.access_token), 401, 'its reuse ended the session everywhere');
});

test('two programs, one store: concurrent requests redeem an upstream refresh token once', { timeout: 180_000 }, async (t) => {
  const redis = await startRedis(t);
  for (const store of [`${redis.url}/?prefix=thv:auth:{default:refresh}:`, 'sqlite:shared.db']) {
    const world = await startWorld(t);
    const dir = scratchDir(t, world.files);
    const balancer = await startBalancer(t);
    const start = () => startVmcpauth(t, { dir, env: world.env, paths: ['.'], args: ['--store', store, '--issuer', balancer.origin] });
    const one = await start();
    const two = await start();
    balancer.targets = [one.origin, two.origin];
    // The tokens of the login die at once; a refresh takes a moment and gives long-lived ones. Using one twice is an error.
    const used = new Set();
    let reused = 0;
    world.second.answers.token = async (_, response, parameters) => {
      const refreshing = parameters.get('grant_type') === 'refresh_token';
      if (refreshing) {
        if (used.has(parameters.get('refresh_token'))) ++reused;
        used.add(parameters.get('refresh_token'));
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      const body = { ...(await world.second.redeem(parameters)), expires_in: refreshing ? 3600 : 1 };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const { access_token: token } = await new OAuthClient(balancer.origin).login();
    const statuses = await Promise.all(Array.from({ length: 20 }, (_, i) => works((i % 2 ? one : two).origin, token)));
    assert.deepEqual(new Set(statuses), new Set([200]), store);
    assert.equal(used.size, 1, store);
    assert.equal(reused, 0, store);
    assert.equal(world.backend.last.headers.authorization, `Bearer ${world.second.lastAccessToken}`);
  }
});

test('a configuration that says redis is taken at its word', { timeout: 60_000 }, async (t) => {
  const redis = await startRedis(t, ['--requirepass', 'marker-redis-password']);
  const world = await startWorld(t, {
    authServer: {
      storage: {
        type: 'redis',
        redis_config: {
          addr: `127.0.0.1:${redis.port}`, auth_type: 'aclUser', key_prefix: 'thv:auth:{ns:name}:',
          acl_user_config: { username_env_var: 'REDIS_USER', password_env_var: 'REDIS_PASSWORD' },
        },
      },
    },
  });
  const server = await startVmcpauth(t, { files: world.files, env: { ...world.env, REDIS_USER: 'default', REDIS_PASSWORD: 'marker-redis-password' } });
  const tokens = await new OAuthClient(server.origin).login();
  assert.equal(await works(server.origin, tokens.access_token), 200);
  assert.match(server.events.find(({ event }) => event === 'listening').store, /^redis:\/\/127\.0\.0\.1:\d+ \(thv:auth:\{ns:name\}:\)$/);
  assert.ok(!server.output.includes('marker-redis-password'));

  const refused = await runVmcpauth(t, ['serve', '.', '--listen', '127.0.0.1:0'], { files: world.files, env: world.env });
  assert.equal(refused.code, 1, refused.stderr);
  assert.match(refused.stderr, /REDIS_PASSWORD/);
});
