// MCP servers whose authorization is somebody else's work: one that trusts `oidc-provider` and verifies its JWTs with `jose`,
// and the MCP SDK's server with the SDK's own authorization router.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { closeServer, listenOnLoopback } from './cleanup.mjs';
import { MODULES_DIR } from './paths.mjs';
import Provider from './quiet_provider.mjs';

const sdk = (path) => import(join(MODULES_DIR, '@modelcontextprotocol', 'sdk', 'dist', 'esm', path));
// The SDK's servers are made for express, which it brings along.
const express = createRequire(join(MODULES_DIR, '@modelcontextprotocol', 'sdk', 'package.json'))('express');

const json = (response, status, body, headers = {}) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

async function freePort() {
  const server = createServer();
  const { port } = new URL(await listenOnLoopback(server));
  await closeServer(server);
  return Number(port);
}

// As much of MCP (2025-11-25) as a client needs to see that its token is taken.
async function answerMcp(request, response) {
  const { id, method } = JSON.parse((await Array.fromAsync(request)).join('') || '{}');
  if (id === undefined) return response.writeHead(202).end();
  const result = { initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'protected', version: '1' } }, 'tools/list': { tools: [{ name: 'whoami', inputSchema: { type: 'object' } }] } }[method];
  return json(response, 200, { jsonrpc: '2.0', id, ...(result ? { result } : { error: { code: -32601, message: 'no such method' } }) });
}

// An MCP server that takes JWTs of these issuers, for itself, and remembers what was in them.
export async function startResourceServer(scope, issuers, { dpop = false } = {}) {
  const server = createServer();
  const origin = await listenOnLoopback(server);
  scope.after(() => closeServer(server));
  const world = { url: `${origin}/mcp`, seen: [] };
  const keys = new Map(issuers.map((issuer) => [issuer, createRemoteJWKSet(new URL(`${issuer}/jwks`))]));
  const scheme = dpop ? 'DPoP' : 'Bearer';
  const challenge = { 'www-authenticate': `${scheme} resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"` };
  server.on('request', async (request, response) => {
    if (request.url === '/.well-known/oauth-protected-resource/mcp') {
      return json(response, 200, { resource: world.url, authorization_servers: issuers, scopes_supported: ['mcp:tools'], ...(dpop && { dpop_bound_access_tokens_required: true }) });
    }
    try {
      const [given, token] = (request.headers.authorization ?? '').split(' ');
      const { iss } = decodeJwt(token);
      const { payload } = await jwtVerify(token, keys.get(iss), { issuer: iss, audience: world.url });
      if (given !== scheme) throw new Error('another scheme');
      world.seen.push(payload);
    } catch {
      return json(response, 401, { error: 'invalid_token' }, challenge);
    }
    return answerMcp(request, response);
  });
  return world;
}

// The device flow's pages have their buttons outside of the form, where only a browser finds them.
const insideForm = (form) => form.replace('</form>', '<button type="submit">Continue</button><button type="submit" name="abort" value="yes">Abort</button></form>');

const deviceFlow = () => ({
  enabled: true,
  userCodeInputSource: (ctx, form, _out, error) => { ctx.body = error ? `<p>${error.name}</p>` : form; },
  userCodeConfirmSource: (ctx, form) => { ctx.body = insideForm(form); },
});

// `oidc-provider` as an authorization server for MCP servers: dynamic registration, resource indicators, JWT access tokens.
// device: {seconds, intercept(request, response)} for its device flow; intercept may answer itself and say so.
export async function startIssuer(scope, { device } = {}) {
  const server = createServer();
  const issuer = await listenOnLoopback(server);
  scope.after(() => closeServer(server));
  const world = { issuer, port: await freePort(), client: { client_id: 'by-hand', client_secret: 'marker-secret-of-the-client-registered-by-hand' } };
  const provider = new Provider(issuer, {
    clients: [{
      ...world.client, application_type: 'native', redirect_uris: [`http://127.0.0.1:${world.port}/callback`, `http://localhost:${world.port}/callback`],
      grant_types: ['authorization_code', 'refresh_token'], token_endpoint_auth_method: 'client_secret_post',
    }],
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    scopes: ['openid', 'offline_access', 'mcp:tools'],
    clientAuthMethods: ['none', 'client_secret_post'],
    pkce: { required: () => true },
    ...(device && { ttl: { DeviceCode: device.seconds ?? 600 } }),
    features: {
      registration: { enabled: true },
      dPoP: { enabled: true },
      ...(device && { deviceFlow: deviceFlow() }),
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, resource) => ({ scope: 'mcp:tools', audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: 600, jwt: { sign: { alg: 'RS256' } } }),
        useGrantedResource: () => true,
      },
    },
    cookies: { keys: ['a-cookie-key'] },
  });
  const handle = provider.callback();
  server.on('request', (request, response) => (device?.intercept?.(request, response) ? undefined : handle(request, response)));
  return world;
}

// An MCP server that `oidc-provider` alone issues tokens for.
export async function startProtectedByOidcProvider(scope, { dpop = false, device } = {}) {
  const issuer = await startIssuer(scope, { device });
  return { ...(await startResourceServer(scope, [issuer.issuer], { dpop })), ...issuer };
}

// The SDK's Streamable HTTP server behind the SDK's bearer middleware; the SDK's demo authorization server says yes to everybody.
export async function startSdkServer(scope) {
  const [{ McpServer }, { StreamableHTTPServerTransport }, { mcpAuthRouter, getOAuthProtectedResourceMetadataUrl }, { requireBearerAuth }, { DemoInMemoryAuthProvider }] = await Promise.all([
    sdk('server/mcp.js'), sdk('server/streamableHttp.js'), sdk('server/auth/router.js'), sdk('server/auth/middleware/bearerAuth.js'), sdk('examples/server/demoInMemoryOAuthProvider.js'),
  ]);
  const app = express();
  const server = createServer(app);
  const origin = await listenOnLoopback(server);
  scope.after(() => closeServer(server));
  const resourceServerUrl = new URL(`${origin}/mcp`);
  const provider = new DemoInMemoryAuthProvider((resource) => resource?.href === resourceServerUrl.href);
  app.use(mcpAuthRouter({ provider, issuerUrl: new URL(origin), resourceServerUrl, scopesSupported: ['mcp:tools'] }));
  app.use('/mcp', requireBearerAuth({ verifier: provider, requiredScopes: ['mcp:tools'], resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(resourceServerUrl) }));
  app.post('/mcp', express.json(), async (request, response) => {
    const mcp = new McpServer({ name: 'sdk', version: '1.0.0' });
    mcp.registerTool('echo', { description: 'says it again' }, () => ({ content: [{ type: 'text', text: 'again' }] }));
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    response.on('close', () => transport.close());
    await mcp.connect(transport);
    await transport.handleRequest(request, response, request.body);
  });
  return { url: resourceServerUrl.href };
}
