#include "cli/token/login_token.hpp"

#include "cli/login_options.hpp"
#include "cli/signed_in.hpp"

namespace vmcpauth::cli {
namespace {

Task<Result<Secret>> current_token(SignedIn& signed_in, const std::string& server) {
  CO_TRY(const auto token, co_await signed_in.tokens().current());
  if (!token) {
    const bool known = signed_in.tokens().credential() != nullptr;
    co_return std::unexpected(Error(ErrorCode::Unauthenticated,
                                    known ? "the login to " + server + " is over: its token has expired and cannot be renewed" : "not signed in to " + server)
                                  .note("run 'vmcpauth login " + server + "'"));
  }
  if (token->key) {
    co_return std::unexpected(
        Error(ErrorCode::Unsupported, "the token for " + server + " is bound to a key (DPoP) and worth nothing without a proof for each request")
            .note("make the request with 'vmcpauth call'"));
  }
  co_return token->value.clone();
}

}  // namespace

bool names_server(const Invocation& invocation) { return !invocation.arguments().empty() && invocation.arguments().front().find("://") != std::string::npos; }

std::expected<Result<Secret>, UsageError> login_token(const World& world, const Invocation& invocation) {
  for (const auto* option : {"provider", "user", "id-token", "store", "config"}) {
    if (invocation.has(option))
      return std::unexpected(UsageError{"--" + std::string(option) + " is for stored sessions, not for a server's URL", std::nullopt, &invocation.command()});
  }
  TRY(auto server, server_argument(invocation));
  const std::string named = server.text();
  const auto network = world.network();
  auto signed_in = SignedIn::open(world, *network, {.login = {.settings = {.server = std::move(server)}, .agent = {}}, .verbosity = verbosity_of(invocation)});
  if (!signed_in) return Result<Secret>(std::unexpected(std::move(signed_in).error()));
  return network->run(current_token(**signed_in, named));
}

}  // namespace vmcpauth::cli
