// The demo world of `vmcpauth serve` without arguments: from the origins of sockets that already listen to a complete
// runtime configuration, the two built-in identity providers and the demo backends behind it.
#pragma once

#include <string>
#include <vector>

#include "core/base/random.hpp"
#include "core/config/runtime.hpp"
#include "proxy/demo/identity_provider_spec.hpp"
#include "proxy/demo/mcp_backend.hpp"

namespace vmcpauth::proxy {

struct DemoOrigins {
  std::string vmcp;  // issuer and audience come from it
  std::string corporate_idp, github_like;
  std::string notes, tickets;
  std::string reports;  // "" = no third backend (tokenExchange)
};

struct DemoWorld {
  config::Runtime runtime;
  std::vector<IdentityProviderSpec> providers;  // corporate-idp, github-like
  std::vector<McpBackendSpec> backends;         // one for each of runtime.backends
};

// Fresh client secrets each time; InvalidInput for an origin that is no URL.
[[nodiscard]] Result<DemoWorld> demo_world(const DemoOrigins& origins, Random& random);

}  // namespace vmcpauth::proxy
