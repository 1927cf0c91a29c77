#include "proxy/serve/mounted_backend.hpp"

#include "core/outgoing/forward_headers.hpp"

namespace vmcpauth::proxy {

Result<MountedBackend> MountedBackend::make(const config::Backend& settings, outgoing::Dependencies dependencies) {
  const auto named = [&](Error error) { return std::unexpected(std::move(error).note("backend \"" + settings.name + "\"")); };
  BackendSettings origin{.name = settings.name, .url = settings.url};
  origin.peer.ca_bundle_path = settings.ca_bundle_path;
  origin.peer.ca_bundle_pem = settings.ca_bundle_pem;
  auto made = Backend::make(std::move(origin));
  if (!made) return named(std::move(made).error());
  auto auth = outgoing::make_outgoing(settings.strategy, dependencies);
  if (!auth) return named(std::move(auth).error());
  auth = outgoing::with_forward_headers(*std::move(auth), settings.forward_headers, dependencies.logger);
  if (!auth) return named(std::move(auth).error());
  return MountedBackend{settings.name, settings.url.target(), *std::move(made), *std::move(auth)};
}

std::string MountedBackend::target_for(std::string_view client_query) const {
  if (client_query.empty()) return target;
  std::string out = target;
  out += out.find('?') == std::string::npos ? '?' : '&';
  out += client_query;
  return out;
}

}  // namespace vmcpauth::proxy
