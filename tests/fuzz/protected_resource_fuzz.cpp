// Protected-resource metadata: what is accepted names at least one issuer, and only a resource of the server itself passes.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/client/protected_resource.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vmcpauth;
  static const Url server = *Url::parse("https://mcp.test/mcp");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto resource = client::parse_protected_resource(text);
  if (!resource) return 0;
  if (resource->authorization_servers.empty() || resource->authorization_servers.size() > 20) std::abort();
  if (client::check_resource(resource->resource, server)) {
    const auto url = Url::parse(resource->resource);
    if (!url || url->origin() != server.origin()) std::abort();
  }
  return 0;
}
