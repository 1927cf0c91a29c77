// kill -9 at any moment: no completed login is lost, nothing is honoured twice, no token lies open on the disk.
// SEED=n repeats a run; CYCLES=n changes its length.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startCaptureBackend } from './support/capture_backend.mjs';
import { Scope } from './support/cleanup.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { OAuthClient } from './support/oauth_client.mjs';
import { inject, oidcUpstream, runtimeConfig } from './support/runtime_config.mjs';
import { startScriptedIdp } from './support/scripted_idp.mjs';
import { scratchDir, startVmcpauth } from './support/vmcpauth.mjs';

const CYCLES = Number(process.env.CYCLES ?? 500);
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const TIME_MS = 170_000;

function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class World {
  logins = [];       // completed: {access, refresh}
  spent = [];        // codes and refresh tokens that were answered with success, each exactly once
  doubtful = [];     // {kind, fields}: shown when the server died, so that the answer is not known
  kills = 0;
  starts = 0;

  async start(scope) {
    this.first = await startScriptedIdp(scope, { name: 'first' });
    this.second = await startScriptedIdp(scope, { name: 'second' });
    this.backend = await startCaptureBackend(scope);
    Object.assign(this, runtimeConfig({
      upstreams: [oidcUpstream(this.first), oidcUpstream(this.second)],
      backends: { only: { url: this.backend.url, auth: inject('second') } },
    }));
    this.dir = scratchDir(scope);
    await this.run();
    this.client = new OAuthClient(this.server.origin);
    await this.client.prepare();
  }

  async run() {
    ++this.starts;
    this.scope = new Scope();
    const listen = this.server ? new URL(this.server.origin).host : '127.0.0.1:0';
    this.server = await startVmcpauth(this.scope, { dir: this.dir, files: this.files, env: this.env, listen, name: 'crash' });
  }

  async kill() {
    ++this.kills;
    this.server.signal('SIGKILL');
    await this.server.exited;
    await this.scope.close();
  }

  // A login through both providers, or a rotation of a refresh token. Throws when the server dies in it.
  async login() {
    const client = new OAuthClient(this.server.origin);
    Object.assign(client, { metadata: this.client.metadata, clientId: this.client.clientId });
    const answer = await client.authorize();
    assert.equal(answer.get('error'), null, `${answer}`);
    const fields = { grant_type: 'authorization_code', code: answer.get('code'), redirect_uri: client.redirectUri, code_verifier: client.verifier };
    await this.present('code', fields, { upstream: this.second.lastAccessToken });
  }

  async refresh(login) {
    this.logins.splice(this.logins.indexOf(login), 1);
    await this.present('refresh token', { grant_type: 'refresh_token', refresh_token: login.refresh }, login);
  }

  async present(kind, fields, { upstream }) {
    let answer;
    try {
      answer = await this.client.token(fields);
    } catch (failure) {
      this.doubtful.push({ kind, fields, upstream });
      throw failure;
    }
    if (answer.body.unparsed !== undefined) throw new Error('cut off');
    assert.equal(answer.status, 200, `${kind}: ${JSON.stringify(answer.body)}`);
    this.spent.push({ kind, fields });
    this.logins.push({ access: answer.body.access_token, refresh: answer.body.refresh_token, upstream });
  }

  // What was shown when the server died was used up or was not; either way it works at most once from now on.
  async settle() {
    for (const { kind, fields, upstream } of this.doubtful.splice(0)) {
      const answer = await this.client.token(fields);
      if (answer.status === 200) {
        this.spent.push({ kind, fields });
        this.logins.push({ access: answer.body.access_token, refresh: answer.body.refresh_token, upstream });
      } else {
        assert.equal(answer.body.error, 'invalid_grant', JSON.stringify(answer.body));
      }
    }
  }

  async checkLogin({ access, upstream }) {
    const answer = await postMcp(`${this.server.origin}/mcp/only`, access);
    assert.equal(answer.status, 200, 'a completed login is lost');
    if (upstream) assert.equal(this.backend.last.headers.authorization, `Bearer ${upstream}`);
  }
}

const died = (failure) => !(failure instanceof assert.AssertionError);

test(`kill -9 in ${CYCLES} cycles of login and refresh (SEED=${SEED})`, { timeout: TIME_MS + 120_000 }, async (t) => {
  const random = randomOf(SEED);
  const world = new World();
  await world.start(t);
  t.after(() => world.scope.close());
  const end = Date.now() + TIME_MS;
  let cycles = 0;
  for (; cycles < CYCLES && Date.now() < end; ++cycles) {
    const login = world.logins[Math.floor(random() * world.logins.length)];
    const work = login && random() < 0.5 ? world.refresh(login) : world.login();
    const kill = random() < 0.3 ? pause(random() * 60).then(() => world.kill()) : undefined;
    const failure = await work.then(() => undefined, (reason) => reason);
    await kill;
    if (failure && !(kill && died(failure))) throw failure;
    if (!kill) continue;
    await world.run();
    await world.settle();
    if (world.logins.length > 0) await world.checkLogin(world.logins[Math.floor(random() * world.logins.length)]);
  }
  t.diagnostic(`${cycles} cycles, ${world.kills} kills, ${world.starts} starts, ${world.logins.length} logins alive`);
  assert.ok(cycles === CYCLES || cycles > 100, `only ${cycles} cycles in ${TIME_MS} ms`);
  assert.ok(world.kills > cycles / 10);

  for (const login of world.logins) await world.checkLogin(login);
  for (const { kind, fields } of world.spent) {
    const answer = await world.client.token(fields);
    assert.equal(answer.status, 400, `a ${kind} was honoured twice`);
  }

  await world.server.stop();
  const state = join(world.dir, '.local/state/vmcpauth');
  const open = /marker-(access|refresh)-token|marker-secret|eyJhbGciOi/;
  for (const name of readdirSync(state)) assert.doesNotMatch(readFileSync(join(state, name), 'latin1'), open, `${name} holds a token in the clear`);
});
