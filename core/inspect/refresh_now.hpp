// A stored row refreshed because somebody asked for it, whether it is due or not: claimed, so that no server does the same
// at the same time, redeemed once, stored by compare-and-swap. Used by `token refresh`.
#pragma once

#include <string>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/base/task.hpp"
#include "core/base/timer.hpp"
#include "core/store/session_store.hpp"
#include "core/upstream/provider.hpp"

namespace vmcpauth::inspect {

// Collaborators; all must outlive the task.
struct RefreshTools {
  store::SessionStore& store;
  upstream::Provider& provider;
  const Clock& clock;
  Random& random;
  Timer& timer;  // while another process is at it
};

struct RefreshedRow {
  store::UpstreamTokens before, after;  // as they were and are stored
};

// What the store holds now is redeemed, not what the caller saw. UpstreamToken: no refresh token, or the row is gone; Unavailable: another
// process does not come to an end with it, or the store fails; BadResponse: the new tokens are somebody else's; errors of Provider::refresh.
[[nodiscard]] Task<Result<RefreshedRow>> refresh_now(RefreshTools tools, std::string session_id, std::string provider);

}  // namespace vmcpauth::inspect
