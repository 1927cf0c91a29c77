// The cookie that binds a login to the browser it began in: set when we redirect to a provider, demanded when the provider
// sends the browser back. A callback link opened in somebody else's browser (login CSRF, RFC 6749 §10.12; RFC 9700 §4.7) has none.
// One cookie a login, named after it, so that parallel logins of one browser do not disturb each other.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::authserver {

// Over https the name gets the __Host- prefix, Secure and the whole path (RFC 6265bis §4.1.3); over plain http to loopback,
// where neither is possible, the cookie goes no further than `path`.
struct CookieScope {
  bool secure = false;
  std::string path;
};

class LoginCookie {
 public:
  LoginCookie(std::string_view login, CookieScope scope);

  // The value the request carries under our name; "" when none, or when it was sent twice.
  [[nodiscard]] std::string read(const http::Headers& request) const;
  void set(http::Headers& response, std::string_view value, Seconds max_age) const;
  void clear(http::Headers& response) const;

  // What is stored of a value: its SHA-256.
  [[nodiscard]] static std::string binding(std::string_view value);
  // Expires the oldest of our cookies when a browser carries more than 16 logins that were never finished.
  static void drop_surplus(const http::Headers& request, http::Headers& response, const CookieScope& scope);

 private:
  std::string name_;
  CookieScope scope_;
};

}  // namespace vmcpauth::authserver
