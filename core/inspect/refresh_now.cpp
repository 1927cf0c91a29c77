#include "core/inspect/refresh_now.hpp"

namespace vmcpauth::inspect {
namespace {

// Longer than any answer of a provider is waited for.
constexpr Seconds kClaim{30};

Result<void> check_subject(const store::UpstreamTokens& row, const upstream::Tokens& fresh) {
  if (!fresh.subject || row.upstream_subject.empty() || *fresh.subject == row.upstream_subject) return {};
  return fail(ErrorCode::BadResponse, "provider " + row.provider + " answered the refresh with an ID token of another user; nothing was stored");
}

store::UpstreamTokens renewed(const store::UpstreamTokens& old, upstream::Tokens fresh) {
  auto row = old.clone();
  row.access_token = std::move(fresh.access_token);
  row.expires_at = fresh.expires_at;
  // What the answer leaves out stays as it was (RFC 6749 §6, OpenID Connect Core §12.2).
  if (!fresh.refresh_token.empty()) row.refresh_token = std::move(fresh.refresh_token);
  if (!fresh.id_token.empty()) row.id_token = std::move(fresh.id_token);
  if (!fresh.scopes.empty()) row.scopes = std::move(fresh.scopes);
  return row;
}

Task<Result<store::UpstreamTokens>> redeem(RefreshTools tools, std::string session_id, store::UpstreamTokens row) {
  auto answer = co_await tools.provider.refresh(row.refresh_token.clone(), row.scopes);
  if (!answer) co_return std::unexpected(std::move(answer).error());
  auto own = check_subject(row, *answer);
  if (!own) co_return std::unexpected(std::move(own).error());
  auto fresh = renewed(row, *std::move(answer));
  std::string expected = row.refresh_token.reveal();
  auto copy = fresh.clone();
  auto stored = co_await tools.store.replace_upstream_tokens(std::move(session_id), std::move(expected), std::move(copy));
  if (!stored) co_return std::unexpected(std::move(stored).error().note("the provider has refreshed the tokens, and they could not be stored"));
  if (!*stored) {
    co_return std::unexpected(Error(ErrorCode::UpstreamToken, "the row changed while it was refreshed; the new tokens were not stored"));
  }
  co_return fresh;
}

}  // namespace

Task<Result<store::UpstreamTokens>> refresh_now(RefreshTools tools, std::string session_id, store::UpstreamTokens row) {
  if (row.refresh_token.empty())
    co_return std::unexpected(Error(ErrorCode::UpstreamToken, "provider " + row.provider + " gave no refresh token: log in again"));
  const std::string owner = tools.random.token(16);
  const auto now = tools.clock.now();
  const auto until = now + kClaim;
  const std::string provider = row.provider;
  auto claimed = co_await tools.store.claim_refresh(session_id, provider, owner, now, until);
  if (!claimed) co_return std::unexpected(std::move(claimed).error());
  if (!*claimed) co_return std::unexpected(Error(ErrorCode::Unavailable, "another process is refreshing these tokens right now; try again"));
  auto fresh = co_await redeem(tools, session_id, std::move(row));
  std::optional<store::RefreshReport> report;
  report.emplace();
  report->at = tools.clock.now();
  report->succeeded = fresh.has_value();
  if (!fresh) report->detail = fresh.error().describe();
  auto ended = co_await tools.store.end_refresh(session_id, provider, owner, std::move(report));
  if (fresh && !ended) co_return std::unexpected(std::move(ended).error().note("after the tokens were refreshed"));
  co_return fresh;
}

}  // namespace vmcpauth::inspect
