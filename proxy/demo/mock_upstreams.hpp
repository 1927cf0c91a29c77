// `--mock-idps`: swaps upstreams of a real manifest for built-in identity providers of the same name. Pure: the caller asks
// which mocks are needed, opens their sockets, then rewrites the runtime. Nothing but endpoints and transport guards changes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/config/runtime.hpp"
#include "proxy/demo/identity_provider_spec.hpp"

namespace vmcpauth::proxy {

// The upstreams to mock, in the order of the chain; `requested` empty = all. NotFound names an unknown one.
[[nodiscard]] Result<std::vector<std::string>> mocked_names(const config::AuthServer& auth_server, const std::vector<std::string>& requested);

// Points each upstream named in `origins` (name → origin of its mock) at its mock and returns the mocks to start. Call it
// after the issuer is mapped to the local origin, because redirect URIs are taken as they then are. The tokenUrl of a backend
// whose tokenExchange draws on a mocked upstream (by subjectProviderName, or by a tokenUrl of that upstream's own host) is
// pointed at the mock's token endpoint, with the backend's client and audience made known there. NotFound, InvalidInput; after a
// failure the two arguments are half rewritten and to be thrown away.
[[nodiscard]] Result<std::vector<IdentityProviderSpec>> mock_upstreams(config::AuthServer& auth_server, std::vector<config::Backend>& backends,
                                                                       const std::map<std::string, std::string>& origins);

}  // namespace vmcpauth::proxy
