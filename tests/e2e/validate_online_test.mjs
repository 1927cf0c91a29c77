// `vmcpauth validate --online` against oidc-provider (npm), and against a provider that is broken on purpose.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { closeServer, listenOnLoopback } from './support/cleanup.mjs';
import { startOidcProvider } from './support/oidc_provider.mjs';
import { vmcpauthBinary } from './support/paths.mjs';
import { scratchDir } from './support/vmcpauth.mjs';

const run = promisify(execFile);

function files(upstreams) {
  return {
    'config.yaml': ['name: dev', 'groupRef: tools', 'incomingAuth:', '  type: oidc', '  oidc: {issuer: "https://mcp.example.com", clientId: c, audience: "https://mcp.example.com/mcp", resource: "https://mcp.example.com/mcp"}',
      'outgoingAuth: {source: inline}', 'backends: [{name: a, url: "https://a.example.com/mcp", transport: streamable-http}]'].join('\n'),
    'authserver-config.yaml': ['issuer: https://mcp.example.com', 'allowed_audiences: ["https://mcp.example.com/mcp"]', 'upstreams:', ...upstreams].join('\n'),
  };
}

const oidc = (name, issuer, more = '') =>
  `- {name: ${name}, type: oidc, oidc_config: {issuer_url: "${issuer}", client_id: c, client_secret_env_var: S, insecure_allow_http: true${more}}}`;

async function validate(t, upstreams, ...args) {
  const dir = scratchDir(t, files(upstreams));
  const env = { PATH: process.env.PATH, HOME: dir, LANG: 'C.UTF-8' };
  const done = await run(vmcpauthBinary(), ['validate', '--format', 'json', '--select', 'VMA8', ...args, dir], { env }).catch((error) => error);
  const report = JSON.parse(done.stdout);
  return { code: done.code ?? 0, stderr: done.stderr, rules: report.findings.map((finding) => finding.rule), messages: report.findings.map((finding) => finding.message) };
}

test('a certified provider answers every question', async (t) => {
  const idp = await startOidcProvider(t, { name: 'corp' });
  const found = await validate(t, [oidc('corp', idp.issuer)], '--online');
  assert.deepEqual(found.messages.filter((message) => !/clock/.test(message)), []);
  assert.equal(found.code, 0);
  assert.deepEqual([...new Set(idp.requests.map((request) => request.method))], ['GET']);
  assert.ok(idp.requests.every((request) => /well-known|jwks/.test(request.path)), JSON.stringify(idp.requests));
});

test('without --online nobody is asked', async (t) => {
  const idp = await startOidcProvider(t, { name: 'corp' });
  assert.deepEqual((await validate(t, [oidc('corp', idp.issuer)])).rules, []);
  assert.equal(idp.requests.length, 0);
});

test('a broken provider is named for each of its faults, and sees no credential', async (t) => {
  const seen = [];
  const server = createServer((request, response) => {
    seen.push(request);
    response.setHeader('Date', 'Sun, 06 Nov 1994 08:49:37 GMT');
    response.setHeader('Content-Type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') {
      const issuer = `http://${request.headers.host}`;
      response.end(JSON.stringify({ issuer: `${issuer}/`, authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t`, jwks_uri: `${issuer}/jwks`,
        scopes_supported: ['openid'], grant_types_supported: ['implicit'] }));
    } else if (request.url === '/jwks') {
      response.end('{"keys": []}');
    } else {
      response.writeHead(request.method === 'POST' ? 401 : 404).end('{}');
    }
  });
  const origin = await listenOnLoopback(server);
  t.after(() => closeServer(server));
  const oauth2 = `- {name: code, type: oauth2, oauth2_config: {authorization_endpoint: "${origin}/a", token_endpoint: "${origin}/t", insecure_allow_http: true, dcr_config: {registration_endpoint: "${origin}/register"}}}`;
  const found = await validate(t, [oidc('broken', origin), oauth2], '--online');
  assert.equal(found.code, 1);
  for (const rule of ['VMA805', 'VMA806', 'VMA807', 'VMA808', 'VMA809', 'VMA810', 'VMA811']) assert.ok(found.rules.includes(rule), `${rule}: ${found.messages.join('\n')}`);
  assert.ok(seen.every((request) => !request.headers.authorization && !request.headers.cookie));
});

test('who is not there and who has a private address', async (t) => {
  const server = createServer(() => {});
  const origin = await listenOnLoopback(server);
  await closeServer(server);
  const found = await validate(t, [oidc('gone', origin), oidc('inside', 'https://10.255.255.1'), oidc('nobody', 'https://nobody.invalid')], '--online');
  assert.equal(found.code, 1);
  assert.deepEqual([...found.rules].sort(), ['VMA801', 'VMA801', 'VMA802']);
});

test('a silent provider costs one deadline', async (t) => {
  const server = createServer(() => {});
  const origin = await listenOnLoopback(server);
  t.after(() => closeServer(server));
  const found = await validate(t, [oidc('a', origin), oidc('b', origin), oidc('c', origin)], '--online', '--deadline', '1');
  assert.deepEqual(found.rules, ['VMA812', 'VMA812', 'VMA812']);
});
