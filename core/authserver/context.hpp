// What the endpoints of one authorization server share. Made by AuthServer::make(); private to this room.
#pragma once

#include <string>
#include <vector>

#include "core/authserver/auth_server.hpp"
#include "core/authserver/login_cookie.hpp"
#include "core/jose/key_ring.hpp"
#include "core/oauth/opaque_token.hpp"

namespace vmcpauth::authserver {

// Every URL of ours, built once.
struct Endpoints {
  std::string issuer;
  std::string issuer_path;  // "" or "/…": also stripped from request paths
  std::string authorize, token, revocation, registration, jwks, error_report, step, progress, session;
  CookieScope cookies;
  // False when some upstream sends the browser back to another host than it began at, where our cookie cannot follow.
  bool can_bind_browser = true;
};

[[nodiscard]] Result<Endpoints> make_endpoints(const config::AuthServer& config);

struct Context {
  const config::AuthServer& config;
  Dependencies deps;
  Endpoints endpoints;
  jose::KeyRing keys;
  oauth::OpaqueTokens opaque;

  [[nodiscard]] TimePoint now() const { return deps.clock.now(); }
  // What a login may name as `resource`: the allowed audiences and the backends below them.
  [[nodiscard]] std::vector<std::string> login_resources() const;
};

// One step of a login (or of a token's life) into the timeline and, as one line, into the log. Sets `at`.
void note(const Context& context, LogLevel level, Event event);

// What the client is told of an error: its own mistakes in our words, everything else as the code's fixed text.
[[nodiscard]] std::string client_text(const Error& error);

inline constexpr std::size_t kMaxBodyBytes = 64 * 1024;
inline constexpr Seconds kLoginTime{std::chrono::minutes(10)};

}  // namespace vmcpauth::authserver
