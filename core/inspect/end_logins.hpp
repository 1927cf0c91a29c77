// Ends what clients could go on with after a session's upstream tokens are gone: our own refresh tokens, codes that nobody has
// redeemed yet, logins under way. Works on rows of ToolHive too. Used by `token revoke`.
#pragma once

#include <set>
#include <string>

#include "core/base/clock.hpp"
#include "core/base/task.hpp"
#include "core/inspect/session_query.hpp"
#include "core/store/store_browser.hpp"

namespace vmcpauth::inspect {

struct LoginQuery {
  std::set<std::string> sessions;  // whole tsids
  std::string user;                // "" = nobody; else every login of the user: id, name or e-mail address, exact
};

struct EndedLogins {
  std::uint64_t grants = 0;   // none of their refresh tokens and codes works any more
  std::uint64_t pending = 0;  // logins under way
};

// Looks through the store's codes, refresh tokens and pending legs; leaves upstream tokens alone. What was ended before is not counted.
// The store must outlive the task.
[[nodiscard]] Task<Result<EndedLogins>> end_logins(store::Store& store, LoginQuery query, TimePoint now, Progress progress);

}  // namespace vmcpauth::inspect
