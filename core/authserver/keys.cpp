#include "core/authserver/keys.hpp"

#include "core/jose/key_ring.hpp"

namespace vmcpauth::authserver {

Result<EphemeralKeys> EphemeralKeys::make(Random& random) {
  TRY(auto pem, jose::KeyRing::generate_pem(jose::Algorithm::Es256));
  return EphemeralKeys{std::move(pem), Secret(random.token(32))};
}

void EphemeralKeys::apply_to(config::AuthServer& config) const {
  if (config.signing_keys.pem.empty()) config.signing_keys.pem.push_back(signing_pem.clone());
  if (config.hmac_secrets.empty()) config.hmac_secrets.push_back(hmac.clone());
}

}  // namespace vmcpauth::authserver
