#include "proxy/backend.hpp"

#include "proxy/tls.hpp"

namespace vmcpauth::proxy {

Result<std::shared_ptr<const Backend>> Backend::make(BackendSettings settings) {
  std::shared_ptr<Backend> backend(new Backend(std::move(settings)));
  const auto& peer = backend->settings_.peer;
  const Url& url = backend->settings_.url;
  if (url.is_https()) {
    TRY(backend->tls_, TlsContext::make(peer.ca_bundle_path));
  }
  backend->host_header_ = url.authority();
  backend->pool_key_ = proxy::pool_key(url, peer);
  return backend;
}

std::string pool_key(const Url& url, const http::PeerPolicy& peer) {
  return url.scheme() + "|" + url.host() + "|" + std::to_string(url.port()) + "|" + peer.ca_bundle_path.value_or("") + "|" +
         (peer.allow_private_addresses ? "p" : "") + (peer.allow_loopback ? "l" : "") + (peer.allow_http ? "h" : "");
}

}  // namespace vmcpauth::proxy
