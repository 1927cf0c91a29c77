#include "cli/token/token_refresh_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/shared_options.hpp"
#include "cli/token/document_shapes.hpp"
#include "cli/token/session_text.hpp"
#include "cli/token/store_access.hpp"
#include "cli/token/token_config.hpp"
#include "cli/token/token_options.hpp"
#include "cli/token/upstream_access.hpp"
#include "core/base/json_object.hpp"
#include "core/inspect/exchange_run.hpp"
#include "core/inspect/refresh_now.hpp"
#include "core/inspect/session_json.hpp"
#include "core/inspect/session_query.hpp"
#include "core/inspect/value_json.hpp"

namespace vmcpauth::cli {
namespace {

struct Refreshed {
  std::string provider;
  store::UpstreamTokens before;
  std::optional<store::UpstreamTokens> after;
  std::optional<inspect::RefusalShown> failure;
};

OrderedJson side(const store::UpstreamTokens& row, TimePoint now) {
  JsonObject<kRefreshSideShape> out;
  if (row.expires_at) out.set("expires_at", inspect::to_json(*row.expires_at, now));
  return out.set("has_refresh_token", !row.refresh_token.empty()).set("scopes", row.scopes).take();
}

OrderedJson to_json(const Refreshed& one, TimePoint now) {
  JsonObject<kRefreshedShape> out;
  out.set("provider", one.provider).set("refreshed", one.after.has_value()).set("before", side(one.before, now));
  if (one.after) {
    out.set("after", side(*one.after, now));
    out.set("access_token_changed", !one.after->access_token.equals(one.before.access_token.reveal()));
    out.set("refresh_token_rotated", !one.after->refresh_token.equals(one.before.refresh_token.reveal()));
    out.set("id_token_changed", !one.after->id_token.equals(one.before.id_token.reveal()));
  }
  if (one.failure) out.set("error", inspect::to_json(*one.failure));
  return out.take();
}

std::string text(const Refreshed& one, TimePoint now, const Paint& paint) {
  std::string out = fmt::format("{}\n  before  {}\n", paint.bold(one.provider), row_text(one.before, now, paint));
  if (one.after) {
    const auto change = [](const Secret& before, const Secret& after) {
      return after.empty() ? "none" : after.equals(before.reveal()) ? "the same" : "a new one";
    };
    out += fmt::format("  after   {}\n", row_text(*one.after, now, paint));
    out += fmt::format("  access token: {}, refresh token: {}, ID token: {}\n", change(one.before.access_token, one.after->access_token),
                       change(one.before.refresh_token, one.after->refresh_token), change(one.before.id_token, one.after->id_token));
  }
  if (one.failure) {
    out += fmt::format("  {} {}\n", paint.bad("failed:"), one.failure->message);
    if (!one.failure->means.empty()) out += "  " + one.failure->means + "\n";
  }
  return out;
}

// Where the provider refused, for the rules about it.
Url any_url(const config::Upstream& settings) {
  if (const auto* oidc = std::get_if<config::OidcSettings>(&settings.settings)) {
    if (auto url = Url::parse(oidc->issuer_url)) return *std::move(url);
  } else if (const auto& endpoint = std::get<config::OAuth2Settings>(settings.settings).token_endpoint) {
    return *endpoint;
  }
  return *Url::parse("https://unknown.invalid");
}

Result<Refreshed> refresh_row(const World& world, proxy::Network& network, UpstreamAccess& upstreams, OpenedStore& opened, const config::Runtime& runtime,
                              const std::string& session, const store::UpstreamTokens& row) {
  TRY(const auto provider, upstreams.provider(row.provider));
  TRY(const auto* settings, find_upstream(runtime, row.provider));
  const inspect::RefreshTools tools{*opened.store, *provider, world.clock, world.random, network.timer()};
  auto done = network.run(inspect::refresh_now(tools, session, row.provider));
  Refreshed out{row.provider, row.clone(), std::nullopt, std::nullopt};
  if (done) {
    out.before = std::move(done->before);
    out.after = std::move(done->after);
  } else {
    out.failure = inspect::explain(done.error(), upstream::Asked::Refresh, any_url(*settings));
  }
  return out;
}

Result<ExitStatus> refresh(const World& world, const Invocation& invocation) {
  TRY(const auto runtime, load_config(world, invocation));
  const auto network = world.network();
  TRY(auto opened, open_store(world, *network, invocation, Access::Write));
  const auto now = world.clock.now();
  inspect::SessionQuery query{.user = invocation.value("user").value_or(""), .provider = invocation.value("provider").value_or("")};
  if (!invocation.arguments().empty()) query.session = invocation.arguments().front();
  TRY(const auto session, network->run(inspect::choose_session(*opened.store, std::move(query), now)));
  UpstreamAccess upstreams(world, invocation, *network, *runtime, *opened.store);
  const auto paint = output_paint(world, invocation);
  auto list = OrderedJson::array();
  bool all = true;
  for (const auto& row : session.rows) {
    TRY(const auto one, refresh_row(world, *network, upstreams, opened, *runtime, session.session_id, row));
    all = all && one.after.has_value();
    if (invocation.has("json")) {
      list.push_back(to_json(one, now));
    } else {
      world.output << text(one, now, paint);
    }
  }
  if (invocation.has("json")) {
    JsonObject<kRefreshShape> out;
    print_json(world, out.set("tsid", session.session_id).set("providers", std::move(list)).take());
  }
  return all ? ExitStatus::Fine : ExitStatus::Findings;
}

}  // namespace

Command token_refresh_command() {
  return {
      .name = "token refresh",
      .summary = "refresh stored tokens now, and show what changed",
      .description = {"Redeems the refresh tokens of a session at their providers, due or not, stores what they answer and shows it before and after: expiry, "
                      "scopes, whether "
                      "the refresh token was rotated. No other process refreshes the same row meanwhile. A refusal is explained.",
                      "The exit status is 1 when a provider refused."},
      .arguments = {{.name = "TSID", .help = "the session, or the beginning of its id; not needed when there is only one"}},
      .options = joined({config_options(),
                         store_options(),
                         {write_option(), provider_option(), user_option(), json_option("token-json.md"), color_option(), verbose_option()}}),
      .examples = {{"vmcpauth token refresh a1b2c3 --provider google --config deploy/", "does the refresh token still work?"}},
  };
}

std::expected<ExitStatus, UsageError> run_token_refresh(const World& world, const Invocation& invocation) {
  if (auto wrong = check_store_option(invocation)) return std::unexpected(*std::move(wrong));
  if (!invocation.has("config")) {
    return std::unexpected(UsageError{"--config is missing", "it names the providers' clients and endpoints", &invocation.command()});
  }
  const auto status = refresh(world, invocation);
  if (!status) return report_failure(world, status.error());
  return *status;
}

}  // namespace vmcpauth::cli
