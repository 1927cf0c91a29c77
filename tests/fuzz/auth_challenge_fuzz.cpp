// WWW-Authenticate of a server: bounded, and nothing that could not stand in a header comes out as a name.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/client/refusal.hpp"
#include "core/http/auth_challenge.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vmcpauth;
  http::Headers headers;
  headers.add("WWW-Authenticate", std::string(reinterpret_cast<const char*>(data), size));
  const auto challenges = http::read_challenges(headers);
  if (challenges.size() > 16) std::abort();
  for (const auto& challenge : challenges) {
    if (!http::is_header_name(challenge.scheme) || challenge.parameters.size() > 32) std::abort();
    for (const auto& [name, value] : challenge.parameters) {
      if (!http::is_header_name(name) || value.size() > size) std::abort();
    }
  }
  const auto refusal = client::read_refusal(headers);
  for (const char c : refusal.error + refusal.description) {
    if (static_cast<unsigned char>(c) < 0x20) std::abort();
  }
  return 0;
}
