// A stored row that nobody else refreshes meanwhile, read after it was claimed: a copy from before may hold a refresh token that
// another process has used up, and showing that to a provider ends the whole grant. Used by `token refresh|revoke`.
#pragma once

#include <optional>
#include <string>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/base/task.hpp"
#include "core/base/timer.hpp"
#include "core/store/session_store.hpp"

namespace vmcpauth::inspect {

struct ClaimTools {
  store::SessionStore& store;
  const Clock& clock;
  Random& random;
  Timer& timer;
};

struct ClaimedRow {
  std::string owner;  // for end_refresh, which gives it back
  store::UpstreamTokens row;
};

// Waits while another process is at it, longer than a claim lasts. nullopt: there is no such row (any more). Unavailable.
[[nodiscard]] Task<Result<std::optional<ClaimedRow>>> claim_row(ClaimTools tools, std::string session_id, std::string provider);

}  // namespace vmcpauth::inspect
