#include "core/inspect/refresh_now.hpp"

#include "core/inspect/claimed_row.hpp"

namespace vmcpauth::inspect {
namespace {

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

Task<Result<RefreshedRow>> refresh_now(RefreshTools tools, std::string session_id, std::string provider) {
  const ClaimTools claim{tools.store, tools.clock, tools.random, tools.timer};
  CO_TRY(auto claimed, co_await claim_row(claim, session_id, provider));
  if (!claimed) co_return std::unexpected(Error(ErrorCode::UpstreamToken, "the session has no tokens of provider " + provider + " any more"));
  RefreshedRow out{std::move(claimed->row), {}};
  Result<store::UpstreamTokens> fresh = fail(ErrorCode::UpstreamToken, "provider " + provider + " gave no refresh token: sign in again");
  std::optional<store::RefreshReport> report;
  if (!out.before.refresh_token.empty()) {
    auto row = out.before.clone();
    auto redeemed = co_await redeem(tools, session_id, std::move(row));
    fresh = std::move(redeemed);
    report.emplace();
    report->at = tools.clock.now();
    report->succeeded = fresh.has_value();
    if (!fresh) report->detail = fresh.error().describe();
  }
  auto ended = co_await tools.store.end_refresh(session_id, provider, std::move(claimed->owner), std::move(report));
  if (!fresh) co_return std::unexpected(std::move(fresh).error());
  if (!ended) co_return std::unexpected(std::move(ended).error().note("after the tokens were refreshed"));
  out.after = *std::move(fresh);
  co_return out;
}

}  // namespace vmcpauth::inspect
