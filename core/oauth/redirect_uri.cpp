#include "core/oauth/redirect_uri.hpp"

#include <algorithm>
#include <array>

#include "core/base/encoding.hpp"
#include "core/base/text.hpp"
#include "core/base/url.hpp"
#include "core/http/headers.hpp"
#include "core/oauth/error.hpp"

namespace vmcpauth::oauth {
namespace {

constexpr std::size_t kMaxBytes = 2048;

// Schemes that run, read, mail or dial instead of waking the client's own app.
constexpr std::array<std::string_view, 26> kForeignSchemes{"http",        "https",  "javascript", "data",   "vbscript", "file", "blob",   "filesystem", "about",
                                                           "view-source", "jar",    "ws",         "wss",    "ftp",      "ftps", "sftp",   "mailto",     "tel",
                                                           "sms",         "intent", "content",    "chrome", "resource", "ldap", "gopher", "urn"};

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_scheme(std::string_view text) {
  return text.size() >= 2 && is_alpha(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
}

// RFC 3986 characters but '#' and '@'.
bool is_uri_text(std::string_view text) {
  constexpr std::string_view kAllowed = "-._~:/?[]!$&'()*+,;=%";
  return std::all_of(text.begin(), text.end(), [&](char c) { return is_alpha(c) || is_digit(c) || kAllowed.find(c) != std::string_view::npos; });
}

Result<void> check_private_use(std::string_view uri, std::string_view scheme) {
  if (!is_scheme(scheme)) return refuse("invalid_redirect_uri", "redirect_uri has no scheme");
  const auto name = http::to_lower(scheme);
  if (std::find(kForeignSchemes.begin(), kForeignSchemes.end(), name) != kForeignSchemes.end()) {
    return refuse("invalid_redirect_uri", "redirect_uri must not use the scheme " + name);
  }
  const auto rest = uri.substr(scheme.size() + 1);
  if (rest.empty() || rest == "/" || rest == "//") return refuse("invalid_redirect_uri", "redirect_uri is nothing but a scheme");
  if (!is_uri_text(rest) || !percent_decode(rest))
    return refuse("invalid_redirect_uri", "redirect_uri has a fragment, user information or a character no URI has");
  return {};
}

Result<void> check_web(std::string_view uri) {
  const auto url = Url::parse(uri);
  if (!url) return refuse("invalid_redirect_uri", "redirect_uri: " + url.error().message());
  if (url->has_fragment()) return refuse("invalid_redirect_uri", "redirect_uri has a fragment");
  if (!url->is_https() && !url->is_loopback()) return refuse("invalid_redirect_uri", "redirect_uri must be https unless it is a loopback address");
  return {};
}

bool matches_but_for_port(std::string_view registered, const Url& requested) {
  const auto url = Url::parse(registered);
  return url && url->scheme() == "http" && url->is_loopback() && url->host() == requested.host() && url->path() == requested.path() &&
         url->has_query() == requested.has_query() && url->query() == requested.query();
}

}  // namespace

Result<void> check_redirect_uri(std::string_view uri, RedirectSchemes schemes) {
  if (uri.size() > kMaxBytes) return refuse("invalid_redirect_uri", "redirect_uri is longer than 2048 bytes");
  const auto scheme = uri.substr(0, uri.find(':'));
  if (scheme.size() == uri.size()) return refuse("invalid_redirect_uri", "redirect_uri is not absolute");
  const bool web = http::equals_ignoring_case(scheme, "https") || http::equals_ignoring_case(scheme, "http");
  if (web) return check_web(uri);
  if (schemes == RedirectSchemes::WebAndLoopback) return refuse("invalid_redirect_uri", "redirect_uri must be https, or http to a loopback address");
  return check_private_use(uri, scheme);
}

bool is_loopback_redirect(std::string_view uri) {
  const auto url = Url::parse(uri);
  return url && url->is_loopback();
}

bool is_registered_redirect(const std::vector<std::string>& registered, std::string_view requested, bool any_loopback_port) {
  if (requested.size() > kMaxBytes) return false;
  if (std::find(registered.begin(), registered.end(), requested) != registered.end()) return true;
  if (!any_loopback_port) return false;
  const auto url = Url::parse(requested);
  if (!url || url->scheme() != "http" || !url->is_loopback() || url->has_fragment()) return false;
  return std::any_of(registered.begin(), registered.end(), [&](const auto& uri) { return matches_but_for_port(uri, *url); });
}

}  // namespace vmcpauth::oauth
