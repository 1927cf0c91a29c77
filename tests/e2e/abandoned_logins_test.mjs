// Thousands of logins started and never finished cost bounded memory, and honest users still get through.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { postMcp } from './support/mcp_http.mjs';
import { startTwoProviders } from './support/two_providers.mjs';

const LOGINS = 5_000;
const AT_ONCE = 100;
const MAX_KIB_EACH = 8;  // what one pending login may cost, with room for the allocator

const residentKib = (pid) => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
const sanitized = ['ASAN_OPTIONS', 'TSAN_OPTIONS'].some((name) => name in process.env);

async function startLogins(client, count) {
  const locations = [];
  const one = async () => {
    const response = await fetch(client.authorizationUrl(), { redirect: 'manual' });
    await response.body?.cancel();
    locations.push({ status: response.status, location: response.headers.get('location') });
  };
  for (let done = 0; done < count; done += AT_ONCE) await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - done) }, one));
  return locations;
}

test(`${LOGINS} abandoned logins`, { timeout: 180_000 }, async (t) => {
  const world = await startTwoProviders(t, { name: 'abandoned_logins' });
  const client = world.newClient();
  const { access_token: token } = await client.login();
  await startLogins(client, 200);  // buffers and connections that stay
  const before = residentKib(world.vmcp.pid);

  const answers = await startLogins(client, LOGINS);
  const sent = answers.filter(({ status, location }) => status >= 300 && status < 400 && location.startsWith(world.corp.issuer));
  const refused = answers.filter(({ status }) => status === 429 || status === 503);
  assert.equal(sent.length + refused.length, LOGINS, 'each is sent on or told to come back later');
  assert.ok(sent.length > 0);
  assert.equal(new Set(sent.map(({ location }) => new URL(location).searchParams.get('state'))).size, sent.length, 'every login has a state of its own');

  const grown = residentKib(world.vmcp.pid) - before;
  t.diagnostic(`${grown} KiB more, ${refused.length} refused`);
  if (!sanitized) assert.ok(grown < LOGINS * MAX_KIB_EACH, `${grown} KiB for ${LOGINS} logins`);
  assert.equal((await postMcp(world.mcp('corp'), token)).status, 200, 'sessions live on');
  await world.newClient().login();
});
