// Demo mode as a newcomer meets it: one command, two sign-ins, two backends that say who called. Once with the
// screenless browser and the SDK client, once in a real Chromium.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { Scope, closeServer, listenOnLoopback } from './support/cleanup.mjs';
import { OAuthClient, claimsOf } from './support/oauth_client.mjs';
import { CHROMIUM, artifactsDir } from './support/paths.mjs';
import { MemoryOAuthProvider, connectMcp } from './support/sdk_client.mjs';
import { runVmcpauth, startVmcpauth } from './support/vmcpauth.mjs';
import { deferred, within } from './support/wait.mjs';

const scope = new Scope();
let vmcp;
let backends;
before(async () => {
  vmcp = await startVmcpauth(scope, { name: 'demo' });
  backends = [...new Set([...vmcp.stdout.matchAll(/\/mcp\/([a-z0-9-]+)/g)].map(([, name]) => name))];
});
after(() => scope.close());

const textOf = (result) => result.content.map((part) => part.text).join('\n');

describe('demo mode', { timeout: 120_000 }, () => {
  test('the banner says what to do next', () => {
    assert.ok(vmcp.stdout.includes(vmcp.url), vmcp.stdout);
    assert.match(vmcp.stdout, /claude mcp add|modelcontextprotocol\/inspector/);
    assert.ok(backends.length >= 2, `the banner names ${backends.length} backends:\n${vmcp.stdout}`);
  });

  test('everything listens on loopback only', async () => {
    const { readFileSync } = await import('node:fs');
    const everywhere = ['0100007F', '00000000000000000000000001000000'];
    const port = Number(new URL(vmcp.url).port).toString(16).toUpperCase().padStart(4, '0');
    const listening = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/)).filter((fields) => fields[3] === '0A' && fields[1].endsWith(`:${port}`));
    assert.ok(listening.length > 0);
    for (const [, local] of listening) assert.ok(everywhere.includes(local.split(':')[0]), local);
  });

  test('sign in through both providers; whoami at each backend names the right one', async (t) => {
    const seen = new Map();
    let oauth;
    for (const name of backends) {
      oauth = new MemoryOAuthProvider({ persona: { user: 'grace' } });
      const { client } = await connectMcp(t, `${vmcp.url}/${name}`, { oauth });
      const { tools } = await client.listTools();
      assert.ok(tools.some((tool) => tool.name === 'whoami'), name);
      const said = textOf(await client.callTool({ name: 'whoami', arguments: {} }));
      assert.match(said, /grace/i, name);
      seen.set(name, said);
    }
    const providers = [...new Set(oauth.browser.history.map((url) => new URL(url).origin))].filter((origin) => origin !== vmcp.origin);
    assert.equal(providers.length, 2);
    const issuers = [...seen.values()].map((said) => providers.filter((origin) => said.includes(origin)));
    assert.ok(issuers.every((named) => named.length === 1), [...seen.values()].join('\n---\n'));
    assert.equal(new Set(issuers.flat()).size, 2, 'both providers are behind some backend');
  });

  test('whoami never repeats the token', async (t) => {
    const client = new OAuthClient(vmcp.origin, { persona: { user: 'ada' } });
    const { access_token: token } = await client.login();
    assert.ok(claimsOf(token).tsid);
    for (const name of backends) {
      const { client: mcp } = await connectMcp(t, `${vmcp.url}/${name}`, { oauth: Object.assign(new MemoryOAuthProvider(), { savedTokens: { access_token: token, token_type: 'Bearer' } }) });
      const said = textOf(await mcp.callTool({ name: 'whoami', arguments: {} }));
      assert.doesNotMatch(said, /eyJ[\w-]+\.[\w-]+\.[\w-]+/);
    }
  });

  test('denying at a provider leads back to the client with access_denied', async () => {
    const client = new OAuthClient(vmcp.origin, { persona: { user: 'ada', decision: 'deny' } });
    const answer = await client.authorize();
    assert.equal(answer.get('error'), 'access_denied');
  });

  test('a second demo beside the first takes other ports', async (t) => {
    const second = await startVmcpauth(t, { name: 'demo_second' });
    assert.notEqual(second.url, vmcp.url);
  });
});

// Where the browser ends up: the client's own loopback receiver.
async function startReceiver(t) {
  const arrived = deferred();
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>done</title>You can close this page.');
    if (url.pathname === '/callback') arrived.resolve(url.searchParams);
  });
  const origin = await listenOnLoopback(server);
  t.after(() => closeServer(server));
  return { redirectUri: `${origin}/callback`, arrived: arrived.promise };
}

async function startChromium(t) {
  const browser = await chromium.launch({
    executablePath: CHROMIUM, headless: true, timeout: 60_000,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  });
  t.after(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1000, height: 760 } });
  // Pages may load nothing from elsewhere: whatever is not loopback is noted and refused.
  const foreign = [];
  await context.route((url) => url.hostname !== '127.0.0.1' && url.hostname !== 'localhost', (route) => {
    foreign.push(route.request().url());
    return route.abort();
  });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, foreign, complaints };
}

// Chooses `user` and allows, as a person would: by what the page shows.
async function signInAsPerson(page, user) {
  const choice = page.getByText(new RegExp(user, 'i')).first();
  await choice.waitFor();
  await choice.click();
  const allow = page.getByRole('button', { name: /allow|continue|sign in|grant/i }).first();
  await allow.click({ timeout: 10_000 }).catch((failure) => {
    // Choosing may already have been the answer.
    if (!/Target|navigat|detached|Timeout/.test(failure.message)) throw failure;
  });
}

test('a person signs in at both providers in Chromium', { timeout: 120_000, skip: existsSync(CHROMIUM) ? false : `no Chromium at ${CHROMIUM}` }, async (t) => {
  const receiver = await startReceiver(t);
  const client = new OAuthClient(vmcp.origin, { redirectUri: receiver.redirectUri });
  await client.prepare();
  const { page, foreign, complaints } = await startChromium(t);

  await page.goto(client.authorizationUrl().href);
  const origins = [];
  for (const leg of [1, 2]) {
    origins.push(new URL(page.url()).origin);
    await page.screenshot({ path: join(artifactsDir(), `demo_leg_${leg}.png`), fullPage: true });
    assert.match(await page.title(), /\S/);
    await Promise.all([page.waitForURL((url) => url.origin !== origins.at(-1)), signInAsPerson(page, 'Grace')]);
  }
  assert.equal(new Set([...origins, vmcp.origin]).size, 3);

  const answer = await within(20_000, 'the browser comes back to the client', receiver.arrived);
  assert.equal(answer.get('error'), null);
  assert.equal(answer.get('state'), client.state);
  const { status, body } = await client.redeem(answer.get('code'));
  assert.equal(status, 200);
  assert.match(claimsOf(body.access_token).email ?? '', /grace/);
  assert.deepEqual(foreign, [], 'pages load nothing from elsewhere');
  assert.deepEqual(complaints.filter((text) => !/favicon/.test(text)), [], 'the console stays quiet (no CSP violation, no script error)');
});

test('serve --help names the options and ends with 0', async (t) => {
  const { code, stdout } = await runVmcpauth(t, ['serve', '--help']);
  assert.equal(code, 0);
  for (const option of ['--listen', '--mock-idps', '--overlay', '--server', '--log-format']) assert.ok(stdout.includes(option), option);
});
