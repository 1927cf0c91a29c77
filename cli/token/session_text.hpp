// Stored sessions as text for people: one line a session, one a provider below it, so that any number can be printed as they
// are read. Used by `token list`, `token doctor`, `token refresh`.
#pragma once

#include <string>

#include "cli/token/paint.hpp"
#include "core/base/clock.hpp"
#include "core/inspect/session_health.hpp"
#include "core/store/store_browser.hpp"

namespace vmcpauth::cli {

// "a1b2c3d4e5f6  Ann <ann@example.com>, client claude, created 2h ago, used 3m ago"
[[nodiscard]] std::string session_line(const store::SessionView& session, TimePoint now, const Paint& paint);
// "expires in 42m (2026-11-24 14:03:11Z), refresh token, last refresh 5m ago, scopes openid email"
[[nodiscard]] std::string row_text(const store::UpstreamTokens& row, TimePoint now, const Paint& paint);
// The session with all its rows.
[[nodiscard]] std::string session_text(const store::SessionView& session, TimePoint now, const Paint& paint);
// The session with what is wrong with it.
[[nodiscard]] std::string health_text(const store::SessionView& session, const inspect::SessionHealth& health, TimePoint now, const Paint& paint);

}  // namespace vmcpauth::cli
