// What the browser shows when a login is over: who was signed in where, what was granted and for how long, or what went wrong.
#pragma once

#include "core/base/clock.hpp"
#include "core/client/user_agent.hpp"
#include "core/http/message.hpp"

namespace vmcpauth::proxy {

[[nodiscard]] http::Response final_page(const client::LoginOutcome& outcome, TimePoint now);

}  // namespace vmcpauth::proxy
