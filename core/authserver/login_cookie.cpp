#include "core/authserver/login_cookie.hpp"

#include <optional>
#include <vector>

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"

namespace vmcpauth::authserver {
namespace {

constexpr std::size_t kMaxLogins = 16;

std::string prefix(bool secure) { return secure ? "__Host-vmcpauth-login-" : "vmcpauth-login-"; }

std::string attributes(const CookieScope& scope, Seconds max_age) {
  return "; Path=" + (scope.secure ? std::string("/; Secure") : scope.path) + "; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(max_age.count());
}

struct Pair {
  std::string_view name, value;
};

std::vector<Pair> cookies(const http::Headers& request) {
  std::vector<Pair> out;
  for (const auto& header : request) {
    if (!http::equals_ignoring_case(header.name, "cookie")) continue;
    std::string_view rest = header.value;
    while (!rest.empty() && out.size() < 200) {
      const auto end = rest.find(';');
      auto pair = rest.substr(0, end);
      rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      const auto equals = pair.find('=');
      if (equals != std::string_view::npos) out.push_back({pair.substr(0, equals), pair.substr(equals + 1)});
    }
  }
  return out;
}

bool is_cookie_name(std::string_view name) { return http::is_header_name(name) && name.size() <= 64; }

}  // namespace

LoginCookie::LoginCookie(std::string_view login, CookieScope scope) : name_(prefix(scope.secure) + std::string(login)), scope_(std::move(scope)) {}

std::string LoginCookie::read(const http::Headers& request) const {
  std::optional<std::string_view> found;
  for (const auto& cookie : cookies(request)) {
    if (cookie.name != name_) continue;
    if (found) return {};
    found = cookie.value;
  }
  return std::string(found.value_or(std::string_view{}));
}

void LoginCookie::set(http::Headers& response, std::string_view value, Seconds max_age) const {
  response.add("Set-Cookie", name_ + "=" + std::string(value) + attributes(scope_, max_age));
}

void LoginCookie::clear(http::Headers& response) const { set(response, "", Seconds(0)); }

std::string LoginCookie::binding(std::string_view value) { return base64url_encode(crypto::sha256(value)); }

void LoginCookie::drop_surplus(const http::Headers& request, http::Headers& response, const CookieScope& scope) {
  const auto start = prefix(scope.secure);
  std::vector<std::string_view> ours;  // browsers send older ones first (RFC 6265 §5.4)
  for (const auto& cookie : cookies(request)) {
    if (cookie.name.starts_with(start) && is_cookie_name(cookie.name)) ours.push_back(cookie.name);
  }
  for (std::size_t i = 0; i + kMaxLogins <= ours.size(); ++i) {
    response.add("Set-Cookie", std::string(ours[i]) + "=" + attributes(scope, Seconds(0)));
  }
}

}  // namespace vmcpauth::authserver
