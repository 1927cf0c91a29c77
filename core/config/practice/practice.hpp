// What can be run but should not be deployed: providers' known traps (VMA6xx), security practice (VMA7xx), and callbacks that
// work on a laptop only (VMA426). Run by check() when LoadOptions::practice asks for it, after the rules about meaning.
#pragma once

#include <vector>

#include "core/config/diagnostic.hpp"
#include "core/config/resources.hpp"
#include "core/config/server_plan.hpp"

namespace vmcpauth::config {

// Everything in the input; `plans` are its servers with references followed.
void check_practice(const Inventory& inventory, const std::vector<ServerPlan>& plans, Diagnostics& diagnostics);

// ---- its parts ----
// VMA6xx of one authorization server's upstreams, and of an issuer whose tokens clients bring. `plan` is the server that has it,
// when there is one: it says which tokens backends get.
void check_providers(const AuthServerSpec& server, const ServerPlan* plan, Diagnostics& diagnostics);
void check_incoming_provider(const OidcIncomingSpec& incoming, Diagnostics& diagnostics);
// VMA426.
void check_redirects(const Inventory& inventory, const std::vector<ServerPlan>& plans, Diagnostics& diagnostics);
// VMA7xx.
void check_security(const Inventory& inventory, Diagnostics& diagnostics);

}  // namespace vmcpauth::config
