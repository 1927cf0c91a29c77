// The clean directory that a shell block runs in, and what its world has: `deploy/`, a `vmcpauth serve`, a signed-in user. Addresses and
// ids that the guides print stand for those of the day.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startCaptureBackend } from '../../e2e/support/capture_backend.mjs';
import { startFakeSts } from '../../e2e/support/fake_sts.mjs';
import { startOidcProvider } from '../../e2e/support/oidc_provider.mjs';
import { vmcpauthBinary } from '../../e2e/support/paths.mjs';
import { inject, oidcUpstream, runtimeConfig } from '../../e2e/support/runtime_config.mjs';
import { scratchDir, startVmcpauth, writeFiles } from '../../e2e/support/vmcpauth.mjs';
import { allBlocks, sets } from '../blocks.mjs';

const BROWSER = fileURLToPath(new URL('browser_command.mjs', import.meta.url));

// What the guides print, wherever it differs from run to run.
export const GUIDE = { host: '127.0.0.1:4483', session: '8PEvzCip-gwG' };
const SHORT = GUIDE.session.slice(0, 6);  // how the guides name it in commands

const blocks = allBlocks();
const filesOf = (set) => ({ ...sets(blocks).find(({ name }) => name === set).files });

// A set of files of the guides, the complete example unless another is named, with keys made by the guide's own lines.
async function exampleIn(scope, dir, set) {
  const files = filesOf(set);
  const backend = await startCaptureBackend(scope);
  if (files['vmcpauth.toml']) files['vmcpauth.toml'] = files['vmcpauth.toml'].replace(/http:\/\/127\.0\.0\.1:900\d\/mcp/g, backend.url);
  writeFiles(join(dir, 'deploy'), files);
  execFileSync('sh', ['-euc', blocks.find(({ marks }) => marks.makes === 'keys').text], { cwd: join(dir, 'deploy'), stdio: 'pipe' });
  return { EXCHANGE_CLIENT_SECRET: 'of-the-test', CORPORATE_CLIENT_SECRET: 'of-the-test', CODEHOST_CLIENT_SECRET: 'of-the-test' };
}

// The same names with providers and a token service that nobody here wrote.
async function realProvidersIn(scope, dir, variant) {
  const corporate = await startOidcProvider(scope, { name: 'corporate' });
  const codehost = await startOidcProvider(scope, { name: 'codehost' });
  const backend = await startCaptureBackend(scope);
  // The picky one knows the audience and no scope at all.
  const picky = variant === 'picky-service';
  const sts = await startFakeSts(scope, {
    client: 'mcp-exchange', secret: 'of-the-test-0123456789',
    accepts: (form) => form.get('audience') === 'reports-api' && form.get('scope') === (picky ? null : 'reports.read'),
    refusal: (form) => ({ error: picky && form.get('audience') ? 'invalid_scope' : 'invalid_target' }),
  });
  const exchange = { tokenUrl: sts.tokenUrl, clientId: 'mcp-exchange', clientSecretEnv: 'EXCHANGE_CLIENT_SECRET', audience: 'reports-api', scopes: ['reports.read'], subjectProviderName: 'corporate' };
  const { files, env } = runtimeConfig({
    upstreams: [oidcUpstream(corporate, variant === 'no-refresh' ? { scopes: ['openid'] } : {}), oidcUpstream(codehost)],
    backends: {
      directory: { url: backend.url, auth: inject('corporate') }, repositories: { url: backend.url, auth: inject('codehost') },
      reports: { url: backend.url, auth: { type: 'token_exchange', tokenExchange: exchange } },
    },
  });
  writeFiles(join(dir, 'deploy'), files);
  return { ...env, EXCHANGE_CLIENT_SECRET: 'of-the-test-0123456789' };
}

function program(dir, name, text) {
  writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(dir, 'bin', name), 0o755);
}

export class World {


