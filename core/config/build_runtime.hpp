// A checked plan and its secrets become the immutable Runtime. Called by load() when no error finding is left;
// what only a running server needs (secrets, backend URLs) is demanded, and reported, here.
#pragma once

#include "core/config/load.hpp"
#include "core/config/runtime.hpp"
#include "core/config/secret_resolver.hpp"
#include "core/config/server_plan.hpp"

namespace vmcpauth::config {

// Only meaningful when `diagnostics` has no errors afterwards.
[[nodiscard]] std::optional<Runtime> build_runtime(const ServerPlan& plan, const Overlay& overlay, const MockUpstreams& mock, SecretResolver& secrets,
                                                   Diagnostics& diagnostics);

// The authorization server's part.
[[nodiscard]] std::optional<AuthServer> build_auth_server(const ServerPlan& plan, const Overlay& overlay, const MockUpstreams& mock, SecretResolver& secrets,
                                                          Diagnostics& diagnostics);
// One upstream of it; nothing when something it needs is missing (which is reported).
[[nodiscard]] std::optional<Upstream> build_upstream(const UpstreamSpec& spec, const ServerPlan& plan, const Overlay& overlay, const MockUpstreams& mock,
                                                     SecretResolver& secrets, Diagnostics& diagnostics);

}  // namespace vmcpauth::config
