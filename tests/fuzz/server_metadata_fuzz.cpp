// Metadata of an authorization server: nothing but https and loopback URLs may come out of it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/oauth/server_metadata.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vmcpauth;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(oauth::discovery_urls(text, oauth::DiscoveryOrder::OAuth));
  const auto metadata = oauth::parse_server_metadata(text, "https://as.example", {});
  if (!metadata) return 0;
  for (const auto* url : {&metadata->authorization_endpoint, &metadata->token_endpoint, &metadata->jwks_uri, &metadata->registration_endpoint,
                          &metadata->userinfo_endpoint, &metadata->introspection_endpoint, &metadata->revocation_endpoint}) {
    if (*url && !(*url)->is_https() && !(*url)->is_loopback()) std::abort();
  }
  return 0;
}
