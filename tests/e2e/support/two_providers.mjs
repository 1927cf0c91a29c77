// The world most tests live in: two oidc-provider upstreams (`corp` first, then `hub`), one capture backend for each,
// one backend that gets no credential, and vmcpauth in front of them.
import { startCaptureBackend } from './capture_backend.mjs';
import { OAuthClient } from './oauth_client.mjs';
import { personaAt, startOidcProvider } from './oidc_provider.mjs';
import { UNAUTHENTICATED, inject, oidcUpstream, runtimeConfig } from './runtime_config.mjs';
import { startVmcpauth } from './vmcpauth.mjs';

// options: corp and hub (oidc-provider options), backends (more of them), and what runtimeConfig and startVmcpauth take.
export async function startTwoProviders(scope, { corp = {}, hub = {}, backends = {}, authServer, vmcp, extraFiles = {}, env: moreEnv = {}, ...serve } = {}) {
  const world = {
    corp: await startOidcProvider(scope, { name: 'corp', ...corp }),
    hub: await startOidcProvider(scope, { name: 'hub', ...hub }),
    corpBackend: await startCaptureBackend(scope),
    hubBackend: await startCaptureBackend(scope),
    openBackend: await startCaptureBackend(scope),
  };
  const { files, env } = runtimeConfig({
    upstreams: [oidcUpstream(world.corp), oidcUpstream(world.hub)],
    backends: {
      corp: { url: world.corpBackend.url, auth: inject('corp') },
      hub: { url: world.hubBackend.url, auth: inject('hub') },
      open: { url: world.openBackend.url, auth: UNAUTHENTICATED },
      ...backends,
    },
    authServer, vmcp,
  });
  world.files = files;
  world.vmcp = await startVmcpauth(scope, { files: { ...files, ...extraFiles }, env: { ...env, ...moreEnv }, ...serve });
  world.persona = personaAt(world.corp, world.hub);
  world.newClient = (options) => new OAuthClient(world.vmcp.origin, { persona: world.persona, ...options });
  world.mcp = (backend) => `${world.vmcp.url}/${backend}`;
  return world;
}
