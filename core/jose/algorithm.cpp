#include "core/jose/algorithm.hpp"

#include <array>
#include <utility>

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"
#include "core/jose/public_key.hpp"

namespace vmcpauth::jose {
namespace {

struct Row {
  Algorithm algorithm;
  std::string_view name;
  crypto::SignatureScheme scheme;
  crypto::KeyType key_type;
};

using crypto::KeyType;
using crypto::SignatureScheme;

// In the order of the enumerators.
constexpr std::array kTable{
    Row{Algorithm::Rs256, "RS256", SignatureScheme::RsaPkcs1Sha256, KeyType::Rsa},
    Row{Algorithm::Rs384, "RS384", SignatureScheme::RsaPkcs1Sha384, KeyType::Rsa},
    Row{Algorithm::Rs512, "RS512", SignatureScheme::RsaPkcs1Sha512, KeyType::Rsa},
    Row{Algorithm::Ps256, "PS256", SignatureScheme::RsaPssSha256, KeyType::Rsa},
    Row{Algorithm::Ps384, "PS384", SignatureScheme::RsaPssSha384, KeyType::Rsa},
    Row{Algorithm::Ps512, "PS512", SignatureScheme::RsaPssSha512, KeyType::Rsa},
    Row{Algorithm::Es256, "ES256", SignatureScheme::EcdsaSha256, KeyType::P256},
    Row{Algorithm::Es384, "ES384", SignatureScheme::EcdsaSha384, KeyType::P384},
    Row{Algorithm::Es512, "ES512", SignatureScheme::EcdsaSha512, KeyType::P521},
    Row{Algorithm::EdDsa, "EdDSA", SignatureScheme::Ed25519, KeyType::Ed25519},
};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (std::to_underlying(kTable[i].algorithm) != i) return false;
  }
  return true;
}
static_assert(is_in_order());

const Row& row_of(Algorithm algorithm) noexcept { return kTable[std::to_underlying(algorithm)]; }

}  // namespace

std::string_view to_string(Algorithm algorithm) noexcept { return row_of(algorithm).name; }

std::optional<Algorithm> parse_algorithm(std::string_view name) noexcept {
  for (const auto& row : kTable) {
    if (row.name == name) return row.algorithm;
  }
  return std::nullopt;
}

crypto::SignatureScheme scheme_of(Algorithm algorithm) noexcept { return row_of(algorithm).scheme; }
crypto::KeyType key_type_of(Algorithm algorithm) noexcept { return row_of(algorithm).key_type; }

std::string left_half_hash(Algorithm algorithm, std::string_view token) {
  const auto half = [](const std::string& hash) { return base64url_encode(std::string_view(hash).substr(0, hash.size() / 2)); };
  switch (algorithm) {
    case Algorithm::Rs256:
    case Algorithm::Ps256:
    case Algorithm::Es256: return half(crypto::sha256(token));
    case Algorithm::Rs384:
    case Algorithm::Ps384:
    case Algorithm::Es384: return half(crypto::sha384(token));
    case Algorithm::Rs512:
    case Algorithm::Ps512:
    case Algorithm::Es512:
    case Algorithm::EdDsa: return half(crypto::sha512(token));
  }
  return {};
}

}  // namespace vmcpauth::jose
