// The door of this room: a backend's configured strategy becomes an OutgoingAuth. The composition root calls it once
// a backend; the objects are immutable but for their bounded caches, and thread-safe.
#pragma once

#include <memory>
#include <string>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/config/runtime.hpp"
#include "core/http/client.hpp"
#include "core/outgoing/outgoing_auth.hpp"

namespace vmcpauth::outgoing {

// Collaborators; all must outlive the strategy.
struct Dependencies {
  http::HttpClient& http;
  const Clock& clock;
  const Logger& logger;
  // Where a user signs in again, named in "no usable token" errors; "" = not said.
  std::string sign_in_hint;
  // auth_server.disable_upstream_token_injection: strategies that hand out an upstream's token are refused.
  bool upstream_token_injection_disabled = false;
};

// Copies what it needs. InvalidConfig: a header name or value that cannot be sent, an empty provider name, a client
// secret without client id, a strategy at odds with disable_upstream_token_injection.
[[nodiscard]] Result<std::unique_ptr<OutgoingAuth>> make_outgoing(const config::Strategy& strategy, Dependencies dependencies);

}  // namespace vmcpauth::outgoing
