// Backends that are down, refuse, break off or talk nonsense, and HTTP requests that try to slip past the parser.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Scope, listenOnLoopback } from './support/cleanup.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { exchangeBytes, rawRequest } from './support/raw_http.mjs';
import { UNAUTHENTICATED, inject } from './support/runtime_config.mjs';
import { startTwoProviders } from './support/two_providers.mjs';
import { until } from './support/wait.mjs';

// A peer that answers every connection with the same bytes and then closes.
async function startBytes(scope, bytes) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.once('data', () => socket.end(bytes, 'latin1'));
  });
  const origin = await listenOnLoopback(server);
  scope.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `${origin}/mcp`;
}

const NONSENSE = {
  empty: '',
  garbage: 'SSH-2.0-OpenSSH_9.2p1\r\n',
  'two-lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc',
  'both-lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'bad-chunks': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n',
  'endless-header': `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(2 << 20)}\r\n\r\n`,
};

const scope = new Scope();
let world;
let token;
before(async () => {
  const backends = { down: { url: 'http://127.0.0.1:9/mcp', auth: inject('hub') } };
  for (const [name, bytes] of Object.entries(NONSENSE)) backends[name] = { url: await startBytes(scope, bytes), auth: UNAUTHENTICATED };
  world = await startTwoProviders(scope, { name: 'backend_faults', backends });
  ({ access_token: token } = await world.newClient().login());
});
after(() => scope.close());

describe('backends', { timeout: 60_000 }, () => {
  let honest;
  before(() => { honest = world.hubBackend.handler; });
  beforeEach(() => { world.hubBackend.handler = honest; });

  test('one that is down: 502 naming it, and the others go on', async () => {
    const answer = await postMcp(world.mcp('down'), token);
    assert.ok([502, 503].includes(answer.status), String(answer.status));
    assert.match(await answer.text(), /down/);
    assert.equal((await postMcp(world.mcp('hub'), token)).status, 200);
    await world.vmcp.untilEvent('a request to the backend that is down', (event) => event.backend === 'down' && [502, 503].includes(event.status));
  });

  for (const name of Object.keys(NONSENSE)) {
    test(`one that answers with nonsense (${name}): an error for the client, never a half answer taken for whole`, async () => {
      const answer = await postMcp(world.mcp(name), token);
      const whole = await answer.text().then(() => true, () => false);
      assert.ok(answer.status === 502 || !whole, `${answer.status}`);
      assert.equal((await fetch(`${world.vmcp.origin}/health`)).status, 200);
    });
  }

  test('one that answers 401: the client reads that it was the backend, not its own token', async () => {
    world.hubBackend.handler = (_request, response) => response.writeHead(401, { 'www-authenticate': 'Bearer realm="the backend", error="invalid_token"' }).end('{"error":"no"}');
    const answer = await postMcp(world.mcp('hub'), token);
    await answer.text();
    const challenge = answer.headers.get('www-authenticate');
    // A 401 of ours would send the client into a new login that cannot help.
    assert.equal(answer.status, 502);
    assert.equal(challenge, null);
    const event = await world.vmcp.untilEvent('the refusal', (line) => line.backend === 'hub' && line.backend_status === 401);
    assert.equal(event.provider, 'hub');
    assert.match(event.error, /401.*the backend/);
  });

  test('one that closes without an answer: 502', async () => {
    world.hubBackend.handler = (_request, response) => response.destroy();
    assert.equal((await postMcp(world.mcp('hub'), token)).status, 502);
  });

  test('one that closed an idle connection: the next request does not notice', async () => {
    assert.equal((await postMcp(world.mcp('hub'), token)).status, 200);
    world.hubBackend.server.closeIdleConnections();
    assert.equal((await postMcp(world.mcp('hub'), token)).status, 200);
  });
});

