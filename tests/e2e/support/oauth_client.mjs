// A bare OAuth client whose every parameter a test can bend: registration, authorization URL, token requests.
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
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

const MAX_REGISTRATION_TRIES = 10;
const registrations = new Map();  // "origin redirectUri" → promise of a client_id

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

  // Discovery, and a registration that all clients of this process share: the server allows only a few in a row.
  async prepare() {
    if (!this.metadata) await this.discover();
    const key = `${this.origin} ${this.redirectUri}`;
    if (!registrations.has(key)) registrations.set(key, this.registerPatiently());
    this.clientId ??= await registrations.get(key);
  }

  // A registration of its own, waiting as long as the server says when it has had enough of them.
  async registerPatiently(overrides = {}) {
    for (let left = MAX_REGISTRATION_TRIES; ; --left) {
      const { status, body, headers } = await this.register(overrides);
      if (status === 201) return (this.clientId = body.client_id);
      if (status !== 429 || left === 0) throw new Error(`registration refused: ${status} ${JSON.stringify(body)}`);
      await pause(Number(headers.get('retry-after')) * 1000);
    }
  }

  async register(overrides = {}) {
    if (!this.metadata) await this.discover();
    const response = await fetch(this.metadata.registration_endpoint, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'bare', redirect_uris: [this.redirectUri], grant_types: ['authorization_code', 'refresh_token'], token_endpoint_auth_method: 'none', ...overrides }),
    });
    return { status: response.status, headers: response.headers, body: await readJson(response) };
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
    await this.prepare();
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
