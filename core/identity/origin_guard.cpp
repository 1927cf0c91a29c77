#include "core/identity/origin_guard.hpp"

#include <algorithm>

#include "core/base/text.hpp"
#include "core/base/url.hpp"

namespace vmcpauth::identity {
namespace {

// The parts of `host[:port]`, by the same parser the rest of the house reads URLs with. Nothing but host and port may be there.
Result<Url> read_authority(std::string_view authority) {
  if (authority.empty() || authority.find_first_of("/?#@\\ ") != std::string_view::npos) return fail(ErrorCode::InvalidInput, "Host header is malformed");
  return Url::parse("http://" + std::string(authority));
}

// The name of a plain `name` or `name:port`, else empty. What nearly every request has needs no URL parser.
std::string_view plain_name(std::string_view authority) noexcept {
  const auto colon = std::min(authority.find(':'), authority.size());
  const auto port = authority.substr(std::min(colon + 1, authority.size()));
  const bool is_port = port.find_first_not_of("0123456789") == std::string_view::npos && (port.size() < 5 || (port.size() == 5 && port <= "65535"));
  return is_port ? authority.substr(0, colon) : std::string_view();
}

}  // namespace

Result<void> OriginGuard::check_host(const http::Headers& headers) const {
  const auto host = headers.get("host");
  if (!host || headers.count("host") > 1) return fail(ErrorCode::InvalidInput, "request has no Host header, or several");
  if (!is_allowed_host(*host)) {
    return std::unexpected(Error(ErrorCode::Forbidden, "this host is not served here").note("Host is \"" + printable(*host, 100) + "\""));
  }
  return {};
}

Result<void> OriginGuard::check(const http::Headers& headers) const {
  TRY_VOID(check_host(headers));
  const auto origin = headers.get("origin");
  if (headers.count("origin") > 1) return fail(ErrorCode::Forbidden, "request has several Origin headers");
  if (origin && !is_allowed_origin(*origin)) {
    return std::unexpected(Error(ErrorCode::Forbidden, "requests from this origin are not allowed").note("Origin is \"" + printable(*origin, 100) + "\""));
  }
  return {};
}

bool OriginGuard::is_allowed_origin(std::string_view origin) const {
  if (contains(settings_.origins, origin)) return true;
  const auto url = Url::parse(origin);
  // Exactly scheme://host[:port]; `null` and anything with a path is no origin a browser sends for a page we know.
  if (!url || !url->path().empty() || url->has_query() || url->has_fragment()) return false;
  return settings_.allow_loopback && url->is_loopback();
}

bool OriginGuard::is_allowed_host(std::string_view host_field) const {
  const auto name = plain_name(host_field);
  if (!name.empty() && ((settings_.allow_loopback && (name == "localhost" || name == "127.0.0.1")) || contains(settings_.hosts, name))) return true;
  const auto url = read_authority(host_field);
  if (!url) return false;
  return (settings_.allow_loopback && url->is_loopback()) || contains(settings_.hosts, url->host());
}

}  // namespace vmcpauth::identity
