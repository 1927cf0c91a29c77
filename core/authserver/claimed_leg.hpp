// A pending leg taken out of the store for a browser that may have it: the key works once, and where the login is bound to a
// browser, that browser's cookie must be there. Shared by the two places a login goes on: callback and walk-through step.
#pragma once

#include <expected>
#include <string>

#include "core/authserver/context.hpp"
#include "core/http/message.hpp"

namespace vmcpauth::authserver {

struct ClaimedLeg {
  store::PendingAuthorization leg;
  std::string cookie;  // the login cookie's value, checked; "" when the login is not bound
};

// The leg, or the page that says why not: used, expired, another browser's (then the login ends), store down.
[[nodiscard]] Task<std::expected<ClaimedLeg, http::Response>> claim_leg(const Context& context, std::string key, http::Headers headers);

// A link or form that leads nowhere any more.
[[nodiscard]] http::Response dead_link(std::string message);

}  // namespace vmcpauth::authserver
