// `vmcpauth login --device` (RFC 8628) against `oidc-provider` with its device flow: a person types the code in elsewhere, says
// no, or does not come; and a server that wants to be asked more slowly.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { startLogin } from './support/login_process.mjs';
import { startProtectedByOidcProvider } from './support/protected_servers.mjs';
import { until } from './support/wait.mjs';

const CODE_PAGE = /or open (http\S+user_code=\S+)/;

async function begin(t, options) {
  const world = await startProtectedByOidcProvider(t, { device: {}, ...options });
  const login = startLogin(t, ['login', world.url, '--device', '-v']);
  const page = await until('the code is shown', () => CODE_PAGE.exec(login.stderr)?.[1], { ms: 20_000 });
  return { world, login, page };
}

describe('signing in on another device', { timeout: 120_000, concurrency: true }, () => {
  test('the code is typed in there, and the token is for this server', async (t) => {
    const { world, login, page } = await begin(t);
    assert.match(login.stderr, /On any device, open http\S+\/device and enter the code [A-Z-]+/);
    await new Browser({ user: 'grace' }).visit(page);
    assert.equal((await login.end(60_000)).code, 0, login.output);
    assert.match(login.stdout, new RegExp(`Signed in to ${world.url}`));
    assert.equal(world.seen.at(-1).sub, 'grace');
    assert.equal(world.seen.at(-1).aud, world.url);
    const call = startLogin(t, ['call', world.url, 'tools/list'], { stateDir: login.stateDir });
    assert.equal((await call.end()).code, 0, call.output);
  });

  test('whoever says no there ends it here', async (t) => {
    const { login, page } = await begin(t);
    await new Browser({ user: 'grace', decision: 'deny' }).visit(page).catch(() => {});
    assert.equal((await login.end(60_000)).code, 1, login.output);
    assert.match(login.stderr, /declined on the other device/);
  });

  test('a code that nobody types in runs out', async (t) => {
    const { login } = await begin(t, { device: { seconds: 3 } });
    assert.match(login.stderr, /Waiting for at most 3 seconds/);
    assert.equal((await login.end(60_000)).code, 1, login.output);
    assert.match(login.stderr, /was not entered in time/);
  });

  test('a server that says slow_down is asked five seconds later', async (t) => {
    const polls = [];
    const { login, page } = await begin(t, {
      device: {
        intercept: (request, response) => {
          if (request.method !== 'POST' || request.url !== '/token') return false;
          polls.push(Date.now());
          if (polls.length > 1) return false;
          response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"slow_down"}');
          return true;
        },
      },
    });
    await new Browser({ user: 'grace' }).visit(page);
    assert.equal((await login.end(60_000)).code, 0, login.output);
    assert.equal(polls.length, 2);
    assert.ok(polls[1] - polls[0] >= 9_500, `${polls[1] - polls[0]} ms between the two`);
  });

  test('a server without the grant is told apart', async (t) => {
    const world = await startProtectedByOidcProvider(t);
    const login = startLogin(t, ['login', world.url, '--device']);
    assert.equal((await login.end()).code, 3, login.output);
    assert.match(login.stderr, /does not offer the device grant; leave --device out/);
  });
});
