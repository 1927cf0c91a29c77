// Runs one vmcpauth command with something on its standard input, and keeps everything it prints.
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { vmcpauthBinary } from './paths.mjs';
import { within } from './wait.mjs';

const seen = [];  // what every command printed: leak tests search it

export const everythingPrinted = () => seen.join('\n');

// Starts it; the result has {child, done}. Only what a program needs is in its environment.
export function startCommand(scope, args, { dir, env = {}, input = '' }) {
  const clean = { PATH: process.env.PATH, HOME: dir, LANG: 'C.UTF-8', TMPDIR: process.env.TMPDIR ?? tmpdir() };
  for (const name of Object.keys(process.env)) {
    if (/^(ASAN|UBSAN|TSAN|LSAN)_OPTIONS$/.test(name)) clean[name] = process.env[name];
  }
  const child = spawn(vmcpauthBinary(), args, { cwd: dir, env: { ...clean, ...env }, stdio: ['pipe', 'pipe', 'pipe'], detached: true });  // in a session of its own: no terminal to ask on
  const out = [];
  const err = [];
  child.stdout.on('data', (chunk) => out.push(chunk));
  child.stderr.on('data', (chunk) => err.push(chunk));
  child.stdin.on('error', () => {});  // it may end without reading
  child.stdin.end(input);
  const text = (chunks) => Buffer.concat(chunks).toString('utf8');
  const done = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      seen.push(text(out), text(err));
      resolve({ code, signal, stdout: text(out), stderr: text(err) });
    });
  });
  scope.after(() => child.kill('SIGKILL'));
  return { child, done, stdout: () => text(out) };
}

export function runCommand(scope, args, options) {
  return within(60_000, `vmcpauth ${args.join(' ')} ends`, startCommand(scope, args, options).done);
}

// The same, expecting JSON and an exit status.
export async function runJson(scope, args, options, code = 0) {
  const result = await runCommand(scope, [...args, '--json'], options);
  if (result.code !== code) throw new Error(`vmcpauth ${args.join(' ')} ended with ${result.code ?? result.signal} instead of ${code}\n${result.stdout}\n${result.stderr}`);
  return JSON.parse(result.stdout);
}
