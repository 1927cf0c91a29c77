// Stored sessions for the tests of this room.
#pragma once

#include "core/store/memory_store.hpp"
#include "core/store/store_browser.hpp"
#include "tests/unit/inspect/tokens.hpp"

namespace vmcpauth::test {

inline store::UpstreamTokens row_of(const std::string& provider, std::optional<std::int64_t> expires_in, bool refreshable = true) {
  store::UpstreamTokens row;
  row.provider = provider;
  row.access_token = Secret("access-marker-" + provider);
  if (refreshable) row.refresh_token = Secret("refresh-marker-" + provider);
  if (expires_in) row.expires_at = from_unix_seconds(kNow + *expires_in);
  row.user_id = "user-1";
  row.user_name = "Ann";
  row.user_email = "ann@example.com";
  row.upstream_subject = "subject-" + provider;
  row.client_id = "client-1";
  row.scopes = {"openid", "email"};
  return row;
}

inline store::SessionView session_of(const std::string& id, std::vector<store::UpstreamTokens> rows) {
  store::SessionView view;
  view.session_id = id;
  view.rows = std::move(rows);
  return view;
}

template <class... Rows>
std::vector<store::UpstreamTokens> rows(Rows... one) {
  std::vector<store::UpstreamTokens> out;
  (out.push_back(std::move(one)), ...);
  return out;
}

}  // namespace vmcpauth::test
