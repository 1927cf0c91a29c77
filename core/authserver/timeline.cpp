#include "core/authserver/timeline.hpp"

#include <algorithm>
#include <utility>

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"

namespace vmcpauth::authserver {

LogEvent log_event(EventKind kind) noexcept {
  switch (kind) {
    case EventKind::LoginStarted: return "login_started";
    case EventKind::LegStarted: return "leg_started";
    case EventKind::CallbackReceived: return "callback_received";
    case EventKind::ExchangeSucceeded: return "exchange_succeeded";
    case EventKind::ExchangeFailed: return "exchange_failed";
    case EventKind::TokensStored: return "tokens_stored";
    case EventKind::TokensReused: return "tokens_reused";
    case EventKind::TokensRefreshed: return "tokens_refreshed";
    case EventKind::CodeIssued: return "code_issued";
    case EventKind::LoginFailed: return "login_failed";
    case EventKind::TokenIssued: return "token_issued";
    case EventKind::TokenRefreshed: return "token_refreshed";
    case EventKind::TokenExchanged: return "token_exchanged";
    case EventKind::TokenRefused: return "token_refused";
    case EventKind::GrantRevoked: return "grant_revoked";
    case EventKind::RevocationRefused: return "revocation_refused";
    case EventKind::ClientRegistered: return "client_registered";
  }
  std::unreachable();
}

std::string_view to_string(EventKind kind) noexcept { return log_event(kind).text(); }

std::string login_id(std::string_view session_id) { return base64url_encode(crypto::sha256(session_id)).substr(0, 16); }

void Timeline::record(Event event) {
  for (auto* text : {&event.provider, &event.client_id, &event.code, &event.detail}) *text = printable(*text, 500);
  events_.with([&](std::deque<Event>& events) {
    if (capacity_ == 0) return;
    if (events.size() >= capacity_) events.pop_front();
    events.push_back(std::move(event));
  });
}

std::vector<Event> Timeline::recent(std::size_t limit) const {
  return events_.with([&](const std::deque<Event>& events) {
    const auto count = static_cast<std::ptrdiff_t>(std::min(limit, events.size()));
    return std::vector<Event>(events.end() - count, events.end());
  });
}

std::vector<Event> Timeline::of_login(std::string_view login) const {
  return events_.with([&](const std::deque<Event>& events) {
    std::vector<Event> out;
    for (const auto& event : events) {
      if (event.login == login) out.push_back(event);
    }
    return out;
  });
}

}  // namespace vmcpauth::authserver
