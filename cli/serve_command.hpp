// `vmcpauth serve`: its table, and the way from the command line to proxy::ServeOptions. That is pure, so that every rule
// of the command line is tested without starting anything. Named in commands.cpp.
#pragma once

#include <expected>
#include <string_view>

#include "cli/exit_status.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"
#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "proxy/serve/options.hpp"

namespace vmcpauth::cli {

[[nodiscard]] Command serve_command();
[[nodiscard]] std::expected<ExitStatus, UsageError> run_serve(const World& world, const Invocation& invocation);

// Values that the option table cannot check (addresses, URLs, lists) are checked here; a wrong one is a UsageError.
[[nodiscard]] std::expected<proxy::ServeOptions, UsageError> serve_options(const Invocation& invocation, const Terminal& terminal, const Env& env);

// "HOST:PORT" with a host name, an IPv4 address or an IPv6 address in brackets, and a port of 0 to 65535. InvalidInput.
[[nodiscard]] Result<proxy::ListenAddress> parse_listen_address(std::string_view text);

}  // namespace vmcpauth::cli
