#include "cli/token/token_revoke_command.hpp"

#include <fmt/format.h>

#include <optional>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/shared_options.hpp"
#include "cli/token/document_shapes.hpp"
#include "cli/token/progress_line.hpp"
#include "cli/token/store_access.hpp"
#include "cli/token/token_config.hpp"
#include "cli/token/token_options.hpp"
#include "cli/token/upstream_access.hpp"
#include "core/base/encoding.hpp"
#include "core/base/json_object.hpp"
#include "core/inspect/claimed_row.hpp"
#include "core/inspect/end_logins.hpp"
#include "core/inspect/exchange_run.hpp"
#include "core/inspect/session_json.hpp"
#include "core/inspect/session_query.hpp"
#include "core/upstream/revocation.hpp"

namespace vmcpauth::cli {
namespace {

enum class AtProvider : std::uint8_t { Skipped, Revoked, NoEndpoint, Failed };

std::string_view to_string(AtProvider outcome) {
  switch (outcome) {
    case AtProvider::Skipped: return "skipped";
    case AtProvider::Revoked: return "revoked";
    case AtProvider::NoEndpoint: return "no-endpoint";
    case AtProvider::Failed: return "failed";
  }
  return "failed";
}

struct RevokedRow {
  std::string session, provider;
  AtProvider at_provider = AtProvider::Skipped;
  std::string detail;
  bool erased = false;
};

struct Revoked {
  std::vector<RevokedRow> rows;
  inspect::EndedLogins ended;
};

class Revocation {
 public:
  Revocation(const World& world, const Invocation& invocation)
      : world_(world), invocation_(invocation), logger_(command_logger(world, invocation)), dry_(invocation.has("dry-run")) {}

  Result<Revoked> run() {
    TRY(runtime_, load_config(world_, invocation_));
    network_ = world_.network();
    http_.emplace(network_->http(), logger_);
    TRY(opened_, open_store(world_, *network_, invocation_, dry_ ? Access::Read : Access::Write));
    auto sessions = chosen();
    if (!sessions && sessions.error().code() != ErrorCode::NotFound) return std::unexpected(std::move(sessions).error());
    Revoked out;
    if (!sessions) {
      // Its tokens may have gone before: what it can go on with has not.
      if (whole()) TRY_VOID(end_logins({}, out));
      if (out.ended.grants + out.ended.pending == 0) return std::unexpected(std::move(sessions).error());
      return out;
    }
    if (dry_) {
      for (const auto& session : *sessions) {
        for (const auto& row : session.rows) out.rows.push_back({session.session_id, row.provider, AtProvider::Skipped, "dry run", false});
      }
      return out;
    }
    // First the clients' side, so that nobody goes on while providers are asked.
    if (whole()) TRY_VOID(end_logins(*sessions, out));
    for (const auto& session : *sessions) TRY_VOID(revoke_session(session, out));
    return out;
  }

 private:
  [[nodiscard]] bool whole() const { return !invocation_.has("provider"); }

  // A user has several sessions; a session is one, and has to be named clearly.
  Result<std::vector<store::SessionView>> chosen() {
    const auto now = world_.clock.now();
    inspect::SessionQuery query{.user = invocation_.value("user").value_or(""), .provider = invocation_.value("provider").value_or("")};
    std::vector<store::SessionView> out;
    if (!invocation_.arguments().empty()) {
      query.session = invocation_.arguments().front();
      TRY(auto one, network_->run(inspect::choose_session(*opened_.store, std::move(query), now)));
      out.push_back(std::move(one));
      return out;
    }
    inspect::Visit visit = [&](store::SessionView session) {
      out.push_back(std::move(session));
      return true;
    };
    auto walk = inspect::visit_sessions(*opened_.store, std::move(query), now, std::move(visit), nullptr);
    TRY_VOID(network_->run(std::move(walk)));
    if (out.empty()) return fail(ErrorCode::NotFound, "the store has no session of this user: " + opened_.shown);
    return out;
  }

  Result<void> end_logins(const std::vector<store::SessionView>& sessions, Revoked& out) {
    inspect::LoginQuery query;
    for (const auto& session : sessions) query.sessions.insert(session.session_id);
    const auto& arguments = invocation_.arguments();
    if (!arguments.empty() && sessions.empty()) query.sessions.insert(arguments.front());
    if (arguments.empty()) query.user = invocation_.value("user").value_or("");
    return end_these(std::move(query), out);
  }
  Result<void> end_these(inspect::LoginQuery query, Revoked& out) {
    if (dry_) return {};
    ProgressLine progress(world_, 0, "logins looked at");
    auto ending = inspect::end_logins(*opened_.store, std::move(query), world_.clock.now(), [&](std::uint64_t seen) { progress.report(seen); });
    TRY(const auto ended, network_->run(std::move(ending)));
    out.ended.grants += ended.grants;
    out.ended.pending += ended.pending;
    return {};
  }

