#include "core/inspect/session_health.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/encoding.hpp"
#include "core/inspect/backend_needs.hpp"
#include "core/inspect/claim_values.hpp"
#include "core/inspect/decoded_token.hpp"

namespace vmcpauth::inspect {
namespace {

// Redeeming a refresh token in the last minute of its life may come too late.
constexpr Seconds kSkew{60};

const config::Upstream* find_upstream(const config::Runtime* runtime, const std::string& provider) {
  if (runtime == nullptr || !runtime->auth_server) return nullptr;
  const auto& upstreams = runtime->auth_server->upstreams;
  const auto found = std::find_if(upstreams.begin(), upstreams.end(), [&](const auto& upstream) { return upstream.name == provider; });
  return found == upstreams.end() ? nullptr : &*found;
}

std::string users_of(const std::vector<BackendNeed>& needs, const std::string& provider, bool id_token_only) {
  std::vector<std::string> names;
  for (const auto& need : needs) {
    if (need.provider == provider && (need.id_token || !id_token_only)) names.push_back(need.backend);
  }
  if (names.empty()) return {};
  return fmt::format("backend{} {}", names.size() == 1 ? "" : "s", fmt::join(names, ", "));
}

// The expiry that a token carries itself.
std::optional<TimePoint> own_expiry(const Secret& token) {
  if (token.empty()) return std::nullopt;
  const auto decoded = decode_token(token.reveal());
  return decoded && decoded->claims.is_object() ? date_claim(decoded->claims, "exp") : std::nullopt;
}

// The last hour counts in minutes, as people do: "in 42 min".
std::string in_minutes(TimePoint time, TimePoint now) {
  const auto left = std::chrono::duration_cast<std::chrono::minutes>(time - now).count();
  return left >= 1 && left < 60 ? fmt::format("in {} min", left) : relative_text(time, now);
}

class RowJudge {
 public:
  RowJudge(const store::UpstreamTokens& row, const std::vector<BackendNeed>& needs, TimePoint now) : row_(row), needs_(needs), now_(now) {
    health_.provider = row.provider;
  }

  void access_token() {
    if (row_.access_token.empty()) add(Severity::Problem, "no-access-token", "there is no access token");
    const auto own = own_expiry(row_.access_token);
    if (own && row_.expires_at && *own + kSkew < *row_.expires_at) {
      add(Severity::Warning, "expiry-differs", "the token itself says it expires " + relative_text(*own, now_) + ", earlier than the provider's answer said");
    }
    if (row_.expires_at) {
      lifetime(*row_.expires_at);
    } else if (row_.session_expires_at) {
      end_at(*row_.session_expires_at);
      if (*row_.session_expires_at <= now_) add(Severity::Problem, "session-over", "the session ended " + relative_text(*row_.session_expires_at, now_));
    }
  }

  void last_refresh() {
    if (!row_.last_refresh || row_.last_refresh->succeeded) return;
    const auto detail = printable(row_.last_refresh->detail, 300);
    // One that failed ahead of time does no harm yet.
    const bool expired = row_.expires_at && *row_.expires_at <= now_;
    add(expired ? Severity::Problem : Severity::Warning, "refresh-failed",
        "the last refresh failed " + relative_text(row_.last_refresh->at, now_) + (detail.empty() ? "" : ": " + detail));
    if (row_.expires_at) end_at(*row_.expires_at);
  }

  void refresh_token_expiry() {
    const auto own = own_expiry(row_.refresh_token);
    if (!own) return;
    end_at(*own);
    if (*own <= now_ + kSkew) {
      add(Severity::Problem, "refresh-token-expired", "the refresh token expired " + relative_text(*own, now_) + ": sign in again");
    } else {
      add(Severity::Note, "refresh-token-expires", "the refresh token expires " + relative_text(*own, now_) + ", unless it is renewed before");
    }
  }

  void id_token() {
    const auto users = users_of(needs_, row_.provider, true);
    if (users.empty()) return;
    if (row_.id_token.empty()) return add(Severity::Problem, "no-id-token", "there is no ID token, which " + users + " needs");
    const auto own = own_expiry(row_.id_token);
    if (!own) return;
    if (*own <= now_) {
      add(Severity::Problem, "id-token-expired", "the ID token expired " + relative_text(*own, now_) + ", and " + users + " needs it");
    } else if (row_.refresh_token.empty()) {
      end_at(*own);
    }
  }

