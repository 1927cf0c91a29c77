// The options that say how to log in, shared by the commands that may: `login` and `call`. From the command line (and the
// environment variables and files it names) to client::LoginSettings.
#pragma once

#include <expected>
#include <vector>

#include "cli/options.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"
#include "core/client/login_settings.hpp"
#include "proxy/network.hpp"

namespace vmcpauth::cli {

[[nodiscard]] std::vector<Option> login_options();

struct LoginRequest {
  client::LoginSettings settings;
  proxy::AgentOptions agent;
};

// Secrets come from variables and files only: the command line of a process is for everybody to see. UsageError: a URL, number or
// duration that is none, a variable that is not set, a file that cannot be read, options that exclude each other.
[[nodiscard]] std::expected<LoginRequest, UsageError> read_login_options(const World& world, const Invocation& invocation);

// The MCP server a command is about: its first argument, an http(s) URL; http beyond loopback is refused.
[[nodiscard]] std::expected<Url, UsageError> server_argument(const Invocation& invocation);

}  // namespace vmcpauth::cli
