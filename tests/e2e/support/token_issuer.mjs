// `oidc-provider` as an external issuer of access tokens (no login needed: client credentials): JWTs for one audience,
// opaque ones for another, with introspection.
import { createServer } from 'node:http';
import { closeServer, listenOnLoopback } from './cleanup.mjs';
import Provider from './quiet_provider.mjs';

export async function startTokenIssuer(scope, { jwtAudience, opaqueAudience }) {
  const server = createServer();
  const issuer = await listenOnLoopback(server);
  const provider = new Provider(issuer, {
    clients: [
      { client_id: 'machine', client_secret: 'machine-secret', redirect_uris: [], response_types: [], grant_types: ['client_credentials'] },
      { client_id: 'vmcp', client_secret: 'marker-introspection-secret', redirect_uris: [], response_types: [], grant_types: ['client_credentials'] },
    ],
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, audience) => ({
          scope: 'mcp', audience, accessTokenTTL: 600,
          ...(audience === opaqueAudience ? { accessTokenFormat: 'opaque' } : { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }),
        }),
      },
    },
  });
  server.on('request', provider.callback());
  scope.after(() => closeServer(server));

  const post = (path, fields) => fetch(`${issuer}${path}`, {
    method: 'POST', body: new URLSearchParams(fields),
    headers: { authorization: `Basic ${Buffer.from('machine:machine-secret').toString('base64')}` },
  });
  const issue = async (resource) => {
    const response = await post('/token', { grant_type: 'client_credentials', scope: 'mcp', resource });
    const body = await response.json();
    if (response.status !== 200) throw new Error(`no token: ${JSON.stringify(body)}`);
    return body.access_token;
  };
  return {
    issuer, introspectionSecret: 'marker-introspection-secret', jwtAudience, opaqueAudience, issue,
    revoke: (token) => post('/token/revocation', { token }),
  };
}