  void configuration(const config::Runtime& runtime, const config::Upstream* upstream) {
    if (!runtime.auth_server) return;
    if (upstream == nullptr) return add(Severity::Warning, "not-configured", "the configuration has no such provider: nothing can refresh these tokens");
    const auto missing = missing_scopes(upstream->scopes, row_.scopes);
    const auto users = users_of(needs_, row_.provider, false);
    if (!missing.empty()) {
      const auto text = printable(fmt::format("granted scopes lack {}", fmt::join(missing, ", ")), 400);
      add(Severity::Problem, "scope-missing", text + (users.empty() ? ", which the configuration asks for" : ", which " + users + " needs"));
    }
    const auto* oidc = std::get_if<config::OidcSettings>(&upstream->settings);
    const bool google = oidc != nullptr && oidc->issuer_url == "https://accounts.google.com";
    const auto access_type = upstream->additional_authorization_params.find("access_type");
    if (row_.refresh_token.empty() && google && (access_type == upstream->additional_authorization_params.end() || access_type->second != "offline")) {
      add(Severity::Note, "google-offline", "Google gives a refresh token only with additional_authorization_params access_type=offline");
    }
    const auto& scopes = upstream->scopes;
    if (row_.refresh_token.empty() && !google && std::find(scopes.begin(), scopes.end(), "offline_access") == scopes.end()) {
      add(Severity::Note, "offline-access", "the configured scopes lack offline_access, without which most providers give no refresh token");
    }
  }

  RowHealth take() {
    auto& seen = health_.observations;
    std::stable_sort(seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.severity > b.severity; });
    return std::move(health_);
  }

 private:
  void add(Severity severity, ObservationCode code, std::string text) { health_.observations.push_back({severity, code, std::move(text)}); }
  void end_at(TimePoint time) { health_.breaks_at = health_.breaks_at ? std::min(*health_.breaks_at, time) : time; }

  void lifetime(TimePoint expires) {
    const bool expired = expires <= now_;
    if (!row_.refresh_token.empty()) {
      if (expired) add(Severity::Note, "access-token-expired", "the access token expired " + relative_text(expires, now_) + "; the next use refreshes it");
      return;
    }
    end_at(expires);
    if (expired) {
      add(Severity::Problem, "dead", "the access token expired " + relative_text(expires, now_) + " and there is no refresh token: sign in again");
    } else {
      add(Severity::Warning, "no-refresh-token", "no refresh token; the session dies " + in_minutes(expires, now_));
    }
  }

  const store::UpstreamTokens& row_;
  const std::vector<BackendNeed>& needs_;
  TimePoint now_;
  RowHealth health_;
};

void add_missing(SessionHealth& health, const store::SessionView& session, const config::Runtime& runtime, const std::vector<BackendNeed>& needs) {
  if (!runtime.auth_server) return;
  const auto holds = [](const std::vector<std::string>& names, const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  for (const auto& upstream : runtime.auth_server->upstreams) {
    const bool there = std::any_of(session.rows.begin(), session.rows.end(), [&](const auto& row) { return row.provider == upstream.name; });
    if (there || holds(session.damaged_providers, upstream.name)) continue;
    const auto users = users_of(needs, upstream.name, false);
    const bool deleted = holds(session.deleted_providers, upstream.name);
    const auto* const what = deleted ? "its tokens were deleted" : "the session has no tokens of it";
    const auto needed = users.empty() ? std::string() : fmt::format(", and {} needs them", users);
    const auto severity = users.empty() ? Severity::Warning : Severity::Problem;
    health.rows.push_back({upstream.name, {{severity, "no-tokens", fmt::format("{}{}: sign in again", what, needed)}}, std::nullopt});
  }
}

}  // namespace

Severity SessionHealth::worst() const {
  auto out = Severity::Note;
  const auto look = [&](const Observations& seen) {
    for (const auto& one : seen) out = std::max(out, one.severity);
  };
  look(observations);
  for (const auto& row : rows) look(row.observations);
  return out;
}

SessionHealth judge_session(const store::SessionView& session, const config::Runtime* runtime, TimePoint now) {
  SessionHealth health;
  const auto needs = runtime == nullptr ? std::vector<BackendNeed>{} : needs_of(*runtime);
  std::string user;
  for (const auto& row : session.rows) {
    RowJudge judge(row, needs, now);
    judge.access_token();
    judge.last_refresh();
    judge.refresh_token_expiry();
    judge.id_token();
    if (runtime != nullptr) judge.configuration(*runtime, find_upstream(runtime, row.provider));
    health.rows.push_back(judge.take());
    if (user.empty()) user = row.user_id;
    if (!row.user_id.empty() && row.user_id != user) {
      health.observations.push_back({Severity::Problem, "several-users", "its rows belong to different users: vMCP refuses such a session"});
    }
  }
  for (const auto& provider : session.damaged_providers) {
    health.rows.push_back(
        {provider, {{Severity::Problem, "damaged", "what the store holds of it cannot be read: revoke the session and sign in again"}}, std::nullopt});
  }
  if (runtime != nullptr) add_missing(health, session, *runtime, needs);
  return health;
}

}  // namespace vmcpauth::inspect
