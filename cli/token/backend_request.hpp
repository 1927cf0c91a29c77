// `token exchange --backend` for a backend that exchanges nothing: what a request to it would carry instead, and whether the stored
// token for it is good. Used by token_exchange_command.
#pragma once

#include <string>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"
#include "core/base/error.hpp"
#include "core/config/runtime.hpp"

namespace vmcpauth::cli {

// The backend of that name; InvalidInput with the names that exist.
[[nodiscard]] Result<const config::Backend*> find_backend(const config::Runtime& runtime, const std::string& name);

// Prints what a request to the backend carries, secrets redacted unless --reveal. Findings: no request would be sent, for the stored token
// is not usable. InvalidInput: options that only an exchange has; NotFound: no session. Not for token_exchange.
[[nodiscard]] Result<ExitStatus> show_backend_request(const World& world, const Invocation& invocation, const config::Runtime& runtime,
                                                      const config::Backend& backend);

}  // namespace vmcpauth::cli
