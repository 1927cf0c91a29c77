// A stored row refreshed because somebody asked for it, whether it is due or not: claimed, so that no server does the same
// at the same time, redeemed once, stored by compare-and-swap. Used by `token refresh` and `token get`.
#pragma once

#include <string>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/base/task.hpp"
#include "core/store/session_store.hpp"
#include "core/upstream/provider.hpp"

namespace vmcpauth::inspect {

// Collaborators; all must outlive the task.
struct RefreshTools {
  store::SessionStore& store;
  upstream::Provider& provider;
  const Clock& clock;
  Random& random;
};

// The row as it is stored afterwards. UpstreamToken: no refresh token, or the row is gone; Unavailable: another process refreshes it right
// now, or the store fails; BadResponse: the new tokens are somebody else's; errors of Provider::refresh.
[[nodiscard]] Task<Result<store::UpstreamTokens>> refresh_now(RefreshTools tools, std::string session_id, store::UpstreamTokens row);

}  // namespace vmcpauth::inspect
