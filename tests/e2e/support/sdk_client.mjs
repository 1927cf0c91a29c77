// The official MCP TypeScript SDK's client with an OAuth provider that keeps everything in memory and lets the
// screenless browser sign the user in.
import { randomBytes } from 'node:crypto';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Browser } from './browser.mjs';

export class MemoryOAuthProvider {
  redirectUrl = 'http://127.0.0.1:53682/callback';  // never listened on: the browser stops when it is sent there
  redirects = 0;

  constructor({ persona, scope } = {}) {
    this.browser = new Browser(persona);
    this.scope = scope;
  }

  get clientMetadata() {
    return {
      client_name: 'vmcpauth e2e', redirect_uris: [this.redirectUrl], grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'], token_endpoint_auth_method: 'none', ...(this.scope ? { scope: this.scope } : {}),
    };
  }

  state() { return (this.expectedState = randomBytes(16).toString('base64url')); }
  clientInformation() { return this.client; }
  saveClientInformation(client) { this.client = client; }
  tokens() { return this.savedTokens; }
  saveTokens(tokens) { this.savedTokens = tokens; }
  saveCodeVerifier(verifier) { this.verifier = verifier; }
  codeVerifier() { return this.verifier; }

  async redirectToAuthorization(url) {
    ++this.redirects;
    this.authorizationUrl = url;
    this.answer = await this.browser.visit(url, { redirectUri: this.redirectUrl });
  }

  // The code the browser brought back; throws with the page or the OAuth error when there is none.
  takeCode() {
    const { url, text, status } = this.answer;
    if (!url.href.startsWith(this.redirectUrl)) throw new Error(`the login stopped at ${url} (${status}): ${text}`);
    const params = url.searchParams;
    if (params.has('error')) throw new Error(`authorization refused: ${params.get('error')} ${params.get('error_description')}`);
    if (params.get('state') !== this.expectedState) throw new Error('the state came back changed');
    return params.get('code');
  }
}

// Connects to an MCP server, signing in when it asks. Resolves to {client, transport, oauth}.
export async function connectMcp(scope, url, { oauth = new MemoryOAuthProvider(), fetch: customFetch } = {}) {
  const attempt = async () => {
    const client = new Client({ name: 'vmcpauth-e2e', version: '1.0.0' });
    const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: oauth, ...(customFetch ? { fetch: customFetch } : {}) });
    try {
      await client.connect(transport);
    } catch (failure) {
      await client.close().catch(() => {});
      return { failure, transport };
    }
    scope.after(() => client.close());
    return { client, transport };
  };
  const first = await attempt();
  if (!first.failure) return { ...first, oauth };
  if (!(first.failure instanceof UnauthorizedError)) throw first.failure;
  await first.transport.finishAuth(oauth.takeCode());
  const second = await attempt();
  if (second.failure) throw second.failure;
  return { ...second, oauth };
}