  Result<void> revoke_session(const store::SessionView& session, Revoked& out) {
    bool complete = true;
    for (const auto& row : session.rows) {
      RevokedRow one{session.session_id, row.provider, AtProvider::Skipped, {}, false};
      if (runtime_) TRY_VOID(give_row_back(row, one));
      // A token that could not be given back is kept: without it nobody could ever revoke it.
      if (one.at_provider == AtProvider::Failed) {
        complete = false;
      } else {
        TRY(one.erased, network_->run(opened_.store->erase_row(session.session_id, row.provider)));
      }
      out.rows.push_back(std::move(one));
    }
    if (complete && whole()) return network_->run(opened_.store->erase_session(session.session_id));
    if (!complete) return {};
    // The last provider's tokens gone, the session is over too.
    TRY(const auto left, network_->run(opened_.store->find_session(session.session_id)));
    if (left && !left->rows.empty()) return {};
    return end_these({.sessions = {session.session_id}, .user = {}}, out);
  }

  // Nobody refreshes the row meanwhile: what a refresh brought after our look would live on at the provider.
  Result<void> give_row_back(const store::UpstreamTokens& row, RevokedRow& out) {
    const inspect::ClaimTools tools{*opened_.store, world_.clock, world_.random, network_->timer()};
    TRY(auto claimed, network_->run(inspect::claim_row(tools, out.session, row.provider)));
    if (!claimed) return at_provider(row, out);  // too old to be refreshed, or gone
    const auto asked = at_provider(claimed->row, out);
    TRY_VOID(network_->run(opened_.store->end_refresh(out.session, row.provider, std::move(claimed->owner), std::nullopt)));
    return asked;
  }

  Result<void> at_provider(const store::UpstreamTokens& row, RevokedRow& out) {
    TRY(const auto* settings, find_upstream(*runtime_, row.provider));
    std::optional<Url> given;
    if (const auto text = invocation_.value("revocation-url")) {
      TRY(given, Url::parse(*text));
    }
    const auto target = network_->run(upstream::find_revocation(*settings, std::move(given), *http_));
    if (!target) {
      out.at_provider = target.error().code() == ErrorCode::NotFound ? AtProvider::NoEndpoint : AtProvider::Failed;
      out.detail = target.error().describe();
      return {};
    }
    out.at_provider = AtProvider::Revoked;
    // The refresh token first: with it goes the whole grant at most providers (RFC 7009 §2.1).
    if (!row.refresh_token.empty()) give_back(*target, row.refresh_token, upstream::RevokedKind::RefreshToken, out);
    if (!row.access_token.empty()) give_back(*target, row.access_token, upstream::RevokedKind::AccessToken, out);
    return {};
  }

  void give_back(const upstream::RevocationTarget& target, const Secret& token, upstream::RevokedKind kind, RevokedRow& out) {
    const auto done = network_->run(upstream::revoke_token(target, token.clone(), kind, *http_));
    if (done) return;
    const auto refusal = inspect::explain(done.error(), upstream::Asked::Revocation, target.endpoint);
    // A server may revoke refresh tokens only: then the access token lives out its short life.
    const bool short_lived = kind == upstream::RevokedKind::AccessToken && refusal.code == "unsupported_token_type";
    if (!short_lived) out.at_provider = AtProvider::Failed;
    out.detail = refusal.message + (refusal.means.empty() ? "" : " (" + refusal.means + ")");
  }

