// JWK sets: what parses must publish itself, parse again and be the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/jose/jwk.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vmcpauth;
  const auto set = jose::JwkSet::parse({reinterpret_cast<const char*>(data), size});
  if (!set) return 0;
  const auto text = set->to_json_text();
  const auto again = jose::JwkSet::parse(text);
  if (!again || again->keys().size() != set->keys().size()) std::abort();
  for (std::size_t i = 0; i < set->keys().size(); ++i) {
    if (set->keys()[i].thumbprint() != again->keys()[i].thumbprint()) std::abort();
  }
  return 0;
}
