// The access token that `vmcpauth login` keeps for an MCP server, for `token get URL`: renewed first when that needs no person.
#pragma once

#include <string_view>

#include "cli/parser.hpp"
#include "cli/world.hpp"
#include "core/base/error.hpp"
#include "core/base/secret.hpp"

namespace vmcpauth::cli {

// A server's URL, and not the beginning of a session id.
[[nodiscard]] bool names_server(const Invocation& invocation);

// Unauthenticated (the message says what to run), Unsupported for a token that only goes with a proof of its key (DPoP), and what
// went wrong while renewing. UsageError: not a URL, or options of stored sessions.
[[nodiscard]] std::expected<Result<Secret>, UsageError> login_token(const World& world, const Invocation& invocation);

}  // namespace vmcpauth::cli
