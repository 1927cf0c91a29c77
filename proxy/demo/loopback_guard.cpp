#include "proxy/demo/loopback_guard.hpp"

namespace vmcpauth::proxy {

bool host_is_own(const http::Request& request, const Url& own) {
  const auto host = request.headers.get("Host");
  if (!host) return true;
  if (http::equals_ignoring_case(*host, own.authority())) return true;
  const auto url = Url::parse(own.scheme() + "://" + std::string(*host) + "/");
  return url && url->path() == "/" && url->is_loopback() && url->port() == own.port();
}

bool origin_is_local(const http::Request& request) {
  const auto count = request.headers.count("Origin");
  if (count == 0) return true;
  if (count > 1) return false;
  const auto url = Url::parse(*request.headers.get("Origin"));
  return url && url->path().empty() && !url->has_query() && !url->has_fragment() && url->is_loopback();
}

}  // namespace vmcpauth::proxy
