// `@modelcontextprotocol/server-everything` as a backend, in a process of its own and on loopback only.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { E2E_DIR, MODULES_DIR } from './paths.mjs';
import { deferred, within } from './wait.mjs';

export async function startEverything(scope) {
  const listening = deferred();
  const child = spawn(process.execPath, [
    '--import', join(E2E_DIR, 'support', 'loopback_only.mjs'),
    join(MODULES_DIR, '@modelcontextprotocol', 'server-everything', 'dist', 'index.js'), 'streamableHttp',
  ], { env: { PATH: process.env.PATH, PORT: '0' }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output += chunk; });
  const ended = new Promise((resolve) => child.once('close', resolve));
  scope.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  child.once('message', listening.resolve);
  child.once('close', () => listening.reject(new Error(`server-everything ended early\n${output}`)));
  const { port } = await within(30_000, 'server-everything listens', listening.promise);
  return { url: `http://127.0.0.1:${port}/mcp`, get output() { return output; } };
}
