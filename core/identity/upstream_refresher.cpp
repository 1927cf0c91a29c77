#include "core/identity/upstream_refresher.hpp"

#include "core/crypto/digest.hpp"

namespace vmcpauth::identity {
namespace {

constexpr Seconds kDeadGrantPause{300};  // invalid_grant: only a new login helps
constexpr Seconds kFailurePause{5};
constexpr Seconds kAfterSuccess{30};  // before the next refresh ahead of time, for tokens that live less than kAhead
constexpr std::size_t kMaxAttempts = 10'000;
constexpr int kSaveTries = 3;

Error unusable(const std::string& provider, std::string reason) {
  return Error(ErrorCode::UpstreamToken, "token of provider " + provider + " has expired").note(std::move(reason));
}

Error store_trouble(const Error& cause) { return Error(ErrorCode::Unavailable, "session store does not answer").note(cause.describe()); }

// The new row: what the provider answered, and of the old one what it left out (RFC 6749 §6, OIDC Core §12.2).
store::UpstreamTokens merged(const store::UpstreamTokens& old, upstream::Tokens fresh) {
  auto row = old.clone();
  row.access_token = std::move(fresh.access_token);
  if (!fresh.refresh_token.empty()) row.refresh_token = std::move(fresh.refresh_token);
  if (!fresh.id_token.empty()) row.id_token = std::move(fresh.id_token);
  row.expires_at = fresh.expires_at;
  if (!fresh.scopes.empty()) row.scopes = std::move(fresh.scopes);
  return row;
}

}  // namespace

bool UpstreamRefresher::is_expired(const store::UpstreamTokens& row, TimePoint now) noexcept { return row.expires_at && now >= *row.expires_at; }
bool UpstreamRefresher::is_due(const store::UpstreamTokens& row, TimePoint now) noexcept { return row.expires_at && now + kAhead >= *row.expires_at; }

Task<Result<store::UpstreamTokens>> UpstreamRefresher::usable(std::string session_id, store::UpstreamTokens row) {
  const auto now = clock_.now();
  if (!is_due(row, now)) co_return row;
  const bool expired = is_expired(row, now);
  std::string key = session_id + '\n' + row.provider;
  auto attempt = recent_attempt(key, row);
  if (attempt && !expired) co_return row;
  if (attempt && attempt->failure) co_return std::unexpected(*std::move(attempt->failure));
  auto landed = co_await flight_.run(key, refresh_row(session_id, row.provider));
  if (*landed) co_return (*landed)->clone();
  if (!expired) co_return row;
  co_return std::unexpected(landed->error());
}

Task<Result<store::UpstreamTokens>> UpstreamRefresher::refresh_row(std::string session_id, std::string provider) {
  // The caller's row may be old by now; only what the store holds is redeemed.
  auto found = co_await store_.find_upstream_tokens(session_id, provider, clock_.now());
  if (!found) co_return std::unexpected(store_trouble(found.error()));
  if (!*found) co_return std::unexpected(unusable(provider, "the session is over"));
  auto row = **std::move(found);
  if (!is_due(row, clock_.now())) co_return row;
  auto refreshed = co_await redeem(std::move(session_id), std::move(row));
  co_return refreshed;
}

Task<Result<store::UpstreamTokens>> UpstreamRefresher::redeem(std::string session_id, store::UpstreamTokens row) {
  if (row.refresh_token.empty()) co_return std::unexpected(unusable(row.provider, "the provider gave no refresh token"));
  const auto provider = providers_.find(row.provider);
  if (provider == providers_.end()) co_return std::unexpected(unusable(row.provider, "the provider is not configured any more"));
  const std::string key = session_id + '\n' + row.provider;
  std::string old_refresh_token = row.refresh_token.reveal();
  auto answer = co_await provider->second->refresh(row.refresh_token.clone(), row.scopes);
  if (!answer) {
    const bool dead = answer.error().oauth_code() == "invalid_grant";
    auto error = unusable(row.provider, "refresh failed: " + answer.error().describe());
    log_.warn("upstream_refresh_failed", {{"provider", row.provider}, {"reason", answer.error().describe()}});
    remember(key, old_refresh_token, dead ? kDeadGrantPause : kFailurePause, error);
    co_return std::unexpected(std::move(error));
  }
  auto fresh = merged(row, *std::move(answer));
  remember(key, fresh.refresh_token.reveal(), kAfterSuccess, std::nullopt);
  log_.debug("upstream_refreshed", {{"provider", row.provider}});
  auto saved = co_await save(std::move(session_id), std::move(old_refresh_token), std::move(fresh));
  co_return saved;
}

Task<Result<store::UpstreamTokens>> UpstreamRefresher::save(std::string session_id, std::string old_refresh_token, store::UpstreamTokens fresh) {
  const std::string provider = fresh.provider;
  Result<bool> replaced = false;
  for (int i = 0; i < kSaveTries; ++i) {
    replaced = co_await store_.replace_upstream_tokens(session_id, old_refresh_token, fresh.clone());
    if (replaced) break;
  }
  if (replaced && *replaced) co_return fresh;
  if (!replaced) {
    log_.error("upstream_refresh_not_stored", {{"provider", provider}, {"reason", replaced.error().describe()}});
    // Not rotated: the stored refresh token still works, so this request may go on.
    if (fresh.refresh_token.equals(old_refresh_token)) co_return fresh;
    co_return std::unexpected(store_trouble(replaced.error()));
  }
  // Another process was faster, or the session has been revoked meanwhile: the store's row is the truth.
  auto found = co_await store_.find_upstream_tokens(session_id, provider, clock_.now());
  if (!found) co_return std::unexpected(store_trouble(found.error()));
  if (!*found) co_return std::unexpected(unusable(provider, "the session is over"));
  if (is_expired(**found, clock_.now())) co_return std::unexpected(unusable(provider, "another refresh was faster, and has expired too"));
  co_return **std::move(found);
}

std::optional<UpstreamRefresher::Attempt> UpstreamRefresher::recent_attempt(const std::string& key, const store::UpstreamTokens& row) {
  auto attempt = attempts_.with([&](auto& attempts) -> std::optional<Attempt> {
    const auto it = attempts.find(key);
    if (it == attempts.end() || clock_.steady() >= it->second.until) return std::nullopt;
    return it->second;
  });
  // A new login has put another refresh token there: the old failure says nothing about it.
  if (attempt && attempt->refresh_token_hash != crypto::sha256(row.refresh_token.reveal())) attempt.reset();
  return attempt;
}

void UpstreamRefresher::remember(const std::string& key, const std::string& refresh_token, Seconds pause, std::optional<Error> failure) {
  const auto now = clock_.steady();
  Attempt attempt{.until = now + pause, .refresh_token_hash = crypto::sha256(refresh_token), .failure = std::move(failure)};
  attempts_.with([&](auto& attempts) {
    if (attempts.size() >= kMaxAttempts) std::erase_if(attempts, [&](const auto& entry) { return now >= entry.second.until; });
    // Still full: forgetting costs a few more requests to providers, nothing else.
    if (attempts.size() >= kMaxAttempts) attempts.clear();
    attempts.insert_or_assign(key, std::move(attempt));
  });
}

}  // namespace vmcpauth::identity
