// The look of every page a person sees while signing in: one shell, one style sheet (light and dark, narrow and wide, no script,
// nothing from elsewhere), and a Content-Security-Policy that allows exactly that style sheet by its hash. Used by the
// authorization server, the login client's receiver and the built-in identity providers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/http/message.hpp"

namespace vmcpauth::oauth {

struct Page {
  std::string title;      // plain text
  std::string badge;      // plain text: whose page this is
  std::string body_html;  // already escaped where it holds foreign text
  bool wide = false;      // room for tables
};

// The finished answer: no-store, nosniff, no referrer, no framing, strict CSP.
[[nodiscard]] http::Response page_response(int status, const Page& page);

// Foreign text for a page: no control characters, bounded, escaped.
[[nodiscard]] std::string page_text(std::string_view text, std::size_t max_bytes = 120);

// A list of scopes as labels; "" when there are none. `label` is read out before them.
[[nodiscard]] std::string scope_list_html(const std::vector<std::string>& scopes, std::string_view label);

// "no expiry known", "expired" or "expires in 59m 30s", with the moment itself for machines.
[[nodiscard]] std::string expiry_html(std::optional<TimePoint> expires_at, TimePoint now);

}  // namespace vmcpauth::oauth
