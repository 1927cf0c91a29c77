// Records with every field set, for the contract suites.
#pragma once

#include <utility>
#include <vector>

#include "core/store/record.hpp"
#include "core/store/records.hpp"

namespace vmcpauth::test {

using namespace store;

inline constexpr TimePoint kNow = from_unix_seconds(1'800'000'000);
inline constexpr Seconds kMinute{60};

inline PendingAuthorization pending(std::string state, std::string session = "session") {
  PendingAuthorization leg;
  leg.internal_state = std::move(state);
  leg.session_id = std::move(session);
  leg.client_id = "client";
  leg.redirect_uri = "http://127.0.0.1/cb";
  leg.state = "client state \xC3\xA9";
  leg.code_challenge = "challenge";
  leg.nonce = "n";
  leg.scopes = {"openid", "offline_access"};
  leg.resource = "https://r";
  leg.refresh_allowed = true;
  leg.provider = "github";
  leg.leg = 2;
  leg.pkce_verifier = Secret("verifier");
  leg.upstream_nonce = "un";
  leg.browser_binding = "binding";
  leg.user_id = "user";
  leg.user_name = "Ada";
  leg.user_email = "a@b";
  leg.created_at = kNow;
  leg.expires_at = kNow + 10 * kMinute;
  return leg;
}

inline Grant grant(std::string id = "grant", std::string session = "session") {
  return {std::move(id), std::move(session), "client", "user", "Ada", "a@b", {"openid"}, {"https://r"}, kNow};
}

inline AuthorizationCode code(std::string grant_id = "grant", std::string session = "session") {
  AuthorizationCode out;
  out.redirect_uri = "http://127.0.0.1/cb";
  out.code_challenge = "challenge";
  out.resource = "https://r";
  out.nonce = "n";
  out.grant = grant(std::move(grant_id), std::move(session));
  out.expires_at = kNow + 10 * kMinute;
  return out;
}

inline RefreshToken refresh(std::string grant_id = "grant") { return {grant(std::move(grant_id)), kNow, kNow + 60 * kMinute}; }

inline UpstreamTokens tokens(std::string provider, std::string access = "access", std::optional<TimePoint> expires_at = std::nullopt) {
  UpstreamTokens row;
  row.provider = std::move(provider);
  row.access_token = Secret(std::move(access));
  row.refresh_token = Secret("refresh");
  row.id_token = Secret("id");
  row.expires_at = expires_at;
  row.session_expires_at = kNow + std::chrono::hours(168);
  row.user_id = "user";
  row.upstream_subject = "subject";
  row.client_id = "client";
  row.scopes = {"a", "b"};
  row.user_name = "Ada";
  row.user_email = "a@b";
  return row;
}

// A batch of one, for import_records.
inline std::vector<Record> one_record(Record record) {
  std::vector<Record> batch;
  batch.push_back(std::move(record));
  return batch;
}

}  // namespace vmcpauth::test
