#include "core/oauth/dpop.hpp"

#include <vector>

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"

namespace vmcpauth::oauth {

Result<DpopKey> DpopKey::generate() {
  TRY(auto pem, jose::KeyRing::generate_pem(jose::Algorithm::Es256));
  return from_pem(std::move(pem));
}

Result<DpopKey> DpopKey::from_pem(Secret pem) {
  std::vector<Secret> keys;
  keys.push_back(pem.clone());
  TRY(auto ring, jose::KeyRing::from_pem(keys));
  return DpopKey(std::move(pem), std::move(ring));
}

Result<std::string> DpopKey::proof(const Subject& subject, TimePoint now, Random& random) const {
  Json jwk = ring_.public_keys().keys().front().to_json();
  for (const auto* name : {"kid", "alg", "use"}) jwk.erase(name);
  const std::string& path = subject.url.path();
  Json claims{{"jti", random.token(16)}, {"htm", subject.method}, {"htu", subject.url.origin() + (path.empty() ? "/" : path)}, {"iat", unix_seconds(now)}};
  if (!subject.access_token.empty()) claims["ath"] = base64url_encode(crypto::sha256(subject.access_token));
  if (!subject.nonce.empty()) claims["nonce"] = subject.nonce;
  return ring_.sign_with_header(Json{{"typ", "dpop+jwt"}, {"jwk", std::move(jwk)}}, claims);
}

std::string DpopKey::thumbprint() const { return ring_.public_keys().keys().front().thumbprint(); }

}  // namespace vmcpauth::oauth
