// Who a request says it is from: its Authorization (Basic, Bearer), its Cookie and its form. Lines: the first is Authorization, the
// second Cookie, the rest a form.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/authserver/login_cookie.hpp"
#include "core/identity/authenticator.hpp"
#include "core/oauth/client_authentication.hpp"

using namespace vmcpauth;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return std::string(line);
}

void client_of(const http::Headers& headers, const oauth::Parameters& form) {
  const auto client = oauth::read_client_credentials(headers, form);
  if (!client || !*client) return;
  require(!(*client)->client_id.empty());
  require((*client)->method != oauth::ClientAuthMethod::None || (*client)->secret.reveal().empty());
  require((*client)->method != oauth::ClientAuthMethod::Basic || headers.contains("Authorization"));
}

void cookies_of(const http::Headers& headers, const std::string& sent) {
  for (const bool secure : {true, false}) {
    const authserver::CookieScope scope{.secure = secure, .path = "/oauth"};
    const auto value = authserver::LoginCookie("abc", scope).read(headers);
    require(value.find(';') == std::string::npos && sent.find(value) != std::string::npos);
    http::Headers response;
    authserver::LoginCookie::drop_surplus(headers, response, scope);
    for (const auto& field : response) require(http::is_header_value(field.value));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  http::Headers headers;
  const auto authorization = take_line(text);
  if (!authorization.empty()) headers.add("Authorization", authorization);
  const auto cookie = take_line(text);
  headers.add("Cookie", cookie);
  const auto bearer = identity::read_bearer(headers);
  if (bearer && *bearer) require((*bearer)->reveal().size() <= 16 * 1024 && http::is_header_value((*bearer)->reveal()));
  if (const auto form = oauth::Parameters::parse(text)) client_of(headers, *form);
  cookies_of(headers, cookie);
  return 0;
}
