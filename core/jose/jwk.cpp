#include "core/jose/jwk.hpp"

#include <algorithm>
#include <array>

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"
#include "core/jose/compact_jws.hpp"
#include "core/jose/public_key.hpp"

namespace vmcpauth::jose {
namespace {

constexpr std::size_t kMaxKeys = 100;
constexpr std::array kAllAlgorithms{Algorithm::Rs256, Algorithm::Rs384, Algorithm::Rs512, Algorithm::Ps256, Algorithm::Ps384,
                                    Algorithm::Ps512, Algorithm::Es256, Algorithm::Es384, Algorithm::Es512, Algorithm::EdDsa};

Result<std::string> octets(const Json& object, std::string_view name) {
  TRY(auto text, required_string(object, name));
  return base64url_decode(text);
}

Result<crypto::PublicParameters> read_rsa(const Json& object) {
  TRY(auto n, octets(object, "n"));
  TRY(auto e, octets(object, "e"));
  return crypto::PublicParameters{.type = crypto::KeyType::Rsa, .n = std::move(n), .e = std::move(e)};
}

Result<crypto::PublicParameters> read_ec(const Json& object) {
  TRY(auto crv, required_string(object, "crv"));
  crypto::PublicParameters parameters;
  if (crv == "P-256")
    parameters.type = crypto::KeyType::P256;
  else if (crv == "P-384")
    parameters.type = crypto::KeyType::P384;
  else if (crv == "P-521")
    parameters.type = crypto::KeyType::P521;
  else
    return fail(ErrorCode::Unsupported, "curve of the key is not P-256, P-384 or P-521");
  TRY(parameters.x, octets(object, "x"));
  TRY(parameters.y, octets(object, "y"));
  return parameters;
}

Result<crypto::PublicParameters> read_okp(const Json& object) {
  TRY(auto crv, required_string(object, "crv"));
  if (crv != "Ed25519") return fail(ErrorCode::Unsupported, "curve of the key is not Ed25519");
  TRY(auto x, octets(object, "x"));
  return crypto::PublicParameters{.type = crypto::KeyType::Ed25519, .x = std::move(x)};
}

Result<crypto::PublicParameters> read_parameters(const Json& object) {
  TRY(auto kty, required_string(object, "kty"));
  if (kty == "RSA") return read_rsa(object);
  if (kty == "EC") return read_ec(object);
  if (kty == "OKP") return read_okp(object);
  return fail(ErrorCode::Unsupported, "key type is not RSA, EC or OKP");
}

// RFC 7517 §4.2 to §4.4: `use`, `key_ops` and `alg` each only narrow what the key type allows.
Result<std::vector<Algorithm>> read_algorithms(const Json& object, crypto::KeyType type) {
  TRY(auto use, optional_string(object, "use"));
  TRY(auto operations, optional_strings(object, "key_ops"));
  TRY(auto alg, optional_string(object, "alg"));
  std::vector<Algorithm> out;
  if (use && *use != "sig") return out;
  if (operations && std::ranges::find(*operations, "verify") == operations->end()) return out;
  for (const auto algorithm : kAllAlgorithms) {
    if (key_type_of(algorithm) == type && (!alg || *alg == to_string(algorithm))) out.push_back(algorithm);
  }
  return out;
}

const char* curve_name(crypto::KeyType type) noexcept {
  switch (type) {
    case crypto::KeyType::P256: return "P-256";
    case crypto::KeyType::P384: return "P-384";
    case crypto::KeyType::P521: return "P-521";
    case crypto::KeyType::Ed25519: return "Ed25519";
    case crypto::KeyType::Rsa: return "";
  }
  return "";
}

Json required_members(const crypto::PublicParameters& p) {
  if (p.type == crypto::KeyType::Rsa) return {{"kty", "RSA"}, {"n", base64url_encode(p.n)}, {"e", base64url_encode(p.e)}};
  Json out{{"crv", curve_name(p.type)}, {"x", base64url_encode(p.x)}};
  out["kty"] = p.type == crypto::KeyType::Ed25519 ? "OKP" : "EC";
  if (!p.y.empty()) out["y"] = base64url_encode(p.y);
  return out;
}

}  // namespace

Result<Jwk> Jwk::parse(const Json& object) {
  if (!object.is_object()) return fail(ErrorCode::InvalidInput, "JWK is not an object");
  TRY(auto kid, optional_string(object, "kid"));
  if (kid && kid->size() > kMaxKidSize) return fail(ErrorCode::InvalidInput, "kid is too long");
  TRY(auto parameters, read_parameters(object));
  TRY(auto algorithms, read_algorithms(object, parameters.type));
  TRY(auto key, crypto::PublicKey::from_parameters(std::move(parameters)));
  return from_key(std::move(key), std::move(kid), std::move(algorithms));
}

Jwk Jwk::from_key(crypto::PublicKey key, std::optional<std::string> kid, std::vector<Algorithm> algorithms) {
  Jwk jwk;
  jwk.kid_ = std::move(kid);
  jwk.algorithms_ = std::move(algorithms);
  jwk.members_ = required_members(key.parameters());
  jwk.key_ = std::make_shared<const PublicKeyHandle>(std::move(key));
  return jwk;
}

bool Jwk::may_verify(Algorithm algorithm) const noexcept { return std::ranges::find(algorithms_, algorithm) != algorithms_.end(); }

// nlohmann keeps members sorted by name and dumps without white space: exactly RFC 7638 §3.3.
std::string Jwk::thumbprint() const { return base64url_encode(crypto::sha256(dump_json(members_))); }

Json Jwk::to_json() const {
  Json out = members_;
  if (kid_) out["kid"] = *kid_;
  if (algorithms_.size() == 1) out["alg"] = to_string(algorithms_.front());
  out["use"] = "sig";
  return out;
}

Result<JwkSet> JwkSet::parse(std::string_view json_text) {
  TRY(auto document, parse_json_object(json_text));
  const auto keys = document.find("keys");
  if (keys == document.end() || !keys->is_array()) return fail(ErrorCode::InvalidInput, "JWK set has no \"keys\" array");
  if (keys->size() > kMaxKeys) return fail(ErrorCode::TooLarge, "JWK set has more than 100 keys");
  std::vector<Jwk> usable;
  for (const auto& object : *keys) {
    auto jwk = Jwk::parse(object);
    if (jwk) usable.push_back(*std::move(jwk));
  }
  return JwkSet(std::move(usable));
}

std::string JwkSet::to_json_text() const {
  Json keys = Json::array();
  for (const auto& jwk : keys_) keys.push_back(jwk.to_json());
  return dump_json({{"keys", std::move(keys)}});
}

}  // namespace vmcpauth::jose
