// What a person copies from the browser's address bar when the browser runs on another machine: the redirect URL with the
// answer in it. Strict about whose answer it is, lenient about what clings to it. Called by the user agent.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.hpp"

namespace vmcpauth::client {

// The query of the pasted URL, at most 16 KiB. InvalidInput (not the redirect URL; nothing in it), BadResponse (another state: the
// answer to another login).
[[nodiscard]] Result<std::string> read_pasted_redirect(std::string_view pasted, std::string_view redirect_uri, std::string_view state);

// Does this query answer the login with that state? Constant time in the state.
[[nodiscard]] bool has_state(std::string_view query, std::string_view state);

}  // namespace vmcpauth::client
