// How long rows stay after they were last good for something: the same in every store, so that a session moved from
// one to another lives as long.
#pragma once

#include "core/store/records.hpp"

namespace vmcpauth::store {

// Upstream tokens stay this much past their access token's expiry (else the session's), so that they can be refreshed: what
// ToolHive adds (DefaultRefreshTokenTTL; docs/adr/0008).
inline constexpr Seconds kUpstreamRetention{std::chrono::hours(24 * 30)};
// A used code is remembered this much longer than it was good for: replays after that are merely unknown.
inline constexpr Seconds kReplayMemory{std::chrono::hours(24 * 7)};
// A grant is remembered as revoked for the longest refresh lifetime (720 h) and a day, from its revocation on: rotation may
// have kept it alive for years before.
inline constexpr Seconds kRevokedMemory{std::chrono::hours(24 * 31)};
// A DCR client that nobody used for this long is gone.
inline constexpr Seconds kClientIdle{std::chrono::hours(24 * 30)};

// For ever (TimePoint::max()) when neither expiry is known.
[[nodiscard]] inline TimePoint row_expiry(const UpstreamTokens& row, Seconds retention = kUpstreamRetention) {
  const auto& base = row.expires_at ? row.expires_at : row.session_expires_at;
  if (!base || *base > TimePoint::max() - retention) return TimePoint::max();
  return *base + retention;
}

}  // namespace vmcpauth::store
