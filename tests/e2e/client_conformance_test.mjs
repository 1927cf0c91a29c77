// The official MCP conformance suite in `client` mode: every scenario its requirement sets name for a client, and the extensions
// and the back-compatibility scenarios we support, through the real binary.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { E2E_DIR, MODULES_DIR, vmcpauthBinary } from './support/paths.mjs';
import { scratchDir } from './support/vmcpauth.mjs';

const SUITE = join(MODULES_DIR, '@modelcontextprotocol', 'conformance');
const ADAPTER = join(E2E_DIR, 'support', 'conformance_client.mjs');

// What a revision demands of a client, by the suite's own frozen list.
const required = (revision) => parse(readFileSync(join(SUITE, 'requirements', `${revision}.yaml`), 'utf8')).client;

const SETS = {
  '2025-11-25': required('2025-11-25'),
  '2026-07-28': required('2026-07-28'),
  // Listed for these revisions by the suite, though not in its frozen lists.
  'also 2025-11-25': ['json-schema-2020-12-preservation'],
  'also 2026-07-28': ['json-schema-2020-12-preservation'],
  '2025-06-18': ['initialize', 'tools_call', 'auth/token-endpoint-auth-basic', 'auth/token-endpoint-auth-post', 'auth/token-endpoint-auth-none'],
  '2025-03-26': ['auth/2025-03-26-oauth-metadata-backcompat', 'auth/2025-03-26-oauth-endpoint-fallback'],
  extension: ['auth/client-credentials-jwt', 'auth/client-credentials-basic', 'auth/enterprise-managed-authorization', 'auth/dpop', 'auth/dpop-nonce', 'auth/wif-jwt-bearer'],
};

async function runScenario(t, scenario, revision) {
  const args = [join(SUITE, 'dist', 'index.js'), 'client', '--command', `${process.execPath} ${ADAPTER}`, '--scenario', scenario, '--output-dir', scratchDir(t)];
  if (revision !== 'extension') args.push('--spec-version', revision);
  const child = spawn(process.execPath, ['--disable-warning=DEP0190', ...args], { env: { PATH: process.env.PATH, NO_COLOR: '1', VMCPAUTH_BIN: vmcpauthBinary() }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output += chunk; });
  t.after(() => child.kill('SIGKILL'));
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(code, 0, output);
  assert.match(output, /OVERALL: PASSED/);
}

// What the suite can test of a client: [name, …revisions].
function listed() {
  const { stdout } = spawnSync(process.execPath, [join(SUITE, 'dist', 'index.js'), 'list'], { encoding: 'utf8', env: { PATH: process.env.PATH, NO_COLOR: '1' } });
  const clients = stdout.slice(stdout.indexOf('Client scenarios'), stdout.indexOf('Authorization server scenarios'));
  return [...clients.matchAll(/^ {2}- (\S+) \[([^\]]*)\]/gm)].map(([, name, revisions]) => [name, ...revisions.split(',')]);
}

test('no scenario for a client is left out, but those of an extension that is not ours', () => {
  const run = new Set(Object.entries(SETS).flatMap(([set, scenarios]) => scenarios.map((name) => `${name} ${set.replace('also ', '')}`)));
  const all = listed();
  assert.ok(all.length > 40, `${all.length} scenarios`);
  const left = all.flatMap(([name, ...revisions]) => revisions.map((revision) => `${name} ${revision}`)).filter((each) => !run.has(each));
  // Skills (SEP-2640) are files that an agent reads, no part of signing in.
  assert.deepEqual(left.filter((each) => !each.startsWith('sep-2640-')), []);
});

for (const [set, scenarios] of Object.entries(SETS)) {
  const revision = set.replace('also ', '');
  describe(`conformance of the client: ${set}`, { timeout: 280_000 }, () => {
    for (const scenario of scenarios) {
      test(scenario, { timeout: 60_000 }, (t) => runScenario(t, scenario, revision));
    }
  });
}
