// An MCP server with an authorization server beside it, both correct by default and told to misbehave where a test says so.
// For what honest servers cannot be made to do to a client.
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { closeServer, listenOnLoopback } from './cleanup.mjs';

const json = (response, status, body, headers = {}) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

class ScriptedMcp {
  requests = [];  // {method, path, headers, body} in order
  answers = {};   // path → (request, response, {url, body}) => handled by the test
  tokens = new Set();
  codes = new Map();
  metadata = (at) => ({
    issuer: at(''), authorization_endpoint: at('/authorize'), token_endpoint: at('/token'), registration_endpoint: at('/register'),
    revocation_endpoint: at('/revoke'), response_types_supported: ['code'], code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'], scopes_supported: ['tools', 'offline_access'], authorization_response_iss_parameter_supported: true,
  });
  resource = (at) => ({ resource: at('/mcp'), authorization_servers: [at('')], scopes_supported: ['tools'] });

  async start(tls) {
    const route = (request, response) => this.#route(request, response).catch(() => response.destroy());
    this.server = tls ? createTlsServer(tls, route) : createServer(route);
    this.origin = await listenOnLoopback(this.server);
    if (tls) this.origin = this.origin.replace('http:', 'https:');
    this.url = `${this.origin}/mcp`;
  }

  at = (path) => `${this.origin}${path}`;
  count(path) { return this.requests.filter((request) => request.path === path).length; }
  last(path) { return this.requests.filter((request) => request.path === path).at(-1); }

  async #route(request, response) {
    const url = new URL(request.url, this.origin);
    const body = await readBody(request);
    this.requests.push({ method: request.method, path: url.pathname, headers: request.headers, body, form: new URLSearchParams(body), query: url.searchParams });
    const scripted = this.answers[url.pathname];
    if (scripted && scripted(request, response, { url, body }) !== 'as usual') return undefined;
    switch (url.pathname) {
      case '/mcp': return this.#mcp(request, response, body);
      case '/.well-known/oauth-protected-resource/mcp': return json(response, 200, this.resource(this.at));
      case '/.well-known/oauth-authorization-server': return json(response, 200, this.metadata(this.at));
      case '/register': return json(response, 201, { ...JSON.parse(body), client_id: `client-${randomBytes(4).toString('hex')}` });
      case '/authorize': return this.authorize(response, url.searchParams);
      case '/token': return this.redeem(response, new URLSearchParams(body));
      case '/revoke': return response.writeHead(200).end();
      default: return json(response, 404, { error: 'not_found' });
    }
  }

  #mcp(request, response, body) {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (!this.tokens.has(token)) {
      return json(response, 401, { error: 'invalid_token' }, { 'www-authenticate': `Bearer resource_metadata="${this.at('/.well-known/oauth-protected-resource/mcp')}"` });
    }
    const { id, params } = JSON.parse(body);
    return json(response, 200, { jsonrpc: '2.0', id, result: { protocolVersion: params?.protocolVersion, capabilities: {}, serverInfo: { name: 'scripted', version: '1' } } });
  }

  // Back to the client with these parameters instead of the right ones.
  sendBack(response, query, parameters) {
    const target = new URL(query.get('redirect_uri'));
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) target.searchParams.set(name, value);
    response.writeHead(302, { location: target.href }).end();
  }

  authorize(response, query, changes = {}) {
    const code = `marker-code-${randomBytes(8).toString('hex')}`;
    this.codes.set(code, query.get('code_challenge'));
    this.sendBack(response, query, { code, state: query.get('state'), iss: this.origin, ...changes });
  }

  redeem(response, form) {
    const given = form.get('grant_type') === 'refresh_token' ? this.refresh === form.get('refresh_token') : this.#proves(form);
    if (!given) return json(response, 400, { error: 'invalid_grant', error_description: 'no such grant' });
    const token = `marker-access-${randomBytes(8).toString('hex')}`;
    this.refresh = `marker-refresh-${randomBytes(8).toString('hex')}`;
    this.tokens.add(token);
    return json(response, 200, { access_token: token, refresh_token: this.refresh, token_type: 'Bearer', expires_in: this.lifetime ?? 3600, scope: 'tools offline_access' });
  }

  #proves(form) {
    const challenge = this.codes.get(form.get('code'));
    this.codes.delete(form.get('code'));
    return challenge !== undefined && createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url') === challenge;
  }
}

// tls: {key, cert} for https.
export async function startScriptedMcp(scope, { tls } = {}) {
  const server = new ScriptedMcp();
  await server.start(tls);
  scope.after(() => closeServer(server.server));
  return server;
}
