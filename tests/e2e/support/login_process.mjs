// `vmcpauth login` (or another command that may log in) as a process under way: what it prints, the URL it sends the browser
// to, what is typed into it, how it ends. Its credentials live in a state folder of the test's own.
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { vmcpauthBinary } from './paths.mjs';
import { scratchDir } from './vmcpauth.mjs';
import { until, within } from './wait.mjs';

const SIGN_IN_URL = /https?:\/\/\S+[?&]code_challenge=\S+/;

class LoginProcess {
  stdout = '';
  stderr = '';

  constructor(args, env) {
    this.child = spawn(vmcpauthBinary(), args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout.on('data', (chunk) => { this.stdout += chunk; });
    this.child.stderr.on('data', (chunk) => { this.stderr += chunk; });
    this.child.stdin.on('error', () => {});  // it may have ended
    this.exited = new Promise((resolve) => this.child.once('close', (code, signal) => resolve({ code, signal })));
  }

  get output() { return this.stdout + this.stderr; }

  // The URL a browser is to open.
  async signInUrl() {
    const ended = this.exited.then(({ code }) => { throw new Error(`it ended with ${code} before it sent the browser away\n${this.output}`); });
    const found = until('vmcpauth prints where to sign in', () => SIGN_IN_URL.exec(this.stderr)?.[0], { ms: 20_000 });
    ended.catch(() => {});
    return new URL(await Promise.race([found, ended]));
  }

  type(line) { this.child.stdin.write(`${line}\n`); }

  // Resolves to {code, signal} when it has ended.
  async end(ms = 30_000) { return within(ms, `vmcpauth ends\n${this.output}`, this.exited); }
}

// env.BROWSER: '' prints the URL only.
export function startLogin(scope, args, { stateDir = scratchDir(scope), env = {} } = {}) {
  const clean = { PATH: process.env.PATH, HOME: stateDir, XDG_STATE_HOME: stateDir, LANG: 'C.UTF-8', NO_COLOR: '1', TMPDIR: process.env.TMPDIR ?? tmpdir() };
  for (const name of Object.keys(process.env)) {
    if (/^(ASAN|UBSAN|TSAN|LSAN)_OPTIONS$/.test(name)) clean[name] = process.env[name];
  }
  const login = new LoginProcess(args, { ...clean, ...env });
  login.stateDir = stateDir;
  scope.after(async () => {
    login.child.kill('SIGKILL');
    await login.exited;
  });
  return login;
}

// From start to end with a browser that is driven by the test: resolves to {code, stdout, stderr, page}.
export async function logIn(scope, url, browser, { args = [], ...options } = {}) {
  const login = startLogin(scope, ['login', url, '--no-browser', ...args], options);
  const page = await browser.visit(await login.signInUrl());
  const { code } = await login.end();
  return { code, stdout: login.stdout, stderr: login.stderr, page, stateDir: login.stateDir };
}
