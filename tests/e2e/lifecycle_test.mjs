// Starting, reloading and ending: configuration errors with their place, SIGHUP, SIGTERM and SIGINT.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startCaptureBackend } from './support/capture_backend.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { OAuthClient } from './support/oauth_client.mjs';
import { UNAUTHENTICATED, inject, oidcUpstream, runtimeConfig } from './support/runtime_config.mjs';
import { startScriptedIdp } from './support/scripted_idp.mjs';
import { runVmcpauth, scratchDir, startVmcpauth, writeFiles } from './support/vmcpauth.mjs';
import { deferred, until, within } from './support/wait.mjs';

// One honest provider, one backend; `configuration` says what the files would be with other backends.
async function startWorld(t, name, options = {}) {
  const idp = await startScriptedIdp(t, { name: 'scripted' });
  const backend = await startCaptureBackend(t);
  const other = await startCaptureBackend(t);
  const configuration = (backends, more = {}) => runtimeConfig({ upstreams: [oidcUpstream(idp)], backends, ...more });
  const backends = { first: { url: backend.url, auth: inject('scripted') } };
  const { files, env } = configuration(backends);
  const dir = scratchDir(t);
  const vmcp = await startVmcpauth(t, { dir, files, env, name, ...options });
  const reload = async (changed) => {
    writeFiles(dir, changed);
    const from = vmcp.stderr.length;
    vmcp.signal('SIGHUP');
    await until('the log tells of the reload', () => /reload/i.test(vmcp.stderr.slice(from)));
    return () => vmcp.stderr.slice(from);
  };
  return { idp, backend, other, backends, configuration, dir, vmcp, reload, at: (backendName) => `${vmcp.url}/${backendName}` };
}

describe('SIGHUP', { timeout: 60_000 }, () => {
  test('a new configuration is taken and sessions are kept', async (t) => {
    const world = await startWorld(t, 'reload_good');
    const client = new OAuthClient(world.vmcp.origin);
    const tokens = await client.login();
    assert.equal((await postMcp(world.at('second'), tokens.access_token)).status, 404);

    await world.reload(world.configuration({ ...world.backends, second: { url: world.other.url, auth: inject('scripted') } }).files);
    await until('the new backend is served', async () => (await postMcp(world.at('second'), tokens.access_token)).status === 200);
    assert.equal((await postMcp(world.at('first'), tokens.access_token)).status, 200);
    assert.equal(world.other.bearers.at(-1), world.idp.lastAccessToken);
    const { status } = await client.refresh(tokens.refresh_token);
    assert.equal(status, 200, 'refresh tokens and registered clients survive too');
    assert.equal(world.idp.count('/authorize'), 1);
  });

  test('a request in flight is finished by the configuration it began with', async (t) => {
    const world = await startWorld(t, 'reload_in_flight');
    const { access_token: token } = await new OAuthClient(world.vmcp.origin).login();
    const asked = deferred();
    const answer = deferred();
    world.backend.handler = async (_request, response) => {
      asked.resolve();
      await answer.promise;
      response.writeHead(200).end('finished');
    };
    const running = postMcp(world.at('first'), token);
    await asked.promise;
    await world.reload(world.configuration({ second: { url: world.other.url, auth: UNAUTHENTICATED } }).files);
    await until('the old backend is gone', async () => (await postMcp(world.at('first'), token)).status === 404);
    answer.resolve();
    assert.equal(await (await running).text(), 'finished');
  });

  test('a configuration with an error is refused with its place, and the old one stays', async (t) => {
    const world = await startWorld(t, 'reload_bad');
    const { access_token: token } = await new OAuthClient(world.vmcp.origin).login();
    const log = await world.reload(world.configuration({ second: { url: world.other.url, auth: inject('nobody') } }).files);
    await until('the place of the error is told', () => /vmcp-config\.yaml:\d+:\d+/.test(world.vmcp.output));
    assert.ok(log().includes('nobody'), log());
    assert.equal((await postMcp(world.at('first'), token)).status, 200);
    assert.equal((await postMcp(world.at('second'), token)).status, 404);
    assert.ok(world.vmcp.running);

    await world.reload({ 'vmcp-config.yaml': ': not: yaml: [' });
    assert.equal((await postMcp(world.at('first'), token)).status, 200);
  });
});

