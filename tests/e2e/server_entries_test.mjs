// MCPServerEntry backends: headerForward in plain text and from a Secret, and certificate authorities from a ConfigMap, for
// backends and for the issuer of incoming tokens.
import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import { after, before, describe, test } from 'node:test';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { startCaptureBackend } from './support/capture_backend.mjs';
import { makeCertificate } from './support/certificate.mjs';
import { Scope, closeServer, listenOnLoopback } from './support/cleanup.mjs';
import { loadManifests } from './support/manifests.mjs';
import { postMcp } from './support/mcp_http.mjs';
import { runVmcpauth, startVmcpauth } from './support/vmcpauth.mjs';

const AUDIENCE = 'https://mcp.example.com/mcp';
const API_KEY = 'marker-api-key-of-the-test';

// An issuer that is nothing but its metadata and its keys.
async function startIssuer(scope, tls) {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const key = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  let issuer;
  const server = createServer(tls, (request, response) => {
    const documents = { '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/jwks` }, '/jwks': { keys: [key] } };
    const document = documents[request.url];
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(document ?? {}));
  });
  issuer = (await listenOnLoopback(server)).replace('http:', 'https:');
  scope.after(() => closeServer(server));
  const issue = () => new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).setIssuer(issuer).setSubject('ada').setAudience(AUDIENCE)
    .setIssuedAt().setExpirationTime('5m').sign(privateKey);
  return { issuer, issue };
}

describe('server entries', { timeout: 60_000 }, () => {
  const scope = new Scope();
  let world;

  before(async () => {
    const tls = makeCertificate(scope);
    const issuer = await startIssuer(scope, tls);
    const headers = await startCaptureBackend(scope);
    const behindTls = await startCaptureBackend(scope, undefined, { tls });
    const untrusted = await startCaptureBackend(scope, undefined, { tls: makeCertificate(scope) });
    const values = { ISSUER: issuer.issuer, HEADERS: headers.url, PRIVATE: behindTls.url, UNTRUSTED: untrusted.url, CA: JSON.stringify(tls.cert) };
    const vmcp = await startVmcpauth(scope, { files: loadManifests('server_entries', values), name: 'server_entries' });
    world = { issuer, headers, behindTls, untrusted, values, vmcp, token: await issuer.issue(), at: (backend) => `${vmcp.url}/${backend}` };
  });
  after(() => scope.close());

  test('every request gets the entry\'s headers, whatever the client sends in their place', async () => {
    const response = await postMcp(world.at('headers'), world.token, { headers: { 'x-tenant': 'of-the-client', 'x-request-id': 'r-1', 'x-api-key': 'of-the-client' } });
    assert.equal(response.status, 200);
    const seen = world.headers.last.headers;
    assert.deepEqual([seen['x-tenant'], seen['x-api-key'], seen['x-request-id'], seen.authorization], ['acme', API_KEY, 'r-1', undefined]);
  });

  test('a header MCP itself needs stays the client\'s, and the log says that it does', async () => {
    assert.equal((await postMcp(world.at('headers'), world.token)).status, 200);
    assert.equal(world.headers.last.headers.accept, 'application/json, text/event-stream');
    assert.ok(world.vmcp.events.some((event) => event.event === 'forward_header_ignored' && event.header === 'Accept'), world.vmcp.stderr);
  });

  test('a backend with a certificate of the private CA is reached, one with another is not', async () => {
    assert.equal((await postMcp(world.at('private'), world.token)).status, 200);
    assert.equal(world.behindTls.requests.length, 1);
    const refused = await postMcp(world.at('untrusted'), world.token);
    assert.equal(refused.status, 502);
    assert.equal(world.untrusted.requests.length, 0);
    await world.vmcp.untilEvent('why it was not reached', (event) => event.path === '/mcp/untrusted' && /certificate/.test(event.error));
  });

  test('the secret is nowhere in the output', () => assert.equal(world.vmcp.output.includes(API_KEY), false));

  const broken = {
    'a CA bundle without a certificate': [['CA', '"nothing"'], /caBundle|CA bundle|certificate/],
  };
  for (const [what, [[name, value], says]] of Object.entries(broken)) {
    test(`${what} is refused at start`, async (t) => {
      const files = loadManifests('server_entries', { ...world.values, [name]: value });
      const { code, stderr } = await runVmcpauth(t, ['serve', '.', '--listen', '127.0.0.1:0'], { files });
      assert.equal(code, 1, stderr);
      assert.match(stderr, says);
    });
  }
});
