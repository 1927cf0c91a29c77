// Redirect URIs: what may be registered and what matches at the authorization endpoint (RFC 6749 §3.1.2, RFC 8252 §7,
// RFC 9700 §2.1). Comparison is byte for byte; the only exception is the port of a loopback address.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace vmcpauth::oauth {

enum class RedirectSchemes : std::uint8_t {
  WebAndLoopback,  // https anywhere, http to loopback
  PrivateUseToo,   // and a native app's own scheme (RFC 8252 §7.1): cursor://, com.example.app:/
};

// At most 2048 bytes, absolute, no fragment, no user information, printable URI characters only. Schemes that a browser or
// system gives a meaning of its own (javascript, data, file, …) are refused. Fails with invalid_redirect_uri.
[[nodiscard]] Result<void> check_redirect_uri(std::string_view uri, RedirectSchemes schemes);

// http or https to 127.0.0.0/8, [::1] or localhost; no name is resolved.
[[nodiscard]] bool is_loopback_redirect(std::string_view uri);

// True when `requested` is one of the registered URIs or, with `any_loopback_port`, differs from one only in the port of
// an http loopback address (RFC 8252 §7.3; for "localhost" too, as native clients use it).
[[nodiscard]] bool is_registered_redirect(const std::vector<std::string>& registered, std::string_view requested, bool any_loopback_port);

}  // namespace vmcpauth::oauth
