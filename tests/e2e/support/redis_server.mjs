// Debian's redis-server on a free loopback port, nothing saved, and a client of a few lines to write rows by hand.
import { spawn } from 'node:child_process';
import { createServer, connect } from 'node:net';
import { until } from './wait.mjs';

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

// RESP2: one reply a call; arrays and integers as they are, bulk strings as text.
function parse(text, at = 0) {
  const end = text.indexOf('\r\n', at);
  if (end < 0) return undefined;
  const line = text.slice(at + 1, end);
  const next = end + 2;
  switch (text[at]) {
    case '+': return { value: line, next };
    case '-': return { error: line, next };
    case ':': return { value: Number(line), next };
    case '$': {
      const size = Number(line);
      if (size < 0) return { value: null, next };
      return text.length < next + size + 2 ? undefined : { value: text.slice(next, next + size), next: next + size + 2 };
    }
    default: {
      const items = [];
      let position = next;
      for (let left = Number(line); left > 0; --left) {
        const item = parse(text, position);
        if (item === undefined) return undefined;
        items.push(item.value);
        position = item.next;
      }
      return { value: items, next: position };
    }
  }
}

class RedisServer {
  constructor(port) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  // Commands are ASCII in these tests: characters are bytes.
  command(...words) {
    const text = `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`).join('')}`;
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(text));
      let answer = '';
      socket.setEncoding('latin1');
      socket.on('data', (chunk) => {
        answer += chunk;
        const reply = parse(answer);
        if (reply === undefined) return;
        socket.destroy();
        if (reply.error) reject(new Error(reply.error));
        else resolve(reply.value);
      });
      socket.on('error', reject);
    });
  }
}

// Every command that the server runs from now on, by name; those that scripts run too ("lua" says so).
export function monitor(scope, server) {
  return new Promise((resolve, reject) => {
    const lines = [];
    const socket = connect(server.port, '127.0.0.1', () => socket.write('MONITOR\r\n'));
    let rest = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      const parts = (rest + chunk).split('\r\n');
      rest = parts.pop();
      for (const line of parts) {
        if (line === '+OK') resolve({ lines, commands: () => lines.map((text) => /^\+[\d.]+ \[\d+ (lua|\S+)\] "([^"]+)"/.exec(text)).map(([, who, name]) => ({ lua: who === 'lua', name: name.toUpperCase() })) });
        else if (line.startsWith('+')) lines.push(line);
      }
    });
    socket.on('error', reject);
    scope.after(() => socket.destroy());
  });
}

export async function startRedis(scope, args = []) {
  const server = new RedisServer(await freePort());
  const child = spawn('redis-server', ['--port', String(server.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...args], { stdio: 'ignore' });
  const failed = new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
  });
  failed.catch(() => {});
  scope.after(() => child.kill('SIGKILL'));
  await Promise.race([until('redis-server answers', () => server.command('PING').then(() => true, ({ message }) => message.startsWith('NOAUTH'))), failed]);
  return server;
}