describe('SIGTERM and SIGINT', { timeout: 60_000 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    test(`${signal} while idle ends with 0`, async (t) => {
      const world = await startWorld(t, `idle_${signal}`);
      assert.deepEqual(await world.vmcp.stop(signal), { code: 0, signal: null });
    });
  }

  test('a request in flight is finished first, and nothing new is accepted', async (t) => {
    const world = await startWorld(t, 'drain');
    const { access_token: token } = await new OAuthClient(world.vmcp.origin).login();
    const asked = deferred();
    const answer = deferred();
    world.backend.handler = async (_request, response) => {
      asked.resolve();
      await answer.promise;
      response.writeHead(200).end('finished');
    };
    const running = postMcp(world.at('first'), token);
    await asked.promise;
    world.vmcp.signal('SIGTERM');
    await until('new connections are refused', () => fetch(`${world.vmcp.origin}/health`).then((r) => r.status === 503, () => true));
    answer.resolve();
    const response = await running;
    assert.equal(response.status, 200);
    assert.equal(await response.text(), 'finished');
    assert.deepEqual(await within(20_000, 'the end', world.vmcp.exited), { code: 0, signal: null });
  });

  test('an open event stream does not hold up the end for long', async (t) => {
    const world = await startWorld(t, 'drain_stream');
    const { access_token: token } = await new OAuthClient(world.vmcp.origin).login();
    world.backend.handler = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: one\n\n');
    };
    const stream = await fetch(world.at('first'), { headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' } });
    const reader = stream.body.getReader();
    await reader.read();
    assert.deepEqual(await world.vmcp.stop(), { code: 0, signal: null });
    await reader.read().catch(() => {});
  });

  test('a request that never ends is cut off when the time to drain is over', async (t) => {
    const world = await startWorld(t, 'drain_hang');
    const { access_token: token } = await new OAuthClient(world.vmcp.origin).login();
    const asked = deferred();
    world.backend.handler = () => asked.resolve();
    const running = postMcp(world.at('first'), token).then(() => 'answered', () => 'cut off');
    await asked.promise;
    assert.deepEqual(await world.vmcp.stop(), { code: 0, signal: null });
    assert.equal(await running, 'cut off');
  });
});

