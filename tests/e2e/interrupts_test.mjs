// Ctrl-C at every stage of a login: the process ends by the signal (130 in a shell), and what lies in the state folder is whole
// or not there at all.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { startLogin } from './support/login_process.mjs';
import { startScriptedMcp } from './support/scripted_mcp.mjs';
import { until } from './support/wait.mjs';

const never = () => undefined;  // the request is left hanging

const STAGES = {
  'while the server is asked': { path: '/mcp' },
  'while metadata is read': { path: '/.well-known/oauth-authorization-server' },
  'while the client is registered': { path: '/register' },
  'while the browser is away': { path: '/authorize', browser: true },
  'while tokens are asked for': { path: '/token', browser: true },
  'while the token is tried': { path: '/mcp', browser: true, withToken: true, stored: 1 },
};

const names = (stateDir) => readdirSync(join(stateDir, 'vmcpauth', 'credentials')).filter((name) => !name.endsWith('.lock'));

for (const command of ['login', 'call']) {
  describe(`Ctrl-C in ${command}`, { timeout: 180_000, concurrency: 3 }, () => {
    for (const [stage, { path, browser = false, withToken = false, stored = 0 }] of Object.entries(STAGES)) {
      test(stage, async (t) => {
        const server = await startScriptedMcp(t);
        let reached = false;
        server.answers[path] = (request) => {
          if (withToken && !request.headers.authorization) return 'as usual';
          reached = true;
          return never();
        };
        const words = command === 'login' ? ['login', server.url, '--no-browser'] : ['call', server.url, 'ping', '--login', '--no-browser'];
        const login = startLogin(t, words);
        let visit;
        if (browser) visit = new Browser().visit(await login.signInUrl()).catch(() => {});
        await until('the stage is reached', () => reached, { ms: 20_000 });
        const before = Date.now();
        login.child.kill('SIGINT');
        const { code, signal } = await login.end();
        assert.ok(signal === 'SIGINT' || (command === 'call' && code === 3), `${code} ${signal}\n${login.output}`);
        assert.ok(Date.now() - before < 5_000, `it took ${Date.now() - before} ms`);
        assert.doesNotMatch(login.output, /marker-/);
        assert.equal(names(login.stateDir).length, stored, names(login.stateDir).join());
        server.server.closeAllConnections();
        await visit;

        // Nothing that is left is in the way.
        delete server.answers[path];
        const again = startLogin(t, ['login', server.url, '--no-browser'], { stateDir: login.stateDir });
        await new Browser().visit(await again.signInUrl());
        assert.equal((await again.end()).code, 0, again.output);
      });
    }
  });
}
