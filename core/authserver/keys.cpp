#include "core/authserver/keys.hpp"

#include "core/base/json.hpp"
#include "core/jose/key_ring.hpp"

namespace vmcpauth::authserver {

Result<EphemeralKeys> EphemeralKeys::make(Random& random) {
  TRY(auto pem, jose::KeyRing::generate_pem(jose::Algorithm::Es256));
  return EphemeralKeys{std::move(pem), Secret(random.token(32))};
}

Secret EphemeralKeys::to_text() const { return Secret(dump_json(Json{{"signing_pem", signing_pem.reveal()}, {"hmac", hmac.reveal()}})); }

Result<EphemeralKeys> EphemeralKeys::from_text(const Secret& text) {
  TRY(const auto json, parse_json_object(text.reveal()));
  TRY(auto pem, required_string(json, "signing_pem"));
  TRY(auto hmac, required_string(json, "hmac"));
  return EphemeralKeys{Secret(std::move(pem)), Secret(std::move(hmac))};
}

void EphemeralKeys::apply_to(config::AuthServer& config) const {
  if (config.signing_keys.pem.empty()) config.signing_keys.pem.push_back(signing_pem.clone());
  if (config.hmac_secrets.empty()) config.hmac_secrets.push_back(hmac.clone());
}

}  // namespace vmcpauth::authserver
