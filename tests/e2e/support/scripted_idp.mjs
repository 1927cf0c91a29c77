// An identity provider that can be told to misbehave. Correct by default (OpenID Connect code flow with PKCE, ES256,
// consent without a page); a test replaces single answers. Used for what an honest provider cannot be made to do.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { closeServer, listenOnLoopback } from './cleanup.mjs';

const json = (response, status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

async function readForm(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

class ScriptedIdp {
  requests = [];
  codes = new Map();
  subject = 'subject-1';
  // Replace any of these: (request, response, parameters) => handled by the test.
  answers = {};
  // Bends the ID token: (claims, header) => void.
  bendIdToken = () => {};

  constructor({ name, clientId = `client-of-${name}`, clientSecret = `marker-secret-of-${name}-0123456789abcdef` }) {
    Object.assign(this, { name, clientId, clientSecret });
    this.server = createServer((request, response) => this.#route(request, response).catch(() => response.destroy()));
  }

  // A new key; the old one leaves the key set at once.
  async rotateKey() {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    this.privateKey = privateKey;
    this.kid = randomUUID();
    this.jwk = { ...(await exportJWK(publicKey)), kid: this.kid, alg: 'ES256', use: 'sig' };
  }

  async start() {
    await this.rotateKey();
    this.issuer = await listenOnLoopback(this.server);
  }

  metadata() {
    const at = (path) => `${this.issuer}${path}`;
    return {
      issuer: this.issuer, authorization_endpoint: at('/authorize'), token_endpoint: at('/token'), jwks_uri: at('/jwks'),
      userinfo_endpoint: at('/userinfo'), response_types_supported: ['code'], subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'], code_challenge_methods_supported: ['S256'],
    };
  }

  count(path) { return this.requests.filter((request) => request.path === path).length; }

  async #route(request, response) {
    const url = new URL(request.url, this.issuer);
    const path = url.pathname;
    const parameters = request.method === 'POST' ? await readForm(request) : url.searchParams;
    this.requests.push({ method: request.method, path, parameters, headers: request.headers });
    const kind = path === '/.well-known/openid-configuration' ? 'discovery' : path.slice(1);
    if (this.answers[kind]) return this.answers[kind](request, response, parameters);
    if (kind === 'discovery') return json(response, 200, this.metadata());
    if (kind === 'jwks') return json(response, 200, { keys: [this.jwk] });
    if (kind === 'authorize') return this.authorize(response, parameters);
    if (kind === 'token') return json(response, 200, await this.redeem(parameters));
    if (kind === 'userinfo') return json(response, 200, { sub: this.subject, id: this.subject, login: this.subject });
    return json(response, 404, { error: 'not_found' });
  }

  // Sends the user straight back with a code (or, with `extra`, with whatever else).
  authorize(response, parameters, extra = {}) {
    const code = randomBytes(16).toString('base64url');
    this.codes.set(code, { nonce: parameters.get('nonce'), challenge: parameters.get('code_challenge') });
    this.sendBack(response, parameters, { code, state: parameters.get('state'), ...extra });
  }

  sendBack(response, parameters, query) {
    const target = new URL(parameters.get('redirect_uri'));
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
    response.writeHead(302, { location: target.href }).end();
  }

  async idToken(nonce) {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: this.issuer, aud: this.clientId, sub: this.subject, iat: now, exp: now + 600, ...(nonce ? { nonce } : {}) };
    const header = { alg: 'ES256', kid: this.kid };
    this.bendIdToken(claims, header);
    return new SignJWT(claims).setProtectedHeader(header).sign(this.privateKey);
  }

  async redeem(parameters) {
    const code = this.codes.get(parameters.get('code'));
    if (code?.challenge) {
      const challenge = createHash('sha256').update(parameters.get('code_verifier') ?? '').digest('base64url');
      if (challenge !== code.challenge) return { error: 'invalid_grant' };
    }
    this.lastAccessToken = `marker-access-token-${randomBytes(12).toString('base64url')}`;
    this.lastRefreshToken = `marker-refresh-token-${randomBytes(12).toString('base64url')}`;
    return {
      access_token: this.lastAccessToken, token_type: 'Bearer', expires_in: 3600,
      refresh_token: this.lastRefreshToken, id_token: await this.idToken(code?.nonce),
    };
  }
}

export async function startScriptedIdp(scope, options) {
  const idp = new ScriptedIdp(options);
  await idp.start();
  scope.after(() => closeServer(idp.server));
  return idp;
}
