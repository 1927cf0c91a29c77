#include "core/jose/key_ring.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/crypto/private_key.hpp"
#include "core/jose/public_key.hpp"

namespace vmcpauth::jose {
namespace {

// What a key of ours signs with; RSA keys could do more, one choice is enough.
Algorithm algorithm_for(crypto::KeyType type) noexcept {
  switch (type) {
    case crypto::KeyType::Rsa: return Algorithm::Rs256;
    case crypto::KeyType::P256: return Algorithm::Es256;
    case crypto::KeyType::P384: return Algorithm::Es384;
    case crypto::KeyType::P521: return Algorithm::Es512;
    case crypto::KeyType::Ed25519: return Algorithm::EdDsa;
  }
  return Algorithm::Es256;
}

}  // namespace

struct KeyRing::Impl {
  crypto::PrivateKey signing_key;
  Algorithm algorithm;
  std::string kid;
  JwkSet public_keys;
};

KeyRing::KeyRing(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KeyRing::KeyRing(KeyRing&&) noexcept = default;
KeyRing& KeyRing::operator=(KeyRing&&) noexcept = default;
KeyRing::~KeyRing() = default;

Jwk KeyRing::published(const crypto::PublicKey& key) {
  Jwk jwk = Jwk::from_key(key, std::nullopt, {algorithm_for(key.type())});
  jwk.kid_ = jwk.thumbprint();
  return jwk;
}

Result<KeyRing> KeyRing::from_pem(const std::vector<Secret>& pem) {
  if (pem.empty()) return fail(ErrorCode::InvalidInput, "no signing key");
  std::optional<crypto::PrivateKey> current;
  std::vector<Jwk> jwks;
  for (std::size_t i = 0; i < pem.size(); ++i) {
    auto key = crypto::PrivateKey::from_pem(pem[i]);
    if (!key) return std::unexpected(std::move(key).error().note("signing key " + std::to_string(i + 1)));
    auto jwk = published(key->public_key());
    // The same key given twice is published once.
    if (std::ranges::none_of(jwks, [&](const Jwk& other) { return other.kid() == jwk.kid(); })) jwks.push_back(std::move(jwk));
    if (!current) current = *std::move(key);
  }
  const auto algorithm = algorithm_for(current->type());
  std::string kid = *jwks.front().kid();
  return KeyRing(std::make_unique<Impl>(Impl{*std::move(current), algorithm, std::move(kid), JwkSet(std::move(jwks))}));
}

Result<KeyRing> KeyRing::generate() {
  TRY(auto key, crypto::PrivateKey::generate(crypto::KeyType::P256));
  auto jwk = published(key.public_key());
  std::string kid = *jwk.kid();
  return KeyRing(std::make_unique<Impl>(Impl{std::move(key), Algorithm::Es256, std::move(kid), JwkSet({std::move(jwk)})}));
}

Result<Secret> KeyRing::generate_pem(Algorithm algorithm) {
  TRY(auto key, crypto::PrivateKey::generate(key_type_of(algorithm)));
  return key.to_pem();
}

Result<std::string> KeyRing::sign(std::string_view typ, const Json& claims) const { return sign_with_header(Json{{"kid", impl_->kid}, {"typ", typ}}, claims); }

Result<std::string> KeyRing::sign_with_header(Json header, const Json& claims) const {
  header["alg"] = to_string(impl_->algorithm);
  std::string token = base64url_encode(dump_json(header)) + '.' + base64url_encode(dump_json(claims));
  TRY(auto signature, impl_->signing_key.sign(scheme_of(impl_->algorithm), token));
  token += '.';
  token += base64url_encode(signature);
  return token;
}

Algorithm KeyRing::algorithm() const noexcept { return impl_->algorithm; }
const JwkSet& KeyRing::public_keys() const noexcept { return impl_->public_keys; }

}  // namespace vmcpauth::jose
