// A bare OAuth client whose every parameter a test can bend: registration, authorization URL, token requests.
import { createHash, randomBytes } from 'node:crypto';
import { Browser } from './browser.mjs';

export const REDIRECT_URI = 'http://127.0.0.1:53683/callback';

export const s256 = (verifier) => createHash('sha256').update(verifier).digest('base64url');
export const newVerifier = () => randomBytes(32).toString('base64url');

async function readJson(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { unparsed: text };
  }
}

export const postForm = async (url, fields, headers = {}) => {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' });
  return { status: response.status, headers: response.headers, body: await readJson(response) };
};

export class OAuthClient {
  constructor(origin, { persona, redirectUri = REDIRECT_URI } = {}) {
    this.origin = origin;
    this.redirectUri = redirectUri;
    this.browser = new Browser(persona);
  }

  async discover() {
    const response = await fetch(`${this.origin}/.well-known/oauth-authorization-server`);
    if (response.status !== 200) throw new Error(`no authorization server metadata: ${response.status}`);
    this.metadata = await response.json();
    return this.metadata;
  }

  async register(overrides = {}) {
    if (!this.metadata) await this.discover();
    const response = await fetch(this.metadata.registration_endpoint, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'bare', redirect_uris: [this.redirectUri], grant_types: ['authorization_code', 'refresh_token'], token_endpoint_auth_method: 'none', ...overrides }),
    });
    const body = await readJson(response);
    if (response.status === 201) this.clientId = body.client_id;
    return { status: response.status, body };
  }

  // Fresh state and verifier each time; `overrides` replace parameters, undefined removes them.
  authorizationUrl(overrides = {}) {
    this.state = randomBytes(16).toString('base64url');
    this.verifier = newVerifier();
    const params = {
      response_type: 'code', client_id: this.clientId, redirect_uri: this.redirectUri, state: this.state,
      scope: 'openid offline_access', code_challenge: s256(this.verifier), code_challenge_method: 'S256', ...overrides,
    };
    const url = new URL(this.metadata.authorization_endpoint);
    for (const [name, value] of Object.entries(params)) if (value !== undefined) url.searchParams.set(name, value);
    return url;
  }

  // Signs in; resolves to the query the client was sent back with, or throws with the page where it stopped.
  async authorize(overrides = {}) {
    if (!this.clientId) await this.register();
    const end = await this.browser.visit(this.authorizationUrl(overrides), { redirectUri: this.redirectUri });
    if (!end.url.href.startsWith(this.redirectUri)) throw new Error(`the login stopped at ${end.url} (${end.status}): ${end.text}`);
    return end.url.searchParams;
  }

  token(fields) { return postForm(this.metadata.token_endpoint, { client_id: this.clientId, ...fields }); }

  redeem(code, overrides = {}) {
    return this.token({ grant_type: 'authorization_code', code, redirect_uri: this.redirectUri, code_verifier: this.verifier, ...overrides });
  }

  refresh(refreshToken, overrides = {}) {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...overrides });
  }

  // A whole login: {access_token, refresh_token, …}.
  async login(overrides = {}) {
    const answer = await this.authorize(overrides);
    if (answer.has('error')) throw new Error(`authorization refused: ${answer}`);
    const { status, body } = await this.redeem(answer.get('code'));
    if (status !== 200) throw new Error(`no token: ${status} ${JSON.stringify(body)}`);
    return body;
  }
}

export const claimsOf = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url').toString('utf8'));
