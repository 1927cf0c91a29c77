// `vmcpauth serve`: from the command line to proxy::ServeOptions. Pure, so that every rule of the command line is
// tested without starting anything. Called by app.cpp.
#pragma once

#include <expected>
#include <string_view>

#include "cli/parser.hpp"
#include "cli/terminal.hpp"
#include "core/base/error.hpp"
#include "core/base/files.hpp"
#include "proxy/serve/options.hpp"

namespace vmcpauth::cli {

// Values that the option table cannot check (addresses, URLs, lists) are checked here; a wrong one is a UsageError.
[[nodiscard]] std::expected<proxy::ServeOptions, UsageError> serve_options(const Invocation& invocation, const Terminal& terminal, const Env& env);

// "HOST:PORT" with a host name, an IPv4 address or an IPv6 address in brackets, and a port of 0 to 65535. InvalidInput.
[[nodiscard]] Result<proxy::ListenAddress> parse_listen_address(std::string_view text);

}  // namespace vmcpauth::cli
