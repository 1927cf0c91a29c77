// /mcp/<backend> is one backend and nothing else: both protocol revisions, headers, streams and cancellation arrive as sent.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { headerLines } from './support/capture_backend.mjs';
import { Scope } from './support/cleanup.mjs';
import { postMcp, rpc } from './support/mcp_http.mjs';
import { startTwoProviders } from './support/two_providers.mjs';
import { deferred, until, within } from './support/wait.mjs';

const scope = new Scope();
let world;
let backend;
let url;
let token;
let honest;
before(async () => {
  world = await startTwoProviders(scope, { name: 'passthrough', vmcp: { passthroughHeaders: ['X-Tenant', 'X-Request-Id'] } });
  backend = world.hubBackend;
  honest = backend.handler;
  url = world.mcp('hub');
  ({ access_token: token } = await world.newClient().login());
});
after(() => scope.close());
beforeEach(() => {
  backend.handler = honest;
  backend.streamsBody = false;
});

const bearer = () => ({ authorization: `Bearer ${token}` });

// Reads a stream event by event; next() resolves to the following event's text.
function eventsOf(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let buffered = '';
  return {
    async next() {
      for (;;) {
        const end = buffered.indexOf('\n\n');
        if (end >= 0) {
          const event = buffered.slice(0, end);
          buffered = buffered.slice(end + 2);
          return event;
        }
        const { done, value } = await within(10_000, 'the next event', reader.read());
        if (done) return undefined;
        buffered += decoder.decode(value, { stream: true });
      }
    },
    cancel: () => reader.cancel(),
  };
}

