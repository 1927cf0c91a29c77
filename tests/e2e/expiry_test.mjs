// Our own access token really expires (one minute is the shortest life ToolHive allows) and the SDK refreshes it.
// Slow because time has to pass; ctest runs it beside the others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEverything } from './support/everything.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { claimsOf } from './support/oauth_client.mjs';
import { UNAUTHENTICATED } from './support/runtime_config.mjs';
import { MemoryOAuthProvider, connectMcp } from './support/sdk_client.mjs';
import { startTwoProviders } from './support/two_providers.mjs';
import { until, untilTime } from './support/wait.mjs';

// How much later than `exp` a token may still pass, for clocks that differ.
const MAX_LEEWAY_SECONDS = 60;

test('an expired access token is refused, and the SDK client goes on with a refreshed one', { timeout: 240_000 }, async (t) => {
  const everything = await startEverything(t);
  const world = await startTwoProviders(t, {
    name: 'expiry', backends: { everything: { url: everything.url, auth: UNAUTHENTICATED } },
    authServer: { token_lifespans: { access_token_lifespan: '1m' } },
  });
  const { client, oauth } = await connectMcp(t, world.mcp('everything'), { oauth: new MemoryOAuthProvider({ persona: world.persona, scope: 'openid offline_access' }) });
  const old = oauth.savedTokens.access_token;
  const { exp, iat } = claimsOf(old);
  assert.equal(exp - iat, 60);
  assert.equal(oauth.savedTokens.expires_in, 60);

  await untilTime(exp * 1000);
  const refused = await until('the expired token is refused', async () => {
    const answer = await postMcp(world.mcp('everything'), old);
    return answer.status === 401 && answer;
  }, { ms: (MAX_LEEWAY_SECONDS + 5) * 1000, every: 500 });
  assert.match(refused.headers.get('www-authenticate'), /error="invalid_token"/);

  const result = await client.callTool({ name: 'echo', arguments: { message: 'after the expiry' } });
  assert.match(result.content[0].text, /after the expiry/);
  assert.notEqual(oauth.savedTokens.access_token, old);
  assert.equal(oauth.redirects, 1, 'the user was asked once');
});