  const World& world_;
  const Invocation& invocation_;
  Logger logger_;
  std::optional<config::Runtime> runtime_;
  std::unique_ptr<proxy::Network> network_;
  std::optional<ToldHttpClient> http_;
  OpenedStore opened_;
  bool dry_;
};

std::string ended_text(const inspect::EndedLogins& ended) {
  std::string out;
  if (ended.grants > 0) {
    out += fmt::format("{} login{} of clients ended: {} refresh tokens work no more\n", ended.grants, ended.grants == 1 ? "" : "s",
                       ended.grants == 1 ? "its" : "their");
  }
  if (ended.pending > 0) out += fmt::format("{} login{} under way stopped\n", ended.pending, ended.pending == 1 ? "" : "s");
  return out;
}

std::string text(const RevokedRow& row, const Paint& paint) {
  std::string out = fmt::format("{}  {}: ", paint.bold(inspect::short_id(row.session)), printable(row.provider, 63));
  switch (row.at_provider) {
    case AtProvider::Skipped: out += row.erased ? "taken out of the store; not revoked at the provider" : "would be revoked"; break;
    case AtProvider::Revoked: out += paint.good("revoked at the provider") + " and taken out of the store"; break;
    case AtProvider::NoEndpoint: out += paint.warning("taken out of the store; the provider takes nothing back"); break;
    case AtProvider::Failed: out += paint.bad("not revoked, and kept in the store"); break;
  }
  if (!row.detail.empty() && row.detail != "dry run") out += ": " + row.detail;
  return out + "\n";
}

OrderedJson json(const RevokedRow& row) {
  JsonObject<kRevokedShape> out;
  out.set("tsid", row.session).set("provider", row.provider).set("at_provider", to_string(row.at_provider)).set("erased", row.erased);
  return out.set_unless_empty("detail", row.detail).take();
}

}  // namespace

Command token_revoke_command() {
  return {
      .name = "token revoke",
      .summary = "give tokens back to their provider and take them out of the store",
      .description =
          {"Revokes the tokens of a session at their providers (RFC 7009; the endpoint is the one of the provider's metadata) and takes them out of the store: "
           "all of a session, one provider's with --provider, or every session of a user with --user. A token that its provider did not take back for a "
           "reason that may pass is kept.",
           "With its last tokens a session is over: the refresh tokens and codes that clients hold for it, and logins of it under way, work no more. "
           "An access token that a client holds lives until it expires, but finds no tokens to work with.",
           "With --local-only nothing is asked of the providers. The exit status is 1 when a provider refused."},
      .arguments = {{.name = "TSID", .help = "the session, or the beginning of its id"}},
      .options = joined({config_options({"local-only"}),
                         {{.name = "local-only", .excludes = {"config", "revocation-url"}, .help = "only take the tokens out of the store"},
                          {.name = "revocation-url",
                           .value = "URL",
                           .excludes = {"local-only"},
                           .help = "where the provider takes tokens back, instead of asking its metadata"},
                          provider_option(),
                          user_option()},
                         store_options(),
                         {write_option(),
                          {.name = "dry-run", .letter = 'n', .help = "only say what would be revoked"},
                          json_option("token-json.md"),
                          color_option(),
                          verbose_option()}}),
      .examples = {{"vmcpauth token revoke a1b2c3 --config deploy/", "end one session for good"},
                   {"vmcpauth token revoke --user ann@example.com --local-only", "make a user sign in again"}},
  };
}

std::expected<ExitStatus, UsageError> run_token_revoke(const World& world, const Invocation& invocation) {
  if (auto wrong = check_store_option(invocation)) return std::unexpected(*std::move(wrong));
  const auto usage = [&](const char* message, const char* hint) { return std::unexpected(UsageError{message, hint, &invocation.command()}); };
  if (invocation.arguments().empty() && !invocation.has("user")) return usage("nothing to revoke", "name a session, or a user with --user");
  if (!invocation.has("config") && !invocation.has("local-only")) {
    return usage("--config is missing", "it names the providers' clients and endpoints; --local-only leaves the providers alone");
  }
  if (const auto url = invocation.value("revocation-url"); url && (!Url::parse(*url) || !invocation.has("provider"))) {
    return usage("--revocation-url needs an http or https URL and --provider", "name the one provider whose tokens are given back there");
  }
  const auto done = Revocation(world, invocation).run();
  if (!done) return report_failure(world, done.error());
  const auto paint = output_paint(world, invocation);
  auto list = OrderedJson::array();
  bool failed = false;
  for (const auto& row : done->rows) {
    failed = failed || row.at_provider == AtProvider::Failed;
    if (invocation.has("json")) {
      list.push_back(json(row));
    } else {
      world.output << text(row, paint);
    }
  }
  if (invocation.has("json")) {
    JsonObject<kRevokeShape> out;
    out.set("revoked", std::move(list)).set("logins_ended", done->ended.grants).set("logins_stopped", done->ended.pending);
    print_json(world, out.take());
  } else {
    world.output << ended_text(done->ended);
  }
  return failed ? ExitStatus::Findings : ExitStatus::Fine;
}

}  // namespace vmcpauth::cli