describe('a wrong configuration', { timeout: 120_000 }, () => {
  const idp = { name: 'corp', issuer: 'https://sso.example.com', clientId: 'c', clientSecret: 'marker-secret-in-env' };
  const backends = { first: { url: 'http://127.0.0.1:9/mcp', auth: inject('corp') } };
  const good = () => runtimeConfig({ upstreams: [oidcUpstream(idp)], backends });
  const edited = (file, from, to) => {
    const { files, env } = good();
    assert.ok(files[file].includes(from), `${file} has no ${from}`);
    return { env, files: { ...files, [file]: files[file].replace(from, to) } };
  };

  const AUTHSERVER = 'authserver-config.yaml';
  const VMCP = 'vmcp-config.yaml';
  const cases = {
    'a misspelt key, with the right one suggested': [() => edited(AUTHSERVER, 'allowed_audiences', 'allowed_audience'), AUTHSERVER, /allowed_audiences/],
    'an unknown key': [() => edited(VMCP, 'outgoingAuth:', 'surprise: 1\noutgoingAuth:'), VMCP, /surprise/],
    'a key given twice': [() => edited(VMCP, 'groupRef: e2e', 'groupRef: e2e\ngroupRef: e2e'), VMCP, /groupRef/],
    'a provider nobody defined (V-02)': [() => edited(VMCP, 'providerName: corp', 'providerName: crop'), VMCP, /crop/],
    'an issuer that differs (V-04)': [() => edited(AUTHSERVER, 'issuer: http://vmcp.deployed.example:4483', 'issuer: http://vmcp.deployed.example:4484'), undefined, /issuer/],
    'an audience that is not allowed (V-07)': [() => edited(VMCP, 'audience: http://vmcp.deployed.example:4483/mcp', 'audience: http://elsewhere.example/mcp'), undefined, /audience/],
    'a duration with days': [() => edited(AUTHSERVER, 'upstreams:', 'token_lifespans:\n  access_token_lifespan: 1d\nupstreams:'), AUTHSERVER, /1d/],
    'a duration out of bounds': [() => edited(AUTHSERVER, 'upstreams:', 'token_lifespans:\n  access_token_lifespan: 5s\nupstreams:'), AUTHSERVER, /access_token_lifespan|5s|1m/],
    'a tab that indents': [() => edited(VMCP, '  type: oidc', '\ttype: oidc'), VMCP, /tab|YAML|token/i],
    'a strategy that is not served here': [() => edited(VMCP, 'type: upstream_inject', 'type: obo'), VMCP, /obo/],
    'a secret whose variable is not set': [() => ({ ...good(), env: {} }), AUTHSERVER, /E2E_SECRET_CORP/],
  };
  for (const [what, [make, file, words]] of Object.entries(cases)) {
    test(`${what}: file:line:col, the line, a caret; exit 1; nothing listens`, async (t) => {
      const { code, stdout, stderr } = await runVmcpauth(t, ['serve', '.', '--listen', '127.0.0.1:0'], make());
      assert.equal(code, 1, stderr);
      assert.match(stderr, new RegExp(`${(file ?? '(?:authserver|vmcp)-config.yaml').replaceAll('.', '\\.')}:\\d+:\\d+: error`));
      assert.match(stderr, words);
      assert.match(stderr, /^[ |]*\^/m, 'a caret');
      assert.doesNotMatch(stdout, /\/mcp/);
      assert.ok(!stderr.includes('marker-secret-in-env'));
    });
  }

  test('all problems are told in one run, in order', async (t) => {
    const { files, env } = good();
    const broken = {
      [VMCP]: files[VMCP].replace('providerName: corp', 'providerName: crop').replace('groupRef: e2e', 'groupref: e2e'),
      [AUTHSERVER]: files[AUTHSERVER].replace('client_id:', 'clientid:'),
    };
    const { code, stderr } = await runVmcpauth(t, ['serve', '.', '--listen', '127.0.0.1:0'], { files: broken, env });
    assert.equal(code, 1);
    const places = [...stderr.matchAll(/(authserver|vmcp)-config\.yaml:(\d+):\d+: error/g)].map(([, file, line]) => [file, Number(line)]);
    assert.ok(places.length >= 3, stderr);
    for (const file of ['authserver', 'vmcp']) {
      const lines = places.filter(([name]) => name === file).map(([, line]) => line);
      assert.deepEqual(lines, [...lines].sort((a, b) => a - b));
    }
  });

  for (const [what, args, status] of [
    ['an option nobody knows', ['serve', '--lisen', '127.0.0.1:0'], 2],
    ['an address that is none', ['serve', '--listen', 'nonsense'], 2],
    ['a command nobody knows', ['sirve'], 2],
    ['a path that does not exist', ['serve', 'no-such-folder', '--listen', '127.0.0.1:0'], 3],
  ]) {
    test(`${what} ends with ${status} and says so`, async (t) => {
      const { code, stderr } = await runVmcpauth(t, args);
      assert.equal(code, status, stderr);
      assert.ok(stderr.length > 0);
    });
  }

  test('a port that is taken: exit 3, naming it', async (t) => {
    const taken = await startCaptureBackend(t);
    const { code, stderr } = await runVmcpauth(t, ['serve', '.', '--listen', new URL(taken.url).host], good());
    assert.equal(code, 3, stderr);
    assert.ok(stderr.includes(new URL(taken.url).port));
  });

  test('an address other machines can reach is refused for a server without incoming authentication', async (t) => {
    const files = { [VMCP]: 'name: open\ngroupRef: open\nincomingAuth: {type: anonymous}\noutgoingAuth: {source: inline}\nbackends: [{name: first, url: "http://127.0.0.1:9/mcp", transport: streamable-http}]\n' };
    const { code, stderr } = await runVmcpauth(t, ['serve', '.', '--listen', '0.0.0.0:0'], { files });
    assert.ok(code === 1 || code === 2, `${code}: ${stderr}`);
    assert.match(stderr, /incoming|anonymous/i);
  });
});
