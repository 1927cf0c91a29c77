// One line of the log a request: where it went, by which strategy, how it ended and what took how long.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Scope } from './support/cleanup.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { startTwoProviders } from './support/two_providers.mjs';
import { until } from './support/wait.mjs';

const scope = new Scope();
let world;
let token;
before(async () => {
  world = await startTwoProviders(scope, { name: 'request_log' });
  token = (await world.newClient().login()).access_token;
});
after(() => scope.close());

// What the log says about the requests that `act` makes to `path`.
async function logged(path, act) {
  const lines = () => world.vmcp.events.filter((event) => event.event === 'request' && event.path === path);
  const before_ = lines().length;
  await act();
  await until('the request is logged', () => lines().length > before_);
  return lines().slice(before_);
}

describe('the request log', { timeout: 60_000 }, () => {
  test('a forwarded request: backend, strategy, provider, status and times in ms, on one line', async () => {
    const lines = await logged('/mcp/corp', async () => assert.equal((await postMcp(world.mcp('corp'), token)).status, 200));
    assert.equal(lines.length, 1);
    const [{ ms, backend_ms, auth_ms, ...line }] = lines;
    assert.deepEqual([line.method, line.route, line.backend, line.strategy, line.provider, line.status], ['POST', 'mcp', 'corp', 'upstream_inject', 'corp', 200]);
    for (const time of [ms, backend_ms, auth_ms]) assert.equal(typeof time, 'number');
    assert.ok(ms >= backend_ms);
  });

  test('a refused request says why', async () => {
    const [line] = await logged('/mcp/hub', async () => assert.equal((await postMcp(world.mcp('hub'), `${token.slice(0, -8)}AAAAAAAA`)).status, 401));
    assert.equal(line.status, 401);
    assert.match(line.error, /signature/);
    assert.equal(line.backend, undefined);
  });

  test('/health says ok and who we are, without a token and without noise in the log', async () => {
    const response = await fetch(`${world.vmcp.origin}/health`);
    assert.equal(response.status, 200);
    const { status, name, version } = await response.json();
    assert.deepEqual([status, name], ['ok', 'e2e']);
    assert.match(version, /^\d+\.\d+/);
    assert.equal(world.vmcp.events.some((event) => event.path === '/health'), false);
  });
});
