// What will break in a stored session, and when: by what the rows say, and with a configuration by what its backends need.
// Pure; used by `token doctor`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/config/runtime.hpp"
#include "core/inspect/observation.hpp"
#include "core/store/store_browser.hpp"

namespace vmcpauth::inspect {

struct RowHealth {
  std::string provider;
  Observations observations;           // the worst first
  std::optional<TimePoint> breaks_at;  // when it stops working, as far as is known; in the past: it does not work now
};

struct SessionHealth {
  std::vector<RowHealth> rows;  // by provider; those that are missing too
  Observations observations;    // about the session as a whole
  [[nodiscard]] Severity worst() const;
};

// `runtime` may be null: then nothing is known of needs and scopes.
[[nodiscard]] SessionHealth judge_session(const store::SessionView& session, const config::Runtime* runtime, TimePoint now);

}  // namespace vmcpauth::inspect
