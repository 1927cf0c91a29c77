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
#include "core/inspect/session_query.hpp"

namespace vmcpauth::cli {
namespace {

Error not_usable(const std::string& provider, std::string why) {
  return Error(ErrorCode::UpstreamToken, "the access token of " + provider + " has expired").note(std::move(why));
}

// The store again, to change it: only when a refresh is due, for reading needs no permission. Another process that is at the same row
// (a second `get`, a serve) is waited for, and its result taken.
Result<Secret> refreshed(const World& world, const Invocation& invocation, proxy::Network& network, const config::Runtime& runtime, const std::string& session,
                         const store::UpstreamTokens& row) {
  TRY(auto writable, open_store(world, network, invocation, Access::Write));
  UpstreamAccess upstreams(world, invocation, network, runtime, *writable.store);
  TRY(const auto provider, upstreams.provider(row.provider));
  // What goes wrong is the command's error already.
  const Logger quiet(world.clock, LogLevel::Error, LogFormat::Human, false, [](std::string_view) {});
  const identity::UpstreamRefresher::Tools tools{world.clock, world.random, network.timer(), quiet};
  identity::UpstreamRefresher refresher(*writable.store, {{row.provider, provider.get()}}, tools);
  TRY(auto fresh, network.run(refresher.usable(session, row.clone())));
  return std::move(fresh.access_token);
}

Result<Secret> token_of(const World& world, const Invocation& invocation) {
  TRY(const auto runtime, load_config(world, invocation));
  const auto network = world.network();
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
  if (row->refresh_token.empty() || !runtime) {
    if (!expired) return row->access_token.clone();
    return std::unexpected(
        not_usable(row->provider, row->refresh_token.empty() ? "there is no refresh token: sign in again" : "with --config it would be refreshed"));
  }
  auto fresh = refreshed(world, invocation, *network, *runtime, session.session_id, *row);
  if (fresh || expired) return fresh;
  return row->access_token.clone();
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
