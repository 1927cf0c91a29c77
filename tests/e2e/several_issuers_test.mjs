// A server that takes tokens of two authorization servers, both `oidc-provider`: --issuer says which, a person at a terminal is
// asked, and without either nothing is guessed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { logIn, startLogin } from './support/login_process.mjs';
import { vmcpauthBinary } from './support/paths.mjs';
import { startIssuer, startResourceServer } from './support/protected_servers.mjs';
import { scratchDir } from './support/vmcpauth.mjs';
import { until, within } from './support/wait.mjs';

async function startWorld(t) {
  const issuers = [await startIssuer(t), await startIssuer(t)];
  const world = await startResourceServer(t, issuers.map(({ issuer }) => issuer));
  return { ...world, issuers: issuers.map(({ issuer }) => issuer) };
}

test('without a terminal the choice is demanded, by name', { timeout: 60_000 }, async (t) => {
  const world = await startWorld(t);
  const login = startLogin(t, ['login', world.url, '--no-browser']);
  assert.equal((await login.end()).code, 1, login.output);
  for (const part of [...world.issuers, '--issuer']) assert.ok(login.stderr.includes(part), `${part} in\n${login.stderr}`);
});

test('--issuer chooses, and is remembered; one that is not named is refused', { timeout: 90_000 }, async (t) => {
  const world = await startWorld(t);
  const [first, second] = world.issuers;
  const done = await logIn(t, world.url, new Browser({ user: 'grace' }), { args: ['--issuer', second] });
  assert.equal(done.code, 0, done.stderr);
  assert.equal(world.seen.at(-1).iss, second);

  // Again, without the option: the one of before.
  const again = await logIn(t, world.url, new Browser({ user: 'ada' }), { stateDir: done.stateDir });
  assert.equal(again.code, 0, again.stderr);
  assert.equal(world.seen.at(-1).iss, second);
  assert.equal(world.seen.at(-1).sub, 'ada');

  // And the other one beside it.
  const other = await logIn(t, world.url, new Browser({ user: 'grace' }), { args: ['--issuer', first], stateDir: done.stateDir });
  assert.equal(other.code, 0, other.stderr);
  assert.equal(world.seen.at(-1).iss, first);
  const logout = startLogin(t, ['logout', world.url], { stateDir: done.stateDir });
  assert.equal((await logout.end()).code, 0, logout.output);
  assert.equal(logout.stderr.match(/Signed out of/g).length, 2, logout.stderr);

  const foreign = startLogin(t, ['login', world.url, '--no-browser', '--issuer', 'http://127.0.0.1:1']);
  assert.equal((await foreign.end()).code, 1, foreign.output);
  assert.match(foreign.stderr, /does not name the issuer http:\/\/127\.0\.0\.1:1; it names /);
});

test('at a terminal the person is asked', { timeout: 90_000 }, async (t) => {
  const world = await startWorld(t);
  const dir = scratchDir(t);
  const env = { PATH: process.env.PATH, HOME: dir, XDG_STATE_HOME: dir, LANG: 'C.UTF-8', NO_COLOR: '1', TERM: 'xterm', BROWSER: 'true' };
  const child = spawn('script', ['-qec', `${vmcpauthBinary()} login ${world.url}`, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let screen = '';
  child.stdout.on('data', (chunk) => { screen += chunk; });
  const exited = new Promise((resolve) => child.once('close', resolve));
  await until('the question', () => screen.includes('Type its number'), { ms: 20_000 });
  assert.match(screen, new RegExp(`1  ${world.issuers[0]}\\s+2  ${world.issuers[1]}`));
  child.stdin.write('three\n');
  await until('a number is insisted on', () => screen.includes('A number from 1 to 2'), { ms: 10_000 });
  child.stdin.write('2\n');
  const url = await until('the sign-in URL', () => /https?:\/\/\S+[?&]code_challenge=\S+/.exec(screen)?.[0], { ms: 20_000 });
  await new Browser({ user: 'grace' }).visit(url);
  assert.equal(await within(30_000, 'it ends', exited), 0, screen);
  assert.equal(world.seen.at(-1).iss, world.issuers[1]);
});
