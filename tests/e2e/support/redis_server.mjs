// A real redis-server on a free loopback port, ended with the test.
import { spawn } from 'node:child_process';
import { createServer, connect } from 'node:net';
import { scratchDir } from './vmcpauth.mjs';
import { until } from './wait.mjs';

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// Sends one command and resolves to the raw reply; for looking, not for speed.
export function redisCommand(port, ...words) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const text = `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
    socket.setTimeout(5000, () => socket.destroy(new Error('redis does not answer')));
    socket.on('connect', () => socket.write(text));
    socket.once('data', (data) => { resolve(data.toString('utf8')); socket.destroy(); });
    socket.on('error', reject);
  });
}

export async function startRedis(scope, args = []) {
  const port = await freePort();
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', scratchDir(scope), ...args], { stdio: 'ignore' });
  scope.after(() => child.kill('SIGKILL'));
  await until('redis-server answers', () => redisCommand(port, 'PING').then((reply) => reply.startsWith('+PONG'), () => false));
  return { port, url: `redis://127.0.0.1:${port}`, command: (...words) => redisCommand(port, ...words) };
}
