// Writes what ToolHive's vMCP reads: a runtime file and the authorization server's file beside it. Issuer and audience
// are those of a deployment; vmcpauth maps them to its own origin.
import { stringify } from 'yaml';

const ISSUER = 'http://vmcp.deployed.example:4483';
export const AUDIENCE = `${ISSUER}/mcp`;

const yaml = (value) => stringify(value, { version: '1.1' });
const secretVariable = (name) => `E2E_SECRET_${name.toUpperCase().replaceAll('-', '_')}`;

// An OIDC upstream that is `idp` ({name, issuer, clientId, clientSecret}).
export function oidcUpstream(idp, oidcConfig = {}) {
  return {
    secret: idp.clientSecret,
    upstream: {
      name: idp.name, type: 'oidc',
      oidc_config: {
        issuer_url: idp.issuer, client_id: idp.clientId, client_secret_env_var: secretVariable(idp.name),
        scopes: ['openid', 'offline_access'],
        additional_authorization_params: { prompt: 'consent' },  // else an OpenID provider drops offline_access
        allow_private_ips: true, insecure_allow_http: true, ...oidcConfig,
      },
    },
  };
}

// A plain OAuth 2.0 upstream with explicit endpoints.
export function oauth2Upstream(idp, oauth2Config = {}) {
  return {
    secret: idp.clientSecret,
    upstream: {
      name: idp.name, type: 'oauth2',
      oauth2_config: {
        authorization_endpoint: `${idp.issuer}/authorize`, token_endpoint: `${idp.issuer}/token`,
        client_id: idp.clientId, client_secret_env_var: secretVariable(idp.name), scopes: ['repo'],
        allow_private_ips: true, insecure_allow_http: true, ...oauth2Config,
      },
    },
  };
}

// An upstream of which only the discovery document is known: endpoints and client come from there.
export function dcrUpstream(idp, initialAccessToken) {
  const variable = secretVariable(idp.name);
  return {
    secret: initialAccessToken,
    upstream: {
      name: idp.name, type: 'oauth2',
      oauth2_config: {
        dcr_config: {
          discovery_url: `${idp.issuer}/.well-known/openid-configuration`,
          ...(initialAccessToken ? { initial_access_token_env_var: variable } : {}),
        },
        scopes: ['openid', 'offline_access'],
        userinfo: { endpoint_url: `${idp.issuer}/me` },
        additional_authorization_params: { prompt: 'consent' },
        allow_private_ips: true, insecure_allow_http: true,
      },
    },
  };
}

export const inject = (provider) => ({ type: 'upstream_inject', upstreamInject: { providerName: provider } });
export const UNAUTHENTICATED = { type: 'unauthenticated' };

// upstreams: results of the functions above, in the order of the chain. backends: {name: {url, auth}}.
// authServer and vmcp are merged over the defaults. Resolves to {files, env} for startVmcpauth.
export function runtimeConfig({ upstreams, backends, authServer = {}, vmcp = {} }) {
  const run = {
    schema_version: '1', issuer: ISSUER, insecure_allow_http: true, allowed_audiences: [AUDIENCE],
    upstreams: upstreams.map(({ upstream }) => upstream), ...authServer,
  };
  const config = {
    name: 'e2e', groupRef: 'e2e',
    incomingAuth: { type: 'oidc', oidc: { issuer: ISSUER, clientId: 'vmcp', audience: AUDIENCE, resource: AUDIENCE, insecureAllowHttp: true, jwksAllowPrivateIp: true } },
    outgoingAuth: {
      source: 'inline',
      default: UNAUTHENTICATED,
      backends: Object.fromEntries(Object.entries(backends).map(([name, { auth }]) => [name, auth])),
    },
    backends: Object.entries(backends).map(([name, { url }]) => ({ name, url, transport: 'streamable-http' })),
    ...vmcp,
  };
  const env = Object.fromEntries(upstreams.filter(({ secret }) => secret).map(({ upstream, secret }) => [secretVariable(upstream.name), secret]));
  return { files: { 'vmcp-config.yaml': yaml(config), 'authserver-config.yaml': yaml(run) }, env };
}

// A server without an authorization server of its own. incoming: the whole incomingAuth block.
export function resourceServerConfig({ incoming, backends, vmcp = {} }) {
  return {
    'vmcp-config.yaml': yaml({
      name: 'e2e', groupRef: 'e2e', incomingAuth: incoming,
      outgoingAuth: { source: 'inline', default: UNAUTHENTICATED, backends: Object.fromEntries(Object.entries(backends).map(([name, { auth }]) => [name, auth ?? UNAUTHENTICATED])) },
      backends: Object.entries(backends).map(([name, { url, transport = 'streamable-http' }]) => ({ name, url, transport })),
      ...vmcp,
    }),
  };
}