describe('headers', { timeout: 60_000 }, () => {
  test('revision 2025-11-25: session and version headers go both ways', async () => {
    backend.handler = (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'session/of:the+backend' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} }));
    };
    const answer = await postMcp(url, token, { message: rpc('initialize', { protocolVersion: '2025-11-25' }), headers: { 'MCP-Protocol-Version': '2025-11-25', 'Mcp-Session-Id': 'a session chosen before' } });
    assert.equal(answer.headers.get('mcp-session-id'), 'session/of:the+backend');
    assert.deepEqual(headerLines(backend.last, 'mcp-session-id'), ['a session chosen before']);
    assert.deepEqual(headerLines(backend.last, 'mcp-protocol-version'), ['2025-11-25']);
  });

  test('revision 2026-07-28: method, name and version headers and the _meta of the body arrive untouched', async () => {
    const message = { jsonrpc: '2.0', id: 'x-1', method: 'tools/call', params: { name: 'whoami', arguments: {}, _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', progressToken: 7 } } };
    const answer = await postMcp(url, token, { message, headers: { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': '=?base64?d2hvYW1p?=' } });
    assert.equal(answer.status, 200);
    assert.deepEqual(headerLines(backend.last, 'mcp-method'), ['tools/call']);
    assert.deepEqual(headerLines(backend.last, 'mcp-name'), ['=?base64?d2hvYW1p?=']);
    assert.deepEqual(headerLines(backend.last, 'mcp-protocol-version'), ['2026-07-28']);
    assert.equal(backend.last.body.toString(), JSON.stringify(message));
  });

  test('only headers that are allowed through pass; hop-by-hop ones and what Connection names never do', async () => {
    const asked = httpRequest(url, {
      method: 'POST',
      headers: {
        ...bearer(), 'content-type': 'application/json', accept: 'application/json', 'x-tenant': 'blue', 'x-request-id': 'r-1',
        'x-hop': 'only for the next', connection: 'keep-alive, x-hop', te: 'trailers', 'proxy-connection': 'keep-alive',
      },
    });
    asked.end(JSON.stringify(rpc('tools/list')));
    await new Promise((resolve, reject) => asked.on('response', (response) => response.resume().on('end', resolve)).on('error', reject));
    const { headers } = backend.last;
    assert.equal(headers['x-tenant'], 'blue');
    assert.equal(headers['x-request-id'], 'r-1');
    for (const name of ['x-hop', 'te', 'proxy-connection', 'proxy-authorization']) assert.equal(headers[name], undefined, name);
    assert.equal(headers.host, new URL(backend.url).host);
  });

  test('the backend\'s own status and headers reach the client; its hop-by-hop ones do not', async () => {
    backend.handler = (_request, response) => {
      response.writeHead(418, { 'content-type': 'text/plain', 'x-of-the-backend': 'yes', 'set-cookie': ['a=1', 'b=2'], 'keep-alive': 'timeout=99', 'proxy-authenticate': 'Basic' });
      response.end('short and stout');
    };
    const answer = await postMcp(url, token);
    assert.equal(answer.status, 418);
    assert.equal(await answer.text(), 'short and stout');
    assert.equal(answer.headers.get('x-of-the-backend'), 'yes');
    assert.equal(answer.headers.get('proxy-authenticate'), null);
    assert.notEqual(answer.headers.get('keep-alive'), 'timeout=99');
  });
});

describe('bodies', { timeout: 60_000 }, () => {
  test('any bytes, both ways, without a change', async () => {
    const sent = randomBytes(3 << 20);
    const returned = randomBytes(3 << 20);
    backend.handler = (_request, response) => response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(returned);
    const answer = await fetch(url, { method: 'POST', headers: { ...bearer(), 'content-type': 'application/octet-stream' }, body: sent });
    const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
    assert.equal(digest(Buffer.from(await answer.arrayBuffer())), digest(returned));
    assert.equal(digest(backend.last.body), digest(sent));
  });

  test('a body sent piece by piece reaches the backend piece by piece', async () => {
    backend.streamsBody = true;
    const pieces = [];
    let arrived = deferred();
    backend.handler = async (_request, response, incoming) => {
      for await (const piece of incoming) {
        pieces.push(piece.toString());
        arrived.resolve();
      }
      response.writeHead(202).end();
    };
    const asked = httpRequest(url, { method: 'POST', headers: { ...bearer(), 'content-type': 'application/json', 'transfer-encoding': 'chunked' } });
    const answered = new Promise((resolve, reject) => asked.on('response', resolve).on('error', reject));
    for (const piece of ['first', 'second', 'third']) {
      arrived = deferred();
      asked.write(piece);
      await within(10_000, `the backend has the ${piece} piece before the next is sent`, arrived.promise);
    }
    asked.end();
    const response = await answered;
    response.resume();
    assert.equal(response.statusCode, 202);
    assert.deepEqual(pieces, ['first', 'second', 'third']);
  });

  test('methods, paths below the backend and queries are passed on', async () => {
    backend.handler = (_request, response) => response.writeHead(200).end();
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const answer = await fetch(`${url}?a=1&b=%2F%20`, { method, headers: bearer() });
      assert.equal(answer.status, 200, method);
      assert.equal(backend.last.method, method);
      assert.equal(backend.last.path, '/mcp?a=1&b=%2F%20');
    }
  });

  test('an unknown backend is 404, with and without a token nothing is forwarded', async () => {
    const answer = await postMcp(world.mcp('nowhere'), token);
    assert.equal(answer.status, 404);
    assert.ok([401, 404].includes((await postMcp(world.mcp('nowhere'))).status));
  });
});

describe('streams', { timeout: 60_000 }, () => {
  test('the answer to a POST as server-sent events: each arrives before the next is written', async () => {
    const turns = Array.from({ length: 5 }, () => deferred());
    backend.handler = async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      for (const [i, turn] of turns.entries()) {
        response.write(`id: ${i}\nevent: message\ndata: {"n":${i}}\n\n`);
        await turn.promise;  // the next one is written only when the client says it has this one
      }
      response.end();
    };
    const answer = await postMcp(url, token);
    assert.match(answer.headers.get('content-type'), /^text\/event-stream/);
    const events = eventsOf(answer);
    for (const [i, turn] of turns.entries()) {
      assert.equal(await events.next(), `id: ${i}\nevent: message\ndata: {"n":${i}}`);
      turn.resolve();
    }
    assert.equal(await events.next(), undefined);
  });

  test('half an event is passed on as it comes', async () => {
    const half = deferred();
    backend.handler = async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: fir');
      await half.promise;
      response.end('st\n\n');
    };
    const answer = await postMcp(url, token);
    const reader = answer.body.getReader();
    const { value } = await within(10_000, 'the first half', reader.read());
    assert.equal(Buffer.from(value).toString(), 'data: fir');
    half.resolve();
    const rest = await reader.read();
    assert.equal(Buffer.from(rest.value).toString(), 'st\n\n');
  });

  test('the GET stream of a session, resumed with Last-Event-ID', async () => {
    const more = deferred();
    backend.handler = async (request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      await more.promise;
      response.end(`id: 8\ndata: after ${request.headers['last-event-id']}\n\n`);
    };
    const answer = await within(10_000, 'headers come before the first event', fetch(url, { headers: { ...bearer(), accept: 'text/event-stream', 'mcp-session-id': 's1', 'last-event-id': '7' } }));
    assert.equal(backend.last.method, 'GET');
    more.resolve();
    const events = eventsOf(answer);
    assert.equal(await events.next(), 'id: 8\ndata: after 7');
    assert.equal(await events.next(), undefined);
  });

  test('DELETE ends the session at the backend', async () => {
    backend.handler = (_request, response) => response.writeHead(204).end();
    const answer = await fetch(url, { method: 'DELETE', headers: { ...bearer(), 'mcp-session-id': 's1' } });
    assert.equal(answer.status, 204);
    assert.equal(backend.last.method, 'DELETE');
    assert.equal(backend.last.headers['mcp-session-id'], 's1');
  });

  test('many streams at once stay apart, and requests pass between them', async () => {
    const go = deferred();
    backend.handler = async (request, response) => {
      if (request.method === 'POST') return honest(request, response);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: hello ${request.headers['mcp-session-id']}\n\n`);
      await go.promise;
      return response.end(`data: bye ${request.headers['mcp-session-id']}\n\n`);
    };
    const names = Array.from({ length: 40 }, (_, i) => `s${i}`);
    const streams = await Promise.all(names.map(async (name) => eventsOf(await fetch(url, { headers: { ...bearer(), accept: 'text/event-stream', 'mcp-session-id': name } }))));
    for (const [i, stream] of streams.entries()) assert.equal(await stream.next(), `data: hello ${names[i]}`);
    assert.equal((await postMcp(url, token)).status, 200);
    go.resolve();
    for (const [i, stream] of streams.entries()) {
      assert.equal(await stream.next(), `data: bye ${names[i]}`);
      assert.equal(await stream.next(), undefined);
    }
  });

  test('a client that leaves a stream cancels the request at the backend', async () => {
    backend.handler = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: one\n\n');
    };
    const leave = new AbortController();
    const answer = await postMcp(url, token, { signal: leave.signal });
    await eventsOf(answer).next();
    const { last } = backend;
    leave.abort();
    await until('the backend sees its connection closed', () => last.closed);
    assert.equal(last.aborted, true);
  });

  test('a client that leaves before the answer cancels the request at the backend', async () => {
    const asked = deferred();
    backend.handler = () => asked.resolve();
    const leave = new AbortController();
    const answer = postMcp(url, token, { signal: leave.signal }).catch((failure) => failure.name);
    await asked.promise;
    const { last } = backend;
    leave.abort();
    assert.equal(await answer, 'AbortError');
    await until('the backend sees its connection closed', () => last.closed);
  });

  test('a backend that breaks off in mid-stream breaks off the client\'s stream, without a false end', async () => {
    backend.handler = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: one\n\n', () => response.destroy());
    };
    const events = eventsOf(await postMcp(url, token));
    assert.equal(await events.next(), 'data: one');
    await assert.rejects(events.next(), /terminated|closed|reset/i);
  });

  test('a slow reader slows the backend down instead of filling memory', async () => {
    let written = 0;
    const piece = Buffer.alloc(64 << 10, 'x');
    const stalled = deferred();
    backend.handler = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      response.on('error', () => {});
      const pump = () => {
        while (written < 256 << 20) {
          written += piece.length;
          if (!response.write(piece)) return response.once('drain', pump);
        }
        return response.end();
      };
      pump();
      let before = -1;
      const watch = setInterval(() => {
        if (written === before) { clearInterval(watch); stalled.resolve(); }
        before = written;
      }, 500);
      response.on('close', () => clearInterval(watch));
    };
    const leave = new AbortController();
    const asked = httpRequest(url, { method: 'GET', headers: bearer(), signal: leave.signal });
    asked.on('error', () => {});
    const got = new Promise((resolve) => asked.on('response', resolve));
    asked.end();
    const response = await got;
    response.on('error', () => {});
    response.pause();
    await within(20_000, 'the backend stops writing', stalled.promise);
    assert.ok(written < 64 << 20, `${written >> 20} MB were taken from the backend for a client that reads nothing`);
    leave.abort();
  });
});
