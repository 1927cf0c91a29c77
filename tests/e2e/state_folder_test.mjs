// Where credentials are kept, when it cannot be used: no permission, something else in its place, a full disk, no home. A login says so,
// and nothing half is left.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { logIn, startLogin } from './support/login_process.mjs';
import { vmcpauthBinary } from './support/paths.mjs';
import { startScriptedMcp } from './support/scripted_mcp.mjs';
import { scratchDir } from './support/vmcpauth.mjs';
import { within } from './support/wait.mjs';

async function refused(t, { stateDir = scratchDir(t), env, says }) {
  const server = await startScriptedMcp(t);
  const login = startLogin(t, ['login', server.url, '--no-browser'], { stateDir, env });
  assert.equal((await login.end()).code, 3, login.output);
  assert.match(login.stderr, says);
  // Nobody is sent to a browser first.
  assert.equal(server.requests.length, 0);
}

test('something else in its place is named', { timeout: 60_000 }, async (t) => {
  const file = scratchDir(t, { vmcpauth: 'not a folder' });
  await refused(t, { stateDir: file, says: /vmcpauth.*(not a folder|not a directory|no folder)/i });
  const link = scratchDir(t);
  mkdirSync(join(link, 'elsewhere'));
  symlinkSync(join(link, 'elsewhere'), join(link, 'vmcpauth'));
  writeFileSync(join(link, 'elsewhere', 'credentials'), '');
  await refused(t, { stateDir: link, says: /credentials/ });
});

test('a folder that others may write to is refused', { timeout: 60_000 }, async (t) => {
  const dir = scratchDir(t);
  mkdirSync(join(dir, 'vmcpauth', 'credentials'), { recursive: true });
  chmodSync(join(dir, 'vmcpauth', 'credentials'), 0o777);
  await refused(t, { stateDir: dir, says: /other users may write to it; run chmod 700/ });
});

test('no place at all is named, with what to set', { timeout: 60_000 }, async (t) => {
  await refused(t, { env: { HOME: '', XDG_STATE_HOME: '' }, says: /set XDG_STATE_HOME or HOME/ });
});

test('without permission the folder is named', { timeout: 60_000, skip: process.getuid() === 0 && spawnSync('setpriv', ['--version']).error ? 'needs setpriv' : false }, async (t) => {
  const dir = scratchDir(t);
  chmodSync(dir, 0o555);
  const words = [vmcpauthBinary(), 'login', 'http://127.0.0.1:1/mcp'];
  const asNobody = process.getuid() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...words] : words;
  const done = spawnSync(asNobody[0], asNobody.slice(1), { env: { PATH: process.env.PATH, HOME: dir, XDG_STATE_HOME: dir, NO_COLOR: '1' }, encoding: 'utf8', timeout: 30_000 });
  if (done.status === 127 || /failed to execute/.test(done.stderr)) return t.skip('the binary is not readable for others');
  assert.equal(done.status, 3, done.stdout + done.stderr);
  assert.match(done.stderr, /Permission denied/);
  assert.ok(done.stderr.includes(join(dir, 'vmcpauth')), done.stderr);
});

// A file system of two pages, in a mount namespace of the test's own.
const CAN_MOUNT = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

test('a full disk is named, and no half credential is left', { timeout: 60_000, skip: CAN_MOUNT ? false : 'no mount namespaces here' }, async (t) => {
  const server = await startScriptedMcp(t);
  const dir = scratchDir(t);
  const script = `mount -t tmpfs -o size=16k none ${dir} && mkdir -m 700 ${dir}/vmcpauth && mkdir -m 700 ${dir}/vmcpauth/credentials
    ${vmcpauthBinary()} version >/dev/null
    head -c 1000000 /dev/zero > ${dir}/full 2>/dev/null
    ${vmcpauthBinary()} login ${server.url} --no-browser; echo "status $?"; find ${dir}/vmcpauth -type f -name '*.credential*' -o -type f -name '*tmp*'`;
  const child = spawn('unshare', ['-rm', 'sh', '-c', script], { env: { PATH: process.env.PATH, HOME: dir, XDG_STATE_HOME: dir, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output += chunk; });
  const ended = new Promise((resolve) => child.once('close', resolve));
  await within(30_000, 'it ends', ended);
  assert.match(output, /No space left on device/, output);
  assert.match(output, /status 3\n$/, output);
});

test('a credential that cannot be opened is named, and a login replaces it', { timeout: 60_000 }, async (t) => {
  const server = await startScriptedMcp(t);
  const done = await logIn(t, server.url, new Browser());
  assert.equal(done.code, 0, done.stderr);
  const folder = join(done.stateDir, 'vmcpauth', 'credentials');
  const [name] = readdirSync(folder).filter((each) => each.endsWith('.credential'));
  writeFileSync(join(folder, name), 'damaged');
  const call = startLogin(t, ['call', server.url, 'ping'], { stateDir: done.stateDir });
  assert.equal((await call.end()).code, 4, call.output);
  assert.ok(call.stderr.includes(name), call.stderr);
  const again = await logIn(t, server.url, new Browser(), { stateDir: done.stateDir });
  assert.equal(again.code, 0, again.stderr);
  const after = startLogin(t, ['call', server.url, 'tools/list'], { stateDir: done.stateDir });
  assert.equal((await after.end()).code, 0, after.output);
});
