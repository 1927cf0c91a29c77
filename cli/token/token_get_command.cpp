#include "cli/token/token_get_command.hpp"

#include <optional>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/token/login_token.hpp"
#include "cli/token/store_access.hpp"
#include "cli/token/token_config.hpp"
#include "cli/token/token_options.hpp"
#include "cli/token/upstream_access.hpp"
#include "core/identity/upstream_refresher.hpp"
#include "core/inspect/refresh_now.hpp"
#include "core/inspect/session_query.hpp"

namespace vmcpauth::cli {
namespace {

Error not_usable(const std::string& provider, std::string why) {
  return Error(ErrorCode::UpstreamToken, "the access token of " + provider + " has expired").note(std::move(why));
}

Result<Secret> token_of(const World& world, const Invocation& invocation) {
  TRY(const auto runtime, load_config(world, invocation));
  const auto network = world.network();
  // Writable only when a refresh is possible at all: reading needs no permission.
  const bool may_refresh = runtime.has_value();
  TRY(auto opened, open_store(world, *network, invocation, Access::Read));
  const auto now = world.clock.now();
  inspect::SessionQuery query{.user = invocation.value("user").value_or(""), .provider = invocation.value("provider").value_or("")};
  if (!invocation.arguments().empty()) query.session = invocation.arguments().front();
  const auto provider = query.provider;
  TRY(const auto session, network->run(inspect::choose_session(*opened.store, std::move(query), now)));
  TRY(const auto* row, inspect::choose_row(session, provider));
  if (invocation.has("id-token")) {
    if (row->id_token.empty()) return fail(ErrorCode::NotFound, "the session has no ID token of " + row->provider);
    return row->id_token.clone();
  }
  if (!identity::UpstreamRefresher::is_due(*row, now)) return row->access_token.clone();
  const bool expired = identity::UpstreamRefresher::is_expired(*row, now);
  if (row->refresh_token.empty() || !may_refresh) {
    if (!expired) return row->access_token.clone();
    return std::unexpected(
        not_usable(row->provider, row->refresh_token.empty() ? "there is no refresh token: log in again" : "with --config it would be refreshed"));
  }
  TRY(auto writable, open_store(world, *network, invocation, Access::Write));
  UpstreamAccess upstreams(world, invocation, *network, *runtime, *writable.store);
  TRY(const auto access, upstreams.provider(row->provider));
  const inspect::RefreshTools tools{*writable.store, *access, world.clock, world.random};
  auto fresh = network->run(inspect::refresh_now(tools, session.session_id, row->clone()));
  if (fresh) return std::move(fresh->access_token);
  if (!expired) return row->access_token.clone();
  return std::unexpected(not_usable(row->provider, "refresh failed: " + fresh.error().describe()));
}

}  // namespace

Command token_get_command() {
  return {
      .name = "token get",
      .summary = "print one access token, for scripts",
      .description =
          {"Prints the access token of a stored session and nothing else. With --config an expired one, or one about to expire, is refreshed first and stored; "
           "without it an expired one is an error (exit status 4). Printing a secret is what this command is for, so it needs no --reveal.",
           "With a server's URL it prints the token that `vmcpauth login` keeps for that server, renewed first where that needs no person."},
      .arguments = {{.name = "TSID",
                     .help = "the session, or the beginning of its id (not needed when there is only one); or the URL of a server signed in to"}},
      .options = joined({{provider_option(), user_option(), {.name = "id-token", .help = "print the ID token instead, as it is stored"}},
                         config_options(),
                         store_options(),
                         {write_option(), verbose_option()}}),
      .examples = {{"vmcpauth token get --provider github --config deploy/", "for the Authorization header of a request by hand: Bearer $(…)"},
                   {"vmcpauth token get http://127.0.0.1:4483/mcp", "the token of a login"}},
  };
}

std::expected<ExitStatus, UsageError> run_token_get(const World& world, const Invocation& invocation) {
  if (auto wrong = check_store_option(invocation)) return std::unexpected(*std::move(wrong));
  Result<Secret> token = fail(ErrorCode::Internal, "no token was asked for");
  if (names_server(invocation)) {
    TRY(token, login_token(world, invocation));
  } else {
    token = token_of(world, invocation);
  }
  if (!token) return report_failure(world, token.error());
  world.output << token->reveal() << '\n';
  return ExitStatus::Fine;
}

}  // namespace vmcpauth::cli
