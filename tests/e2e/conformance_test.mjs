// The official MCP conformance suite in `authorization` mode; its browser part is done by the screenless browser.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { MODULES_DIR } from './support/paths.mjs';
import { startTwoProviders } from './support/two_providers.mjs';
import { scratchDir } from './support/vmcpauth.mjs';
import { until } from './support/wait.mjs';

// The suite wants a port number for its callback, so one is borrowed and given back.
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function startSuite(t, args) {
  const child = spawn(process.execPath, [join(MODULES_DIR, '@modelcontextprotocol', 'conformance', 'dist', 'index.js'), 'authorization', ...args],
    { env: { PATH: process.env.PATH, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
  const suite = { output: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { suite.output += chunk; });
  suite.exit = new Promise((resolve) => child.once('close', resolve));
  t.after(async () => {
    child.kill('SIGKILL');
    await suite.exit;
  });
  return suite;
}

// Every check the suite wrote below `dir`, warnings and skips included.
function readChecks(dir) {
  const files = readdirSync(dir, { recursive: true }).filter((name) => basename(name) === 'checks.json');
  return files.flatMap((name) => JSON.parse(readFileSync(join(dir, name), 'utf8'))).sort((a, b) => a.id.localeCompare(b.id));
}

for (const revision of ['2025-11-25', '2026-07-28']) {
  test(`the authorization server passes the conformance suite for ${revision}`, { timeout: 120_000 }, async (t) => {
    const world = await startTwoProviders(t, { name: `conformance_${revision}`, authServer: { cimd: { enabled: true } } });
    const port = await freePort();
    const client = world.newClient({ redirectUri: `http://127.0.0.1:${port}/callback` });
    await client.prepare();

    const results = scratchDir(t);
    const suite = startSuite(t, ['--output-dir', results, '--url', world.vmcp.origin, '--client-id', client.clientId, '--resource', world.vmcp.url, '--port', String(port), '--spec-version', revision]);
    const [url] = await until('the suite asks for a browser', () => /https?:\/\/\S+code_challenge_method=S256\S*/.exec(suite.output), { ms: 30_000 });
    const page = await new Browser(world.persona).visit(url);
    assert.match(page.text, /OK/);

    assert.equal(await suite.exit, 0, suite.output);
    const checks = readChecks(results);
    assert.deepEqual(checks.map(({ id, status, errorMessage }) => [id, status, errorMessage]), [
      ['authorization-code-grant', 'SUCCESS', undefined],
      ['authorization-server-metadata', 'SUCCESS', undefined],
      ['authorization-server-metadata-cimd', 'SUCCESS', undefined],
    ]);
  });
}
