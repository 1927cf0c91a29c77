// `oidc-provider` (npm, OpenID certified) as an upstream identity provider: its own sign-in and consent pages, PKCE
// demanded, refresh tokens rotated. In this process, so that a test can watch its events.
import { createServer } from 'node:http';
import { closeServer, listenOnLoopback } from './cleanup.mjs';
import Provider from './quiet_provider.mjs';

const CALLBACK = '/oauth/callback';

function configuration({ name, clientId, clientSecret, accessTokenSeconds, scopes, registration }) {
  return {
    clients: [{
      client_id: clientId,
      client_secret: clientSecret,
      application_type: 'native',  // loopback redirect URIs match with any port
      redirect_uris: [`http://127.0.0.1${CALLBACK}`, `http://localhost${CALLBACK}`],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
    }],
    // Whatever is typed as login is the subject; `personaAt` below types a different one at each provider.
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `${id} of ${name}`, email: `${id}@${name}.test`, email_verified: true }),
    }),
    claims: { openid: ['sub', 'name', 'email', 'email_verified'] },
    conformIdTokenClaims: false,
    scopes: ['openid', 'offline_access', ...scopes],
    features: { registration },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: {
      AccessToken: (ctx) => accessTokenSeconds(ctx.oidc.params?.grant_type),
      AuthorizationCode: 60, IdToken: 3600, RefreshToken: 86_400, Grant: 86_400, Session: 86_400, Interaction: 600,
    },
    cookies: {
      keys: [`${name}-cookie-key`],
      names: { session: `${name}_session`, interaction: `${name}_interaction`, resume: `${name}_resume` },
    },
  };
}

class OidcProvider {
  grants = [];    // {type, ok, error} in the order the token endpoint saw them
  requests = [];  // {method, path} of every request

  constructor(options) {
    Object.assign(this, options);
    this.server = createServer();
  }

  async start() {
    this.issuer = await listenOnLoopback(this.server);
    const provider = new Provider(this.issuer, configuration(this));
    provider.on('grant.success', (ctx) => this.grants.push({ type: ctx.oidc.params.grant_type, ok: true }));
    provider.on('grant.error', (ctx, error) => this.grants.push({ type: ctx.oidc.params?.grant_type, ok: false, error: error.message }));
    const handle = provider.callback();
    this.server.on('request', (request, response) => {
      this.requests.push({ method: request.method, path: request.url.split('?')[0] });
      handle(request, response);
    });
    this.provider = provider;
  }

  count(type) { return this.grants.filter((grant) => grant.ok && grant.type === type).length; }

  // Whose is this (opaque) access token, by the provider's own book? undefined when it never issued it or it ended.
  async ownerOf(accessToken) {
    const token = await this.provider.AccessToken.find(accessToken);
    return token?.accountId;
  }
}

// A person with a login of their own at each provider: `alice-corp`, `alice-hub`.
export const personaAt = (...idps) => ({
  user: (page) => `alice-${idps.find((idp) => idp.issuer === page.url.origin)?.name ?? 'nowhere'}`,
});

// accessTokenSeconds: (grantType) => lifetime.
export async function startOidcProvider(scope, options) {
  const idp = new OidcProvider({
    clientId: `vmcpauth-at-${options.name}`,
    clientSecret: `marker-secret-of-${options.name}-0123456789abcdef`,
    accessTokenSeconds: () => 3600,
    scopes: [],
    registration: { enabled: false },
    ...options,
  });
  await idp.start();
  scope.after(() => closeServer(idp.server));
  return idp;
}
