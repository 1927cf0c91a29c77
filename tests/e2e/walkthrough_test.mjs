// `serve --walkthrough` in a real Chromium, as a person with a keyboard: the page between the legs of a login with three
// providers, light and dark, narrow and wide, without JavaScript, checked by axe. The screenshots are kept.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { startCaptureBackend } from './support/capture_backend.mjs';
import { Scope, closeServer, listenOnLoopback } from './support/cleanup.mjs';
import { startLogin as startLoginProcess } from './support/login_process.mjs';
import { OAuthClient, newVerifier, postForm, s256 } from './support/oauth_client.mjs';
import { CHROMIUM, artifactsDir } from './support/paths.mjs';
import { UNAUTHENTICATED, inject, oauth2Upstream, oidcUpstream, runtimeConfig } from './support/runtime_config.mjs';
import { startVmcpauth } from './support/vmcpauth.mjs';
import { deferred, within } from './support/wait.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PROVIDERS = ['corporate-idp', 'code-host', 'chat'];
const withoutChromium = existsSync(CHROMIUM) ? false : `no Chromium at ${CHROMIUM}`;
const LAST_CLIENT = 'Test client <b>with markup</b>';

const scope = new Scope();
let vmcp;

before(async () => {
  const fake = (name) => ({ name, issuer: `http://127.0.0.1:1/${name}`, clientId: name, clientSecret: `secret-of-${name}-0123456789` });
  const backend = await startCaptureBackend(scope);
  const { files, env } = runtimeConfig({
    upstreams: [oidcUpstream(fake(PROVIDERS[0])), oauth2Upstream(fake(PROVIDERS[1]), { scopes: ['repo', 'read:org'] }), oauth2Upstream(fake(PROVIDERS[2]), { scopes: ['channels:read'] })],
    backends: {
      repositories: { url: backend.url, auth: inject(PROVIDERS[1]) }, issues: { url: backend.url, auth: inject(PROVIDERS[1]) },
      messages: { url: backend.url, auth: inject(PROVIDERS[2]) }, weather: { url: backend.url, auth: UNAUTHENTICATED },
    },
  });
  vmcp = await startVmcpauth(scope, { files, env, args: ['--mock-idps', '--walkthrough'], name: 'walkthrough' });
});
after(() => scope.close());

// The client's redirect URI, with a browser that has no JavaScript unless asked for.
async function startLogin(t, { javaScriptEnabled = false, ...looks } = {}) {
  const arrived = deferred();
  const receiver = createServer((request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    if (url.pathname === '/callback') arrived.resolve(url.searchParams);
    response.end('<title>done</title>');
  });
  const origin = await listenOnLoopback(receiver);
  t.after(() => closeServer(receiver));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  t.after(() => browser.close());
  const context = await browser.newContext({ javaScriptEnabled, bypassCSP: javaScriptEnabled, viewport: { width: 1000, height: 800 }, ...looks });
  const foreign = [];
  await context.route((url) => url.hostname !== '127.0.0.1', (route) => (foreign.push(route.request().url()), route.abort()));
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type()) && !/favicon/.test(message.location().url)) complaints.push(message.text()); });
  const client = new OAuthClient(vmcp.origin, { redirectUri: `${origin}/callback` });
  await client.discover();
  await client.registerPatiently({ client_name: LAST_CLIENT });
  return { page, client, arrived: arrived.promise, foreign, complaints };
}

// At a built-in provider: allow, with the user that is chosen already.
async function allow(page) {
  const here = new URL(page.url()).origin;
  await Promise.all([page.waitForURL((url) => url.origin !== here), page.getByRole('button', { name: 'Allow' }).click()]);
}

async function stepTo(page, provider) {
  await page.waitForURL((url) => url.pathname.startsWith('/oauth/step/'));
  await page.getByRole('heading', { level: 1, name: `Next: ${provider}` }).waitFor();
}

const shot = (page, name) => page.screenshot({ path: join(artifactsDir(), `walkthrough_${name}.png`), fullPage: true });

