// What happened in each login, step by step, for the developer: a bounded ring of redacted events in memory. Written by
// the authorization server (and whoever refreshes upstream tokens later), read by the error page and later a dashboard.
// Holds no token, code, state or session id: a login is named by a digest of its session id.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/guarded.hpp"
#include "core/base/log_vocabulary.hpp"

namespace vmcpauth::authserver {

enum class EventKind : std::uint8_t {
  LoginStarted,
  LegStarted,
  CallbackReceived,
  ExchangeSucceeded,
  ExchangeFailed,
  TokensStored,
  TokensReused,
  TokensRefreshed,
  CodeIssued,
  LoginFailed,
  TokenIssued,
  TokenRefreshed,
  TokenExchanged,
  TokenRefused,
  GrantRevoked,
  RevocationRefused,
  ClientRegistered,
};

[[nodiscard]] LogEvent log_event(EventKind kind) noexcept;
[[nodiscard]] std::string_view to_string(EventKind kind) noexcept;  // its name: snake_case, stable

struct Event {
  TimePoint at;
  std::string login;  // login_id() of the session; "" when there is none (registration)
  EventKind kind = EventKind::LoginStarted;
  std::string provider;  // upstream name; may be empty
  std::string client_id;
  std::string code;    // OAuth error code of a failure; may be empty
  std::string detail;  // redacted and printable; may be empty
};

// Names a session without giving it away: 16 characters of the base64url SHA-256 of its id.
[[nodiscard]] std::string login_id(std::string_view session_id);

class Timeline {
 public:
  explicit Timeline(std::size_t capacity = 4096) : capacity_(capacity) {}

  // Keeps the event, dropping the oldest when full. Detail and names are cut to 500 bytes and made printable.
  void record(Event event);
  // Newest last, at most `limit`.
  [[nodiscard]] std::vector<Event> recent(std::size_t limit = 200) const;
  [[nodiscard]] std::vector<Event> of_login(std::string_view login) const;

 private:
  std::size_t capacity_;
  Guarded<std::deque<Event>> events_;
};

}  // namespace vmcpauth::authserver