describe('requests that try to slip past the parser', { timeout: 200_000 }, () => {
  const host = () => `Host: ${new URL(world.vmcp.url).host}`;
  const auth = () => `Authorization: Bearer ${token}`;
  const JSON_TYPE = 'Content-Type: application/json';
  const post = (headers, body = '{}') => rawRequest('POST /mcp/open HTTP/1.1', headers, body);
  const smuggled = 'GET /mcp/open HTTP/1.1\r\nHost: smuggled\r\n\r\n';

  const cases = {
    'two Authorization lines, the good one first': () => post([host(), auth(), 'Authorization: Bearer x', JSON_TYPE, 'Content-Length: 2', 'Connection: close']),
    'two Authorization lines, the good one last': () => post([host(), 'Authorization: Bearer x', auth(), JSON_TYPE, 'Content-Length: 2', 'Connection: close']),
    'two Authorization lines that are the same': () => post([host(), auth(), auth(), JSON_TYPE, 'Content-Length: 2', 'Connection: close']),
    'no Host': () => post([auth(), JSON_TYPE, 'Content-Length: 2', 'Connection: close']),
    'two Hosts': () => post([host(), host(), auth(), JSON_TYPE, 'Content-Length: 2', 'Connection: close']),
    'a Host of somebody else (DNS rebinding)': () => post(['Host: evil.example', auth(), JSON_TYPE, 'Content-Length: 2', 'Connection: close']),
    'a folded header line': () => post([host(), auth(), 'X-A: b\r\n c', JSON_TYPE, 'Content-Length: 2', 'Connection: close']),
    'a space before the colon': () => post([host(), auth(), 'Content-Length : 2', JSON_TYPE, 'Connection: close']),
    'a header name with a control character': () => post([host(), auth(), 'X\u0001: b', JSON_TYPE, 'Content-Length: 2', 'Connection: close']),
    'a header value with a bare line feed and another header': () => post([host(), auth(), 'X-A: b\nX-Injected: 1\r', JSON_TYPE, 'Content-Length: 2', 'Connection: close']),
    'a NUL in a header value': () => post([host(), auth(), 'X-A: b\u0000c', JSON_TYPE, 'Content-Length: 2', 'Connection: close']),
    'Content-Length and Transfer-Encoding': () => post([host(), auth(), JSON_TYPE, 'Content-Length: 4', 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`),
    'two Content-Lengths that differ': () => post([host(), auth(), JSON_TYPE, 'Content-Length: 2', 'Content-Length: 40'], `{}${smuggled}`),
    'a negative Content-Length': () => post([host(), auth(), JSON_TYPE, 'Content-Length: -1']),
    'a Content-Length with a plus': () => post([host(), auth(), JSON_TYPE, 'Content-Length: +2']),
    'a Content-Length beyond all numbers': () => post([host(), auth(), JSON_TYPE, 'Content-Length: 99999999999999999999999']),
    'an unknown Transfer-Encoding': () => post([host(), auth(), JSON_TYPE, 'Transfer-Encoding: xchunked'], `2\r\n{}\r\n0\r\n\r\n`),
    'chunked that is not last': () => post([host(), auth(), JSON_TYPE, 'Transfer-Encoding: chunked, identity'], `2\r\n{}\r\n0\r\n\r\n`),
    'chunked twice': () => post([host(), auth(), JSON_TYPE, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], `2\r\n{}\r\n0\r\n\r\n`),
    'a chunk size that is no number': () => post([host(), auth(), JSON_TYPE, 'Transfer-Encoding: chunked', 'Connection: close'], `0x2\r\n{}\r\n0\r\n\r\n`),
    'a chunk size beyond all numbers': () => post([host(), auth(), JSON_TYPE, 'Transfer-Encoding: chunked', 'Connection: close'], `fffffffffffffffff\r\n{}\r\n0\r\n\r\n`),
    'a chunk longer than it says': () => post([host(), auth(), JSON_TYPE, 'Transfer-Encoding: chunked', 'Connection: close'], `2\r\n{}xx\r\n0\r\n\r\n`),
    'a header of 1 MB': () => post([host(), auth(), `X-Big: ${'x'.repeat(1 << 20)}`, JSON_TYPE, 'Content-Length: 2']),
    'headers without end': () => post([host(), auth(), ...Array.from({ length: 20_000 }, (_, i) => `X-${i}: ${i}`), JSON_TYPE, 'Content-Length: 2']),
    'a request target of 1 MB': () => rawRequest(`GET /mcp/open?${'x'.repeat(1 << 20)} HTTP/1.1`, [host(), auth()]),
    'HTTP/0.9': () => 'GET /mcp/open\r\n\r\n',
    'a version nobody speaks': () => rawRequest('GET /mcp/open HTTP/9.9', [host(), auth()]),
    'a method with lower-case letters and signs': () => rawRequest('ge(t /mcp/open HTTP/1.1', [host(), auth()]),
    'a TLS hello': () => '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'.padEnd(600, 'x'),
  };
  for (const [what, bytes] of Object.entries(cases)) {
    test(`${what}: refused, and the backend hears nothing`, async () => {
      const before = world.openBackend.requests.length;
      const { statuses, received } = await exchangeBytes(world.vmcp.origin, bytes());
      assert.ok(statuses.length <= 1, `one answer at most: ${statuses}`);
      // A connection closed without a word is a refusal too.
      if (statuses.length === 1) assert.ok(statuses[0] >= 400 && statuses[0] < 600, received.slice(0, 200));
      assert.equal((await fetch(`${world.vmcp.origin}/health`)).status, 200);
      // A body found wrong half way may have been begun at the backend, but must have been broken off there.
      const begun = world.openBackend.requests.slice(before);
      await until('the backend is done with it', () => begun.every((request) => request.closed));
      assert.deepEqual(begun.filter((request) => !request.failure).map((request) => request.rawHeaders), []);
    });
  }

  test('control: the same request without a trick passes', async () => {
    const { statuses } = await exchangeBytes(world.vmcp.origin, post([host(), auth(), JSON_TYPE, 'Content-Length: 2', 'Connection: close']));
    assert.deepEqual(statuses.length, 1);
    assert.ok(world.openBackend.last.body.equals(Buffer.from('{}')));
  });

  test('two pipelined requests get two answers, in order', async () => {
    const bytes = rawRequest('GET /health HTTP/1.1', [host()]) + rawRequest('GET /.well-known/jwks.json HTTP/1.1', [host(), 'Connection: close']);
    const { statuses, received } = await exchangeBytes(world.vmcp.origin, bytes);
    assert.deepEqual(statuses, [200, 200]);
    assert.match(received, /"keys"/);
  });

  describe('slow ones are given up on in bounded time', { concurrency: true, timeout: 90_000 }, () => {
    test('headers that never end', async () => {
      const { statuses } = await exchangeBytes(world.vmcp.origin, `GET /health HTTP/1.1\r\n${host()}\r\nX-Slow: `, { ms: 80_000 });
      assert.ok(statuses.length === 0 || statuses[0] === 408, String(statuses));
    });

    test('a body that never comes', async () => {
      const bytes = rawRequest('POST /oauth/token HTTP/1.1', [host(), 'Content-Type: application/x-www-form-urlencoded', 'Content-Length: 100'], 'grant_type=');
      const { statuses } = await exchangeBytes(world.vmcp.origin, bytes, { ms: 80_000 });
      assert.ok(statuses.length === 0 || statuses[0] === 408 || statuses[0] === 400, String(statuses));
    });
  });
});
