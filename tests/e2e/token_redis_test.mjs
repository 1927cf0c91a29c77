// The token commands on a Redis as ToolHive fills it: rows written by hand in its layout, found by looking, read without
// changing anything, changed only with --write, never with a command that would block the server.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Scope } from './support/cleanup.mjs';
import { everythingPrinted, runCommand, runJson } from './support/command.mjs';
import { monitor, startRedis } from './support/redis_server.mjs';
import { scratchDir } from './support/vmcpauth.mjs';
import { until } from './support/wait.mjs';

const scope = new Scope();
after(() => scope.close());

const PREFIX = 'thv:auth:{team:gateway}:';
const now = Math.floor(Date.now() / 1000);
let redis, dir;

const row = (provider, more = {}) => JSON.stringify({
  provider_id: provider, access_token: `marker-access-${provider}-0123`, refresh_token: `marker-refresh-${provider}-0123`, id_token: '',
  expires_at: now + 3600, session_expires_at: 0, user_id: 'user-1', upstream_subject: `subject-${provider}`, client_id: 'client-1', ...more,
});

// As pkg/authserver/storage/redis.go writes a session.
async function writeSession(prefix, tsid, rows, user = 'user-1') {
  const keys = [];
  for (const [provider, value] of Object.entries(rows)) {
    const key = `${prefix}upstream:${tsid}:${provider}`;
    await redis.command('SET', key, value, 'EX', 30 * 86400);
    keys.push(key);
  }
  await redis.command('SADD', `${prefix}upstream:idx:${tsid}`, ...keys);
  await redis.command('EXPIRE', `${prefix}upstream:idx:${tsid}`, 30 * 86400);
  await redis.command('SADD', `${prefix}user:upstream:${user}`, ...keys);
}

const json = (args, code) => runJson(scope, ['token', ...args, '--store', redis.url], { dir }, code);
const command = (...args) => runCommand(scope, ['token', ...args, '--store', redis.url], { dir });

async function everyKey() {
  const found = new Map();
  for (const key of (await redis.command('KEYS', '*')).sort()) {
    const type = await redis.command('TYPE', key);
    found.set(key, type === 'set' ? (await redis.command('SMEMBERS', key)).sort().join() : await redis.command('GET', key));
  }
  return found;
}

before(async () => {
  redis = await startRedis(scope);
  dir = scratchDir(scope);
  await writeSession(PREFIX, 'session-one-0123456789', { corp: row('corp'), github: row('github', { refresh_token: '', expires_at: 0 }) });
  await writeSession(PREFIX, 'session-two-0123456789', { corp: row('corp', { expires_at: now - 600 }), slack: 'null' });
});