  constructor(scope, dir, env) {
    this.scope = scope;
    this.dir = dir;
    this.work = join(dir, 'here');
    this.env = {
      PATH: `${join(dir, 'bin')}:${process.env.PATH}`, HOME: dir, XDG_STATE_HOME: join(dir, 'state'), LANG: 'C.UTF-8', NO_COLOR: '1', COLUMNS: '100',
      TMPDIR: process.env.TMPDIR ?? '/tmp', BROWSER: `${process.execPath} ${BROWSER} %s`, ...env,
    };
  }

  // paths and args as on serve's command line; log: the file that its standard error goes to.
  async serve(paths, args, log) {
    this.log = log;
    const server = await startVmcpauth(this.scope, { dir: this.work, paths, args, env: this.env, name: 'docs_serve', logFormat: 'json' });
    this.host = new URL(server.url).host;
    this.server = server;
    return server;
  }

  async signIn() {
    const { status, output } = await this.run(`vmcpauth login http://${GUIDE.host}/mcp`);
    if (status !== 0) throw new Error(output);
  }

  // A process of its own, so that providers and backends in this one can answer meanwhile.
  #shell(script) {
    const child = spawn('sh', ['-euc', script], { cwd: this.work, env: this.env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output += chunk; });
    return new Promise((resolve, reject) => child.on('error', reject).on('close', (code, signal) => resolve({ status: code ?? signal, output })));
  }

  // The id of the only session, once there is one.
  async #findSession() {
    const { status, output } = await this.#shell('vmcpauth token list --json');
    this.session = status === 0 ? JSON.parse(output).sessions[0]?.tsid : undefined;
  }

  // Runs lines of a guide; resolves to what a reader would see, in the guide's own names.
  async run(text) {
    if (!this.session && this.host && text.includes('vmcpauth token')) await this.#findSession();
    let script = this.host ? text.replaceAll(GUIDE.host, this.host) : text;
    if (this.session) script = script.replaceAll(SHORT, this.session.slice(0, SHORT.length));
    if (this.log) writeFileSync(join(this.work, this.log), this.server.stderr);
    const { status, output } = await this.#shell(`exec 2>&1\n${script}`);
    return { status, output: this.asPrinted(output) };
  }

  asPrinted(text) {
    let printed = this.host ? text.replaceAll(this.host, GUIDE.host).replaceAll(encodeURIComponent(this.host), encodeURIComponent(GUIDE.host)) : text;
    if (this.session) printed = printed.replaceAll(this.session.slice(0, GUIDE.session.length), GUIDE.session);
    return printed.replaceAll(`${this.work}/`, '').replaceAll(this.dir, '~');
  }
}

// variant: no-refresh (a provider gives no refresh token), picky-service (the token service knows no scope), denying (Ada says no).
// kind: empty, plain (deploy/ alone), demo, mock (deploy/ with built-in providers), real (with others); signedIn: as Ada.
export async function makeWorld(scope, { kind, signedIn, variant, set = 'complete' }) {
  const dir = scratchDir(scope);
  for (const folder of ['bin', 'here', 'state']) mkdirSync(join(dir, folder));
  symlinkSync(vmcpauthBinary(), join(dir, 'bin', 'vmcpauth'));
  const work = join(dir, 'here');
  const env = kind === 'empty' ? {} : await (kind === 'real' ? realProvidersIn(scope, work, variant) : exampleIn(scope, work, set));
  program(dir, 'kustomize', 'for part in vmcp strategies backends; do echo ---; cat deploy/$part.yaml; done');
  const world = new World(scope, dir, { ...env, ...(variant === 'denying' ? { DECISION: 'deny' } : {}) });
  if (kind === 'demo') await world.serve([], []);
  if (kind === 'mock') await world.serve(['deploy/'], ['--mock-idps', '--store', 'sqlite']);
  if (kind === 'real') await world.serve(['deploy/'], ['--store', 'sqlite']);
  if (signedIn) await world.signIn();
  return world;
}

