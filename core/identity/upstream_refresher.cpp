#include "core/identity/upstream_refresher.hpp"

#include "core/crypto/digest.hpp"

namespace vmcpauth::identity {
namespace {

constexpr Seconds kDeadGrantPause{300};  // invalid_grant: only a new login helps
constexpr Seconds kFailurePause{5};
constexpr Seconds kAfterSuccess{30};  // before the next refresh ahead of time, for tokens that live less than kAhead
constexpr std::size_t kMaxAttempts = 10'000;
constexpr int kSaveTries = 3;
constexpr Milliseconds kLook{50};    // between two looks at what another process does
constexpr Seconds kOutwaitClaim{5};  // past its claim, for the next one to try

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

// OpenID Connect Core §12.2: the new ID token is for the user that the old one was for.
bool is_for_another(const store::UpstreamTokens& row, const upstream::Tokens& fresh) {
  return fresh.subject && !row.upstream_subject.empty() && *fresh.subject != row.upstream_subject;
}

}  // namespace

bool UpstreamRefresher::is_expired(const store::UpstreamTokens& row, TimePoint now) noexcept { return row.expires_at && now >= *row.expires_at; }
bool UpstreamRefresher::is_due(const store::UpstreamTokens& row, TimePoint now) noexcept { return row.expires_at && now + kAhead >= *row.expires_at; }

Task<Result<store::UpstreamTokens>> UpstreamRefresher::usable(std::string session_id, store::UpstreamTokens row) {
  const auto now = tools_.clock.now();
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

// Only what the store holds is redeemed, and only with its claim: the caller's row may be old by now, and another process may
// be at it.
Task<Result<store::UpstreamTokens>> UpstreamRefresher::refresh_row(std::string session_id, std::string provider) {
  const auto give_up = tools_.clock.steady() + kClaim + kOutwaitClaim;
  const std::string owner = tools_.random.token(16);
  for (bool waited = false;; waited = true) {
    auto found = co_await store_.find_upstream_tokens(session_id, provider, tools_.clock.now());
    if (!found) co_return std::unexpected(store_trouble(found.error()));
    if (!*found) co_return std::unexpected(unusable(provider, "the session is over"));
    auto& row = **found;
    const auto now = tools_.clock.now();
    if (!is_due(row, now)) co_return std::move(row);
    if (row.refresh_token.empty()) co_return std::unexpected(unusable(provider, "the provider gave no refresh token"));
    if (!providers_.contains(provider)) co_return std::unexpected(unusable(provider, "the provider is not configured any more"));
    auto claimed = co_await store_.claim_refresh(session_id, provider, owner, now, now + kClaim);
    if (!claimed) co_return std::unexpected(store_trouble(claimed.error()));
    if (*claimed) {
      auto refreshed = co_await refresh_claimed(session_id, provider);
      std::optional<store::RefreshReport> report;
      if (!refreshed) report = store::RefreshReport{tools_.clock.now(), false, refreshed.error().describe()};
      auto ended = co_await store_.end_refresh(std::move(session_id), std::move(provider), owner, std::move(report));
      if (!ended) tools_.log.warn("refresh_claim_not_released", {{"reason", ended.error().describe()}});
      co_return refreshed;
    }
    // The other one has failed while we waited: trying again at once would not go better.
    if (waited && row.last_refresh && !row.last_refresh->succeeded && row.last_refresh->at + kLook >= now) {
      co_return std::unexpected(unusable(provider, row.last_refresh->detail));
    }
    if (tools_.clock.steady() >= give_up) co_return std::unexpected(unusable(provider, "another process refreshes it and does not come to an end"));
    co_await tools_.timer.pause(kLook);
  }
}

Task<Result<store::UpstreamTokens>> UpstreamRefresher::refresh_claimed(std::string session_id, std::string provider) {
  // Between our look and our claim another process may have finished.
  auto found = co_await store_.find_upstream_tokens(session_id, provider, tools_.clock.now());
  if (!found) co_return std::unexpected(store_trouble(found.error()));
  if (!*found) co_return std::unexpected(unusable(provider, "the session is over"));
  auto row = **std::move(found);
  if (!is_due(row, tools_.clock.now())) co_return row;
  auto refreshed = co_await redeem(std::move(session_id), std::move(row));
  co_return refreshed;
}

Task<Result<store::UpstreamTokens>> UpstreamRefresher::redeem(std::string session_id, store::UpstreamTokens row) {
  const std::string key = session_id + '\n' + row.provider;
  std::string old_refresh_token = row.refresh_token.reveal();
  Secret presented = row.refresh_token.clone();
  auto answer = co_await providers_.find(row.provider)->second->refresh(std::move(presented), row.scopes);
  if (answer && is_for_another(row, *answer)) answer = fail(ErrorCode::BadResponse, "the provider answered with the ID token of another user");
  if (!answer) {
    const bool dead = answer.error().oauth_code() == "invalid_grant";
    auto error = unusable(row.provider, "refresh failed: " + answer.error().describe());
    tools_.log.warn("upstream_refresh_failed", {{"provider", row.provider}, {"reason", answer.error().describe()}});
    remember(key, old_refresh_token, dead ? kDeadGrantPause : kFailurePause, error);
    co_return std::unexpected(std::move(error));
  }
  auto fresh = merged(row, *std::move(answer));
  fresh.last_refresh = store::RefreshReport{tools_.clock.now(), true, ""};
  remember(key, fresh.refresh_token.reveal(), kAfterSuccess, std::nullopt);
  tools_.log.debug("upstream_refreshed", {{"provider", row.provider}});
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
    tools_.log.error("upstream_refresh_not_stored", {{"provider", provider}, {"reason", replaced.error().describe()}});
    // Not rotated: the stored refresh token still works, so this request may go on.
    if (fresh.refresh_token.equals(old_refresh_token)) co_return fresh;
    co_return std::unexpected(store_trouble(replaced.error()));
  }
  // Another process was faster, or the session has been revoked meanwhile: the store's row is the truth.
  auto found = co_await store_.find_upstream_tokens(session_id, provider, tools_.clock.now());
  if (!found) co_return std::unexpected(store_trouble(found.error()));
  if (!*found) co_return std::unexpected(unusable(provider, "the session is over"));
  if (is_expired(**found, tools_.clock.now())) co_return std::unexpected(unusable(provider, "another refresh was faster, and has expired too"));
  co_return **std::move(found);
}

std::optional<UpstreamRefresher::Attempt> UpstreamRefresher::recent_attempt(const std::string& key, const store::UpstreamTokens& row) {
  auto attempt = attempts_.with([&](auto& attempts) -> std::optional<Attempt> {
    const auto it = attempts.find(key);
    if (it == attempts.end() || tools_.clock.steady() >= it->second.until) return std::nullopt;
    return it->second;
  });
  // A new login has put another refresh token there: the old failure says nothing about it.
  if (attempt && attempt->refresh_token_hash != crypto::sha256(row.refresh_token.reveal())) attempt.reset();
  return attempt;
}

void UpstreamRefresher::remember(const std::string& key, const std::string& refresh_token, Seconds pause, std::optional<Error> failure) {
  const auto now = tools_.clock.steady();
  Attempt attempt{.until = now + pause, .refresh_token_hash = crypto::sha256(refresh_token), .failure = std::move(failure)};
  attempts_.with([&](auto& attempts) {
    if (attempts.size() >= kMaxAttempts) std::erase_if(attempts, [&](const auto& entry) { return now >= entry.second.until; });
    // Still full: forgetting costs a few more requests to providers, nothing else.
    if (attempts.size() >= kMaxAttempts) attempts.clear();
    attempts.insert_or_assign(key, std::move(attempt));
  });
}

}  // namespace vmcpauth::identity