// Runs axe in a page of the same bytes whose browser has JavaScript: the page itself allows none.
async function assertAccessible(page, name) {
  await page.evaluate(AXE);
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`), [], name);
  assert.ok(passes.length > 10, `${name}: axe looked at ${passes.length} rules`);
}

describe('the walk-through', { timeout: 180_000, skip: withoutChromium }, () => {
  test('three providers by keyboard alone, without JavaScript', async (t) => {
    const { page, client, arrived, foreign, complaints } = await startLogin(t);
    await page.goto(client.authorizationUrl().href);
    await allow(page);

    await stepTo(page, PROVIDERS[1]);
    const text = await page.locator('main').innerText();
    for (const part of ['Step 2 of 3', LAST_CLIENT, 'corporate-idp', 'code-host', 'chat', 'repositories', 'issues', 'Signed in', 'Later', 'Ada']) assert.ok(text.includes(part), `${part} in:\n${text}`);
    assert.ok(!text.includes('messages') && !text.includes('weather'), 'only backends of the next provider');
    await shot(page, 'step_2_light');
    // Reloading and going back are harmless: the page is a page.
    await page.reload();
    await stepTo(page, PROVIDERS[1]);
    // The first tab stop after loading is the continue button: Enter goes on.
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Continue to code-host');
    await Promise.all([page.waitForURL((url) => url.origin !== vmcp.origin), page.keyboard.press('Enter')]);
    await allow(page);

    await stepTo(page, PROVIDERS[2]);
    assert.match(await page.locator('main').innerText(), /repo\s+read:org/);
    await Promise.all([page.waitForURL((url) => url.origin !== vmcp.origin), page.keyboard.press('Enter')]);
    await allow(page);
    const answer = await within(10_000, 'the browser comes back to the client', arrived);
    const { status } = await client.redeem(answer.get('code'));
    assert.equal(status, 200);
    assert.deepEqual(foreign, []);
    assert.deepEqual(complaints, [], 'no CSP violation');
  });

  for (const look of [{ name: 'dark', colorScheme: 'dark' }, { name: 'narrow', viewport: { width: 340, height: 700 } }, { name: 'light', colorScheme: 'light' }]) {
    test(`accessible, ${look.name}`, async (t) => {
      const { page, client } = await startLogin(t, { javaScriptEnabled: true, ...look });
      await page.goto(client.authorizationUrl().href);
      await allow(page);
      await stepTo(page, PROVIDERS[1]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, 'nothing sticks out sideways');
      await page.getByRole('button', { name: 'Continue to code-host' }).click();
      await page.waitForURL((url) => url.origin !== vmcp.origin);
      await allow(page);
      await stepTo(page, PROVIDERS[2]);
      await shot(page, `step_3_${look.name}`);
      await assertAccessible(page, look.name);
    });
  }

  test('cancel by keyboard: access_denied, and the report of it opens in this browser', async (t) => {
    const { page, client, arrived } = await startLogin(t, { javaScriptEnabled: true, colorScheme: 'dark' });
    await page.goto(client.authorizationUrl().href);
    await allow(page);
    await stepTo(page, PROVIDERS[1]);
    const step = page.url();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Cancel');
    await Promise.all([page.waitForURL((url) => url.pathname === '/callback'), page.keyboard.press('Enter')]);
    const answer = await within(10_000, 'the client hears of it', arrived);
    assert.equal(answer.get('error'), 'access_denied');
    assert.equal(answer.get('state'), client.state);
    await page.goto(answer.get('error_uri'));
    assert.match(await page.locator('main').innerText(), /the user cancelled the sign-in/);
    await shot(page, 'cancelled_dark');
    await assertAccessible(page, 'the error report');
    await page.goto(step);
    await page.getByRole('button', { name: 'Continue' }).click();
    assert.match(await page.locator('main').innerText(), /was used before/);
  });

  for (const colorScheme of ['light', 'dark']) {
    test(`vmcpauth login: each leg in the terminal, and a last page with providers, scopes and expiry (${colorScheme})`, async (t) => {
      const { page } = await startLogin(t, { javaScriptEnabled: true, colorScheme });
      const login = startLoginProcess(t, ['login', vmcp.url, '--no-browser']);
      await page.goto((await login.signInUrl()).href);
      await allow(page);
      for (const provider of PROVIDERS.slice(1)) {
        await stepTo(page, provider);
        await shot(page, `login_${provider}_${colorScheme}`);  // README.md shows one: docs/images/walkthrough.png
        await page.getByRole('button', { name: `Continue to ${provider}` }).click();
        await page.waitForURL((url) => url.origin !== vmcp.origin);
        await allow(page);
      }
      const { code } = await login.end();
      assert.equal(code, 0, login.output);
      await page.getByRole('heading', { level: 1, name: 'Signed in' }).waitFor();
      const text = await page.locator('main').innerText();
      for (const part of [...PROVIDERS, 'read:org', 'channels:read', 'expires in', vmcp.origin]) assert.ok(text.includes(part), `${part} in:\n${text}`);
      await shot(page, `signed_in_${colorScheme}`);
      await assertAccessible(page, 'the last page');
      PROVIDERS.forEach((provider, index) => assert.match(login.stderr, new RegExp(`${index + 1} of 3 ${provider} ✓ \\d`)));
    });
  }

  test('a page of another site cannot answer for the user', async (t) => {
    const { page, client } = await startLogin(t, { javaScriptEnabled: true });
    await page.goto(client.authorizationUrl().href);
    await allow(page);
    await stepTo(page, PROVIDERS[1]);
    const step = page.url();
    const evil = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<form id="f" method="post" action="${step}"><input name="answer" value="continue"></form><script>document.getElementById('f').submit()</script>`);
    });
    const origin = await listenOnLoopback(evil);
    t.after(() => closeServer(evil));
    await page.goto(origin);
    await page.waitForURL((url) => url.origin === vmcp.origin);
    assert.match(await page.content(), /another web site|not allowed/);
    await page.goto(step);
    await Promise.all([page.waitForURL((url) => url.origin !== vmcp.origin), page.getByRole('button', { name: 'Continue' }).click()]);
  });
});

test('the client that began a login can watch it, with its secret alone', { timeout: 60_000 }, async () => {
  const client = new OAuthClient(vmcp.origin, { persona: { user: 'grace' } });
  await client.prepare();
  const secret = newVerifier();
  const ask = (value = secret) => postForm(client.metadata.vmcpauth_login_progress_endpoint, { progress_secret: value });
  assert.equal((await ask()).status, 404);
  const answer = await client.authorize({ vmcpauth_progress_challenge: s256(secret) });
  const { status, body } = await ask();
  assert.equal(status, 200);
  assert.equal(body.status, 'code_issued');
  assert.deepEqual(body.legs.map(({ provider, status: how }) => [provider, how]), PROVIDERS.map((name) => [name, 'done']));
  for (const leg of body.legs) assert.ok(leg.seconds >= 0 && leg.expires_at > Date.now() / 1000, JSON.stringify(leg));
  assert.deepEqual(body.legs[1].scopes, ['repo', 'read:org']);
  assert.equal((await client.redeem(answer.get('code'))).status, 200);
  assert.equal((await ask(newVerifier())).status, 404);
  assert.equal((await ask(s256(secret))).status, 404);
  assert.doesNotMatch(vmcp.output, new RegExp(secret));
});