describe('a live Redis', { timeout: 180_000 }, () => {
  test('is listed, its one server found by looking', async () => {
    const list = await json(['list']);
    assert.deepEqual(list.sessions.map((session) => session.tsid).sort(), ['session-one-0123456789', 'session-two-0123456789']);
    const one = list.sessions.find((session) => session.tsid.startsWith('session-one'));
    assert.deepEqual(one.providers.map((provider) => provider.provider).sort(), ['corp', 'github']);
    assert.equal(one.user.id, 'user-1');
    const two = list.sessions.find((session) => session.tsid.startsWith('session-two'));
    assert.equal(two.providers[0].expired, true);
    assert.deepEqual(two.deleted_providers, ['slack']);
    for (const where of [['--server', 'team/gateway'], ['--prefix', PREFIX]]) assert.equal((await json(['list', ...where])).sessions.length, 2);
    assert.equal((await json(['list', '--server', 'team/other'])).sessions.length, 0);
  });

  test('inspect, doctor, get and dump read it', async () => {
    assert.equal((await json(['inspect', 'session-one'])).tokens.length, 2);
    assert.equal((await json(['doctor'])).checked, 2);
    assert.equal((await command('get', 'session-one', '--provider', 'github')).stdout, 'marker-access-github-0123\n');
    const dump = JSON.parse((await command('dump')).stdout);
    assert.ok(dump.counts.upstream >= 3);
  });

  test('nothing is changed by reading, and no blocking command is sent', async () => {
    const before_ = await everyKey();
    await redis.command('CONFIG', 'RESETSTAT');
    await json(['list']);
    await json(['doctor']);
    await command('dump');
    const stats = await redis.command('INFO', 'commandstats');
    const used = [...stats.matchAll(/cmdstat_([a-z|]+):/g)].map((match) => match[1]);
    assert.ok(used.includes('scan'), used.join());
    for (const forbidden of ['keys', 'set', 'del', 'expire', 'sadd', 'srem', 'flushall', 'smembers|x']) assert.ok(!used.includes(forbidden), `${forbidden} was used: ${used}`);
    assert.deepEqual(await everyKey(), before_);
  });

  test('only these commands are sent to read: MONITOR saw them', async () => {
    const watched = await monitor(scope, redis);
    await json(['list']);
    await json(['list', 'session-one', '--provider', 'corp', '--user', 'user-1']);
    await json(['inspect', 'session-one']);
    await json(['doctor'], 0);
    await command('get', 'session-one', '--provider', 'github');
    await command('dump');
    await json(['revoke', 'session-one', '--local-only', '--dry-run']);
    await redis.command('PING');
    await until('MONITOR has caught up', () => watched.commands().at(-1)?.name === 'PING');
    const used = new Set(watched.commands().map(({ name }) => name));
    used.delete('PING');
    const allowed = ['SCAN', 'SSCAN', 'HSCAN', 'EXISTS', 'GET', 'GETRANGE', 'HMGET', 'HGETALL', 'PTTL', 'DBSIZE'];
    assert.deepEqual([...used].filter((name) => !allowed.includes(name)), []);
    for (const line of watched.lines.filter((text) => /"SCAN"|"SSCAN"|"HSCAN"/.test(text))) {
      assert.ok(Number(/"COUNT" "(\d+)"/.exec(line)?.[1]) <= 1000, `a step without bound: ${line}`);
    }
  });

  test('changes need --write', async () => {
    const refused = await command('revoke', 'session-two', '--local-only');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /--write/);
    const done = await json(['revoke', 'session-two', '--local-only', '--write']);
    assert.equal(done.revoked[0].erased, true);
    assert.deepEqual((await json(['list'])).sessions.map((session) => session.tsid), ['session-one-0123456789']);
  });

  test('hostile rows hurt nobody but themselves', async () => {
    const hostile = 'thv:auth:{team:hostile}:';
    await writeSession(hostile, 'session-good-0123456789', { corp: row('corp') });
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    await writeSession(hostile, 'session-bad-0123456789', {
      corp: row('corp'), deep, 'a\u001b[31m\u0007b': row('x'), cut: '{"provider_id":', list: '[]', number: '7', empty: '{}',
      huge: JSON.stringify({ ...JSON.parse(row('huge')), access_token: 'a'.repeat(3 << 20) }),
      wrong: JSON.stringify({ access_token: 7, expires_at: 'soon' }), far: row('far', { expires_at: 9e15 }), past: row('past', { expires_at: -9e15 }),
    });
    await redis.command('DEL', `${hostile}upstream:session-bad-0123456789:list`);
    await redis.command('LPUSH', `${hostile}upstream:session-bad-0123456789:list`, 'x');
    await redis.command('SET', `${hostile}upstream:idx:session-string-0123456789`, 'no set');
    await redis.command('SET', `${hostile}vmcpauth:session:session-good-0123456789`, 'no hash');
    await redis.command('SADD', `${hostile}upstream:idx:session-\u001b[2J-0123456789`, `${hostile}upstream:session-\u001b[2J-0123456789:corp`);
    await redis.command('SET', `${hostile}upstream:session-\u001b[2J-0123456789:corp`, row('corp', { user_id: '\u001b]0;title\u0007' }));
    await redis.command('SET', `${hostile}refresh:sig`, deep);
    await redis.command('LPUSH', `${hostile}client:c`, 'x');
    const at = ['--server', 'team/hostile'];
    const list = await json(['list', ...at]);
    const tsids = list.sessions.map((session) => session.tsid).sort();
    assert.deepEqual(tsids, ['session-\u001b[2J-0123456789', 'session-bad-0123456789', 'session-good-0123456789', 'session-string-0123456789']);
    const bad = list.sessions.find(({ tsid }) => tsid.startsWith('session-bad'));
    for (const name of ['deep', 'cut', 'list', 'number', 'huge']) assert.ok(bad.damaged_providers.includes(name), `${name}: ${bad.damaged_providers}`);
    assert.ok(bad.providers.some(({ provider }) => provider === 'corp'));
    for (const words of [['list'], ['doctor', '--all'], ['inspect', 'session-good'], ['dump'], ['list', 'session-bad']]) {
      const result = await command(...words, ...at);
      assert.ok([0, 1].includes(result.code), `${words}: ${result.code} ${result.stderr}`);
      for (const text of [result.stdout, result.stderr]) assert.ok(!/[\u0000-\u0009\u000b-\u001f\u007f]/.test(text), `${words} prints control characters`);
      if (words[0] === 'dump') assert.match(result.stderr, /rows of the store cannot be read and were left out/);
    }
    assert.equal((await command('get', 'session-good', '--provider', 'corp', ...at)).stdout, 'marker-access-corp-0123\n');
    const gone = await json(['revoke', 'session-bad', '--local-only', '--write', ...at]);
    assert.ok(gone.revoked.length > 0);
    assert.deepEqual((await redis.command('KEYS', `${hostile}upstream:session-bad*`)), []);
    await redis.command('DEL', ...(await redis.command('KEYS', `${hostile}*`)));
  });

  test('several servers in one Redis have to be told apart', async () => {
    await writeSession('thv:auth:{team:second}:', 'session-three-0123456789', { corp: row('corp') });
    const ambiguous = await command('list');
    assert.equal(ambiguous.code, 1);
    assert.match(ambiguous.stderr, /team\/gateway, team\/second|team\/second, team\/gateway/);
    assert.equal((await json(['list', '--server', 'team/second'])).sessions.length, 1);
  });

  test('a dump of a Redis goes into SQLite and back into another server', async () => {
    writeFileSync(join(dir, 'passphrase'), 'from one to the other\n');
    const dumped = await command('dump', '--server', 'team/gateway', '--encrypt', '-o', 'redis.dump', '--passphrase-file', 'passphrase');
    assert.equal(dumped.code, 0, dumped.stderr);
    const into = await runCommand(scope, ['token', 'import', 'redis.dump', '--passphrase-file', 'passphrase', '--store', 'sqlite:copy.db'], { dir });
    assert.equal(into.code, 0, into.stderr);
    assert.equal((await runCommand(scope, ['token', 'get', 'session-one', '--provider', 'corp', '--store', 'sqlite:copy.db'], { dir })).stdout, 'marker-access-corp-0123\n');
    const again = await runCommand(scope, ['token', 'dump', '--store', 'sqlite:copy.db', '--encrypt', '-o', 'sqlite.dump', '--passphrase-file', 'passphrase'], { dir });
    assert.equal(again.code, 0, again.stderr);
    const back = await command('import', 'sqlite.dump', '--passphrase-file', 'passphrase', '--server', 'team/third', '--write');
    assert.equal(back.code, 0, back.stderr);
    const stored = JSON.parse(await redis.command('GET', 'thv:auth:{team:third}:upstream:session-one-0123456789:corp'));
    assert.equal(stored.access_token, 'marker-access-corp-0123');
    assert.equal(stored.user_id, 'user-1');
  });

  test('a Redis that is not there is said so', async () => {
    const result = await runCommand(scope, ['token', 'list', '--store', 'redis://:marker-password-1@127.0.0.1:9', '--server', 'a/b'], { dir });
    assert.equal(result.code, 3);
    assert.ok(!result.stderr.includes('marker-password-1'));
  });

  test('no token was printed but by get', () => {
    const printed = everythingPrinted().split('\n').filter((line) => !/^marker-access-\w+-0123$/.test(line)).join('\n');
    assert.ok(!printed.includes('marker-'));
  });
});
