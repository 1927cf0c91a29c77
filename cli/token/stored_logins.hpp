// What `vmcpauth login` keeps on this machine, as the token commands show it beside the sessions of a store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/token/paint.hpp"
#include "cli/world.hpp"
#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/inspect/session_query.hpp"

namespace vmcpauth::cli {

struct StoredLogin {
  std::string server, issuer, client_id;
  std::vector<std::string> scopes;
  std::optional<TimePoint> expires_at;  // of the access token
  bool has_refresh_token = false;
};

// Those that the query's times let through; a query for a session, a user or a provider means none of them. Errors of reading the file.
[[nodiscard]] Result<std::vector<StoredLogin>> stored_logins(const World& world, const inspect::SessionQuery& query, TimePoint now);

[[nodiscard]] std::string login_text(const StoredLogin& login, TimePoint now, const Paint& paint);
[[nodiscard]] OrderedJson to_json(const StoredLogin& login, TimePoint now);

}  // namespace vmcpauth::cli
