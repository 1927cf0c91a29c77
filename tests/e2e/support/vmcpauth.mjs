// Starts the real binary, keeps every byte it prints, and never leaves it behind.
import { spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { artifactsDir, vmcpauthBinary } from './paths.mjs';
import { deferred, until, within } from './wait.mjs';

const STARTUP_MS = 30_000;
const SHUTDOWN_MS = 20_000;

// A scratch directory with `files` ({relative path: text}) in it.
export function scratchDir(scope, files = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'vmcpauth-e2e-'));
  scope.after(() => rmSync(dir, { recursive: true, force: true }));
  writeFiles(dir, files);
  return dir;
}

export function writeFiles(dir, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

class Vmcpauth {
  #child;
  #exit = deferred();
  #out = [];
  #err = [];

  constructor(dir, args, env) {
    this.dir = dir;
    // Only what a program needs: nothing of the developer's own configuration may leak into a test.
    const clean = { PATH: process.env.PATH, HOME: dir, LANG: 'C.UTF-8', NO_COLOR: '1', TMPDIR: process.env.TMPDIR ?? tmpdir() };
    for (const name of Object.keys(process.env)) {
      if (/^(ASAN|UBSAN|TSAN|LSAN)_OPTIONS$/.test(name)) clean[name] = process.env[name];
    }
    this.#child = spawn(vmcpauthBinary(), args, { cwd: dir, env: { ...clean, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout.on('data', (chunk) => this.#out.push(chunk));
    this.#child.stderr.on('data', (chunk) => this.#err.push(chunk));
    this.#child.on('error', (failure) => this.#exit.reject(failure));
    this.#child.on('close', (code, signal) => this.#exit.resolve({ code, signal }));
  }

  get stdout() { return Buffer.concat(this.#out).toString('utf8'); }
  get stderr() { return Buffer.concat(this.#err).toString('utf8'); }
  get output() { return this.stdout + this.stderr; }
  get exited() { return this.#exit.promise; }
  get pid() { return this.#child.pid; }
  get running() { return this.#child.exitCode === null && this.#child.signalCode === null; }

  // Log lines written as JSON, oldest first.
  get events() {
    const lines = this.stderr.split('\n').filter((line) => line.startsWith('{'));
    return lines.flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];  // a line still being written
      }
    });
  }

  untilEvent(what, matches, options) {
    return until(`log event: ${what}`, () => this.events.find(matches), options);
  }

  signal(name) {
    this.toldToEnd ||= name !== 'SIGHUP';
    this.#child.kill(name);
  }

  async stop(signal = 'SIGTERM') {
    if (this.running) this.signal(signal);
    return within(SHUTDOWN_MS, `vmcpauth ends after ${signal}`, this.exited);
  }

  // Ends it at once. Resolves to how it had ended before, when nobody had told it to: a crash.
  async kill() {
    const crashed = !this.running && !this.toldToEnd;
    if (this.running) this.#child.kill('SIGKILL');
    const { code, signal } = await this.exited.catch(() => ({}));
    return crashed ? (signal ?? code) : undefined;
  }
}

// Runs `vmcpauth` to its end; resolves to {code, stdout, stderr}.
export async function runVmcpauth(scope, args, { dir, files, env, ms = 30_000 } = {}) {
  const process_ = new Vmcpauth(dir ?? scratchDir(scope, files), args, env);
  scope.after(() => process_.kill());
  const { code, signal } = await within(ms, `vmcpauth ${args.join(' ')} ends`, process_.exited);
  return { code, signal, stdout: process_.stdout, stderr: process_.stderr };
}

const MCP_URL = /\bhttps?:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):[1-9]\d*\/mcp\b/;

function announcedUrl(server) {
  const listening = server.events.find((event) => event.event === 'listening' && MCP_URL.test(event.url ?? ''));
  return listening?.url ?? MCP_URL.exec(server.stdout)?.[0];
}

// Starts `vmcpauth serve` on a free loopback port and waits until it says where it listens.
// `files` are written to `dir`, which is also the working directory and HOME; `paths` are passed to serve.
export async function startVmcpauth(scope, { dir = scratchDir(scope), files = {}, paths = Object.keys(files).length > 0 ? ['.'] : [], args = [], env, logFormat = 'json', name = 'vmcpauth', listen = '127.0.0.1:0' } = {}) {
  writeFiles(dir, files);
  const server = new Vmcpauth(dir, ['serve', ...paths, '--listen', listen, '--log-format', logFormat, ...args], env);
  scope.after(async () => {
    const crash = await server.kill();
    const log = `--- stdout\n${server.stdout}\n--- stderr\n${server.stderr}`;
    writeFileSync(join(artifactsDir(), `${name}.log`), log);
    if (crash !== undefined && server.origin) throw new Error(`vmcpauth ended by itself with ${crash}\n${log}`);
  });
  const ended = server.exited.then(({ code, signal }) => {
    throw new Error(`vmcpauth serve ended with ${code ?? signal} before it listened\n${server.output}`);
  });
  server.url = await Promise.race([until('vmcpauth says where it listens', () => announcedUrl(server), { ms: STARTUP_MS }), ended]);
  ended.catch(() => {});
  server.origin = new URL(server.url).origin;
  return server;
}
