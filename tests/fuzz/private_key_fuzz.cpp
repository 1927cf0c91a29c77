// PEM private keys: what loads must sign, verify and load again.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/jose/compact_jws.hpp"
#include "core/jose/key_ring.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vmcpauth;
  std::vector<Secret> pem;
  pem.emplace_back(std::string(reinterpret_cast<const char*>(data), size));
  const auto ring = jose::KeyRing::from_pem(pem);
  if (!ring) return 0;
  const auto token = ring->sign("JWT", {{"sub", "u"}});
  if (!token) std::abort();
  const auto jws = jose::CompactJws::parse(*token);
  if (!jws || !jose::verify_signature(jws->header, jws->signing_input, jws->signature, {ring->algorithm()}, ring->public_keys())) std::abort();
  return 0;
}
