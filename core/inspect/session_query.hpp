// Which stored sessions, and which of their rows, somebody asked for; and the walk over a store that finds them a page at
// a time, in bounded memory however many there are. Used by every `token` command that looks into a store.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/base/clock.hpp"
#include "core/base/task.hpp"
#include "core/store/store_browser.hpp"

namespace vmcpauth::inspect {

struct SessionQuery {
  std::string session;              // whole tsid or its beginning; "" = any, as everything below
  std::string user;                 // user id, name or e-mail address, exact
  std::string provider;             // rows of this provider only
  bool expired = false;             // rows whose access token has expired
  std::optional<Seconds> expiring;  // rows whose access token expires within this time, and has not yet
};

// Leaves in the session the rows that are meant. False when the session is not, or none of its rows.
[[nodiscard]] bool narrow(store::SessionView& session, const SessionQuery& query, TimePoint now);

// Called for each session that is meant; false ends the walk.
using Visit = std::function<bool(store::SessionView)>;
// How many sessions have been looked at, after every page.
using Progress = std::function<void(std::uint64_t seen)>;

// Visits what the store holds in its own order. The browser must outlive the task.
[[nodiscard]] Task<Result<void>> visit_sessions(store::StoreBrowser& browser, SessionQuery query, TimePoint now, Visit visit, Progress progress);

// The one session that is meant. InvalidInput: several fit (the message names some); NotFound: none does.
[[nodiscard]] Task<Result<store::SessionView>> choose_session(store::StoreBrowser& browser, SessionQuery query, TimePoint now);

// The one row of the session that is meant by the provider's name, "" when there is only one. InvalidInput, NotFound.
[[nodiscard]] Result<const store::UpstreamTokens*> choose_row(const store::SessionView& session, const std::string& provider);

}  // namespace vmcpauth::inspect
