// HTTP/1.1 byte by byte, for requests no HTTP library would send.
import { connect } from 'node:net';
import { within } from './wait.mjs';

// Opens a connection, sends `chunks` and collects what comes back until the peer closes or `ms` pass.
export async function exchangeBytes(origin, chunks, { ms = 15_000, halfClose = false } = {}) {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port) });
  let received = '';
  const closed = new Promise((resolve) => {
    socket.on('data', (data) => { received += data.toString('latin1'); });
    socket.on('error', () => {});  // a reset is an answer too
    socket.on('close', resolve);
  });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  for (const chunk of [chunks].flat()) {
    if (socket.destroyed) break;
    await new Promise((resolve) => socket.write(chunk, 'latin1', () => resolve()));
  }
  if (halfClose) socket.end();
  try {
    await within(ms, `an answer and the end of the connection; received: ${JSON.stringify(received.slice(0, 300))}`, closed);
  } finally {
    socket.destroy();
  }
  return { received, statuses: [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)) };
}

// A request with exactly these header lines.
export const rawRequest = (line, headers, body = '') => `${line}\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n${body}`;
