// The look of the demo identity providers' pages: one shell, one style sheet (light and dark, narrow and wide, no script),
// and a Content-Security-Policy that allows exactly that style sheet by its hash.
#pragma once

#include <string>
#include <string_view>

#include "core/http/message.hpp"

namespace vmcpauth::proxy {

struct Page {
  std::string title;      // plain text
  std::string badge;      // plain text: whose page this is
  std::string body_html;  // already escaped where it holds foreign text
};

// The finished answer: no-store, nosniff, no referrer, no framing, strict CSP.
[[nodiscard]] http::Response page_response(int status, const Page& page);

}  // namespace vmcpauth::proxy
