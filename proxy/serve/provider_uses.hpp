// Which backends need which provider's token, in words: what the walk-through tells the user. Read off the strategies.
#pragma once

#include "core/authserver/auth_server.hpp"
#include "core/config/runtime.hpp"

namespace vmcpauth::proxy {

[[nodiscard]] authserver::WalkthroughSettings provider_uses(const config::Runtime& runtime);

}  // namespace vmcpauth::proxy
