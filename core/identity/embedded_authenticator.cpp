#include "core/identity/embedded_authenticator.hpp"

#include <algorithm>

#include "core/identity/token_facts.hpp"

namespace vmcpauth::identity {
namespace {

constexpr std::size_t kMaxSessionId = 256;

// What our own keys sign with, nothing else.
std::vector<jose::Algorithm> algorithms_of(const jose::JwkSet& keys) {
  using enum jose::Algorithm;
  std::vector<jose::Algorithm> out;
  for (const auto algorithm : {Rs256, Rs384, Rs512, Ps256, Ps384, Ps512, Es256, Es384, Es512, EdDsa}) {
    if (std::ranges::any_of(keys.keys(), [&](const auto& key) { return key.may_verify(algorithm); })) out.push_back(algorithm);
  }
  return out;
}

Result<std::string> session_of(const Json& claims, bool required) {
  if (!required && !claims.contains("tsid")) return std::string();
  auto tsid = optional_string(claims, "tsid");
  if (!tsid || !*tsid || (*tsid)->empty() || (*tsid)->size() > kMaxSessionId) return fail(ErrorCode::Unauthenticated, "token names no session");
  return **std::move(tsid);
}

}  // namespace

EmbeddedAuthenticator::EmbeddedAuthenticator(EmbeddedSettings settings, std::shared_ptr<const jose::JwkSet> keys, store::SessionStore& store,
                                             UpstreamRefresher& refresher, const Clock& clock, const Logger& log)
    : settings_(std::move(settings)),
      policy_{.algorithms = algorithms_of(*keys), .issuer = settings_.issuer, .audiences = settings_.audiences, .leeway = settings_.leeway},
      keys_(std::move(keys)),
      store_(store),
      refresher_(refresher),
      clock_(clock),
      log_(log) {}

Task<Outcome> EmbeddedAuthenticator::authenticate(std::optional<Secret> bearer) {
  if (!bearer) co_return std::unexpected(Challenge::missing_token());
  auto facts = verify(*bearer, clock_.now());
  if (!facts) {
    log_.debug("bearer_refused", {{"reason", facts.error().describe()}});
    co_return std::unexpected(Challenge::refused(std::move(facts).error()));
  }
  auto allowed = check_scopes(**facts, settings_.required_scopes);
  if (!allowed) co_return std::unexpected(std::move(allowed).error());
  auto outcome = co_await load(*std::move(facts), *std::move(bearer));
  co_return outcome;
}

Result<TokenFactsPtr> EmbeddedAuthenticator::verify(const Secret& bearer, TimePoint now) {
  if (auto known = cache_.find(bearer, now)) return known;
  TRY(auto token, jose::UnverifiedToken::parse(bearer.reveal()));
  TRY(auto verified, jose::verify(token, policy_, *keys_, now));
  TRY(auto facts, facts_of(verified));
  TRY(facts.session_id, session_of(verified.claims(), settings_.require_session));
  auto kept = std::make_shared<const TokenFacts>(std::move(facts));
  cache_.put(bearer.clone(), kept, now, kept->expires_at);
  return kept;
}

Task<Outcome> EmbeddedAuthenticator::load(TokenFactsPtr facts, Secret bearer) {
  if (facts->session_id.empty()) co_return identity_of(*facts, std::move(bearer));
  const auto now = clock_.now();
  // Read anew for every request: a revoked session is over at once, wherever it was revoked.
  auto rows = co_await store_.list_upstream_tokens(facts->session_id, now);
  if (!rows) co_return std::unexpected(Challenge::refused(Error(ErrorCode::Unavailable, "session store does not answer").note(rows.error().describe())));
  if (rows->empty()) co_return std::unexpected(Challenge::refused({ErrorCode::UpstreamToken, "the session is over; sign in again"}));
  co_await note_use(facts->session_id, rows->front().last_used_at, now);
  auto identity = identity_of(*facts, std::move(bearer));
  for (auto& row : *rows) {
    // Tokens are for the user they were stored for (ToolHive, storage/types.go: binding fields), whatever tsid a token names.
    if (!row.user_id.empty() && row.user_id != facts->subject) {
      Error refusal(ErrorCode::Unauthenticated, "the session belongs to another user");
      co_return std::unexpected(Challenge::refused(std::move(refusal)));
    }
    std::string provider = row.provider;
    if (!UpstreamRefresher::is_due(row, now)) {
      identity->upstream_tokens.emplace(std::move(provider), ProviderTokens{std::move(row.access_token), std::move(row.id_token)});
      continue;
    }
    auto usable = co_await refresher_.usable(facts->session_id, std::move(row));
    if (usable) {
      identity->upstream_tokens.emplace(std::move(provider), ProviderTokens{std::move(usable->access_token), std::move(usable->id_token)});
      continue;
    }
    if (usable.error().code() == ErrorCode::Unavailable) co_return std::unexpected(Challenge::refused(std::move(usable).error()));
    if (settings_.strict_upstreams) {
      Error refusal(ErrorCode::UpstreamToken, "the sign-in at provider " + provider + " is no longer valid; sign in again");
      co_return std::unexpected(Challenge::refused(std::move(refusal).note(usable.error().describe())));
    }
    identity->upstream_failures.emplace(std::move(provider), std::move(usable).error());
  }
  co_return identity;
}

// For those who look at the store; a request does not fail for it.
Task<void> EmbeddedAuthenticator::note_use(std::string session_id, std::optional<TimePoint> last, TimePoint now) {
  if (last && now - *last < store::kUseGrain) co_return;
  auto noted = co_await store_.touch_session(std::move(session_id), now);
  if (!noted) log_.debug("session_use_not_noted", {{"reason", noted.error().describe()}});
}

}  // namespace vmcpauth::identity
