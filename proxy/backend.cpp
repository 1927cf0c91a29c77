#include "proxy/backend.hpp"

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"
#include "proxy/tls.hpp"

namespace vmcpauth::proxy {
namespace {

// Short whatever the bundle's size, and text is never taken for a path.
std::string trust_key(const http::PeerPolicy& peer) {
  if (peer.ca_bundle_pem) return "text:" + base64url_encode(crypto::sha256(*peer.ca_bundle_pem));
  return peer.ca_bundle_path ? "file:" + *peer.ca_bundle_path : "system";
}

}  // namespace

Result<std::shared_ptr<const Backend>> Backend::make(BackendSettings settings) {
  std::shared_ptr<Backend> backend(new Backend(std::move(settings)));
  const auto& peer = backend->settings_.peer;
  const Url& url = backend->settings_.url;
  if (url.is_https()) {
    TRY(backend->tls_, TlsContext::make(peer));
  }
  backend->host_header_ = url.authority();
  backend->pool_key_ = proxy::pool_key(url, peer);
  return backend;
}

std::string pool_key(const Url& url, const http::PeerPolicy& peer) {
  return url.scheme() + "|" + url.host() + "|" + std::to_string(url.port()) + "|" + trust_key(peer) + "|" + (peer.allow_private_addresses ? "p" : "") +
         (peer.allow_loopback ? "l" : "") + (peer.allow_http ? "h" : "");
}

}  // namespace vmcpauth::proxy
