// From the backends' lists to the session's view: asks those whose answer is not fresh, all at once, and does not wait long
// for the slow; they join the view, with a list_changed, when they answer.
#pragma once

#include <chrono>

#include "proxy/aggregate/session.hpp"

namespace vmcpauth::proxy {

// How old an answer may be that is listed without asking again.
inline constexpr std::chrono::milliseconds kFreshFor{1'000};
// How long a request waits for backends that do not answer.
inline constexpr std::chrono::milliseconds kGrace{3'000};

[[nodiscard]] Task<mcp::ViewPtr> current_view(SessionPtr session, Caller caller);

// The view once every backend has answered for the first time or failed; for names that nobody offers yet. Bounded.
[[nodiscard]] Task<mcp::ViewPtr> complete_view(SessionPtr session);
// "; not heard of yet: a, b": the backends that never answered this user. "" when there are none.
[[nodiscard]] std::string unheard(const Session& session);

// What all backends declare, asking those that never said; as long as the grace allows. Null for those that did not answer.
[[nodiscard]] Task<std::vector<Json>> declared_capabilities(SessionPtr session, Caller caller);
// Asks one backend anew, for its own sake: what it offers is counted and logged.
[[nodiscard]] Task<void> refresh(SessionPtr session, std::size_t backend, Caller caller);

// The backends' instructions, each under its name.
[[nodiscard]] std::string merged_instructions(const House& house);

}  // namespace vmcpauth::proxy
