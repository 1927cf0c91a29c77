#include "core/crypto/public_key.hpp"

#include "core/crypto/pkey.hpp"
#include "core/crypto/roca.hpp"

namespace vmcpauth::crypto {
namespace {

constexpr std::size_t kMinRsaBits = 2048;
constexpr std::size_t kMaxRsaBits = 8192;
constexpr std::size_t kMaxExponentBytes = 8;

bool is_odd(std::string_view number) noexcept { return !number.empty() && (static_cast<unsigned char>(number.back()) & 1U) != 0; }

std::size_t bit_length(std::string_view number) noexcept {
  if (number.empty()) return 0;
  std::size_t bits = (number.size() - 1) * 8;
  for (auto top = static_cast<unsigned>(static_cast<unsigned char>(number.front())); top != 0; top >>= 1U) ++bits;
  return bits;
}

Result<void> check_rsa(const PublicParameters& p) {
  if (p.n.starts_with('\0') || p.e.starts_with('\0')) return fail(ErrorCode::InvalidInput, "RSA number has leading zeros");
  const auto bits = bit_length(p.n);
  if (bits < kMinRsaBits || bits > kMaxRsaBits)
    return fail(ErrorCode::InvalidInput, "RSA modulus has " + std::to_string(bits) + " bits, 2048 to 8192 are allowed");
  if (!is_odd(p.n)) return fail(ErrorCode::InvalidInput, "RSA modulus is even");
  if (!is_odd(p.e) || p.e == std::string_view("\x01", 1) || p.e.size() > kMaxExponentBytes)
    return fail(ErrorCode::InvalidInput, "RSA public exponent is not allowed");
  if (is_roca_modulus(p.n)) return fail(ErrorCode::InvalidInput, "RSA key comes from a broken generator (CVE-2017-15361)");
  return {};
}

Result<void> check_lengths(const PublicParameters& p) {
  if (p.type == KeyType::Rsa) return check_rsa(p);
  const auto size = coordinate_size(p.type);
  const bool edwards = p.type == KeyType::Ed25519;
  if (p.x.size() != size || (edwards ? !p.y.empty() : p.y.size() != size)) return fail(ErrorCode::InvalidInput, "coordinate has the wrong length");
  return {};
}

Pkey from_params(const char* algorithm, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const PkeyCtx context(EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr));
  EVP_PKEY* raw = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 || EVP_PKEY_fromdata(context.get(), &raw, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return nullptr;
  return Pkey(raw);
}

Pkey make_rsa(const PublicParameters& p) {
  const Bignum n(BN_bin2bn(bytes(p.n), static_cast<int>(p.n.size()), nullptr));
  const Bignum e(BN_bin2bn(bytes(p.e), static_cast<int>(p.e.size()), nullptr));
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return nullptr;
  }
  return from_params("RSA", builder.get());
}

Pkey make_ec(const PublicParameters& p) {
  const std::string point = '\x04' + p.x + p.y;
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group_name(p.type), 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
    return nullptr;
  }
  return from_params("EC", builder.get());
}

Pkey make_pkey(const PublicParameters& p) {
  switch (p.type) {
    case KeyType::Rsa: return make_rsa(p);
    case KeyType::P256:
    case KeyType::P384:
    case KeyType::P521: return make_ec(p);
    case KeyType::Ed25519: return Pkey(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, bytes(p.x), p.x.size()));
  }
  return nullptr;
}

// On the curve, not infinity, coordinates below the prime. OpenSSL has checked some of it on import; this is the whole of it.
bool is_valid_point(EVP_PKEY* pkey) {
  const PkeyCtx context(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey, nullptr));
  return context && EVP_PKEY_public_check(context.get()) == 1;
}

// r||s of fixed length → the DER form OpenSSL verifies. Empty when the length is wrong.
std::string der_of(std::string_view signature, std::size_t coordinate) {
  if (signature.size() != 2 * coordinate) return {};
  const int size = static_cast<int>(coordinate);
  Bignum r(BN_bin2bn(bytes(signature), size, nullptr));
  Bignum s(BN_bin2bn(bytes(signature) + coordinate, size, nullptr));
  const EcdsaSig parts(ECDSA_SIG_new());
  if (!r || !s || !parts || ECDSA_SIG_set0(parts.get(), r.get(), s.get()) != 1) return {};
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(parts.get(), &der);
  if (length <= 0) return {};
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return out;
}

std::string number_parameter(const EVP_PKEY* pkey, const char* name, std::size_t fixed_size) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(pkey, name, &raw) != 1) return {};
  const Bignum number(raw);
  const auto size = static_cast<std::size_t>(BN_num_bytes(number.get()));
  if (fixed_size != 0 && size > fixed_size) return {};
  std::string out(fixed_size == 0 ? size : fixed_size, '\0');
  if (BN_bn2binpad(number.get(), bytes(out), static_cast<int>(out.size())) < 0) return {};
  return out;
}

std::optional<KeyType> curve_of(const EVP_PKEY* pkey) {
  std::string name(64, '\0');
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(pkey, name.data(), name.size(), &size) != 1) return std::nullopt;
  name.resize(size);
  for (const auto type : {KeyType::P256, KeyType::P384, KeyType::P521}) {
    if (name == group_name(type)) return type;
  }
  return std::nullopt;
}

}  // namespace

std::size_t coordinate_size(KeyType type) noexcept {
  switch (type) {
    case KeyType::P256:
    case KeyType::Ed25519: return 32;
    case KeyType::P384: return 48;
    case KeyType::P521: return 66;
    case KeyType::Rsa: return 0;
  }
  return 0;
}

const char* group_name(KeyType type) noexcept {
  switch (type) {
    case KeyType::P256: return SN_X9_62_prime256v1;
    case KeyType::P384: return SN_secp384r1;
    case KeyType::P521: return SN_secp521r1;
    case KeyType::Rsa:
    case KeyType::Ed25519: return nullptr;
  }
  return nullptr;
}

SchemeTraits traits_of(SignatureScheme scheme) noexcept {
  switch (scheme) {
    case SignatureScheme::RsaPkcs1Sha256: return {KeyType::Rsa, EVP_sha256(), false};
    case SignatureScheme::RsaPkcs1Sha384: return {KeyType::Rsa, EVP_sha384(), false};
    case SignatureScheme::RsaPkcs1Sha512: return {KeyType::Rsa, EVP_sha512(), false};
    case SignatureScheme::RsaPssSha256: return {KeyType::Rsa, EVP_sha256(), true};
    case SignatureScheme::RsaPssSha384: return {KeyType::Rsa, EVP_sha384(), true};
    case SignatureScheme::RsaPssSha512: return {KeyType::Rsa, EVP_sha512(), true};
    case SignatureScheme::EcdsaSha256: return {KeyType::P256, EVP_sha256(), false};
    case SignatureScheme::EcdsaSha384: return {KeyType::P384, EVP_sha384(), false};
    case SignatureScheme::EcdsaSha512: return {KeyType::P521, EVP_sha512(), false};
    case SignatureScheme::Ed25519: return {KeyType::Ed25519, nullptr, false};
  }
  return {KeyType::Ed25519, nullptr, false};
}

bool fits(SignatureScheme scheme, KeyType type) noexcept { return traits_of(scheme).type == type; }

bool set_padding(EVP_PKEY_CTX* context, const SchemeTraits& traits) noexcept {
  if (traits.type != KeyType::Rsa) return true;
  if (!traits.pss) return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(context, traits.md) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

Result<PublicParameters> parameters_of(const EVP_PKEY* pkey) {
  PublicParameters p;
  if (EVP_PKEY_is_a(pkey, "RSA") == 1) {
    p.type = KeyType::Rsa;
    p.n = number_parameter(pkey, OSSL_PKEY_PARAM_RSA_N, 0);
    p.e = number_parameter(pkey, OSSL_PKEY_PARAM_RSA_E, 0);
  } else if (EVP_PKEY_is_a(pkey, "EC") == 1) {
    const auto curve = curve_of(pkey);
    if (!curve) return fail(ErrorCode::Unsupported, "curve is not P-256, P-384 or P-521");
    p.type = *curve;
    p.x = number_parameter(pkey, OSSL_PKEY_PARAM_EC_PUB_X, coordinate_size(p.type));
    p.y = number_parameter(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, coordinate_size(p.type));
  } else if (EVP_PKEY_is_a(pkey, "ED25519") == 1) {
    p.type = KeyType::Ed25519;
    std::size_t size = coordinate_size(p.type);
    p.x.resize(size);
    if (EVP_PKEY_get_raw_public_key(pkey, bytes(p.x), &size) != 1) p.x.clear();
  } else {
    return fail(ErrorCode::Unsupported, "key type is not RSA, EC or Ed25519");
  }
  TRY_VOID(check_lengths(p));
  return p;
}

Result<PublicKey> PublicKey::from_parameters(PublicParameters parameters) {
  TRY_VOID(check_lengths(parameters));
  const ErrorQueueScope errors;
  Pkey pkey = make_pkey(parameters);
  if (!pkey) return fail(ErrorCode::InvalidInput, "public key is not valid");
  const bool is_curve = group_name(parameters.type) != nullptr;
  if (is_curve && !is_valid_point(pkey.get())) return fail(ErrorCode::InvalidInput, "point is not on the curve");
  return PublicKey(std::make_shared<const Impl>(Impl{std::move(pkey), std::move(parameters)}));
}

KeyType PublicKey::type() const noexcept { return impl_->parameters.type; }
const PublicParameters& PublicKey::parameters() const noexcept { return impl_->parameters; }

bool PublicKey::verify(SignatureScheme scheme, std::string_view data, std::string_view signature) const noexcept {
  if (!fits(scheme, type())) return false;
  const ErrorQueueScope errors;
  const auto traits = traits_of(scheme);
  std::string der;
  if (group_name(type()) != nullptr) {
    der = der_of(signature, coordinate_size(type()));
    if (der.empty()) return false;
    signature = der;
  }
  const MdCtx context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* pkey_context = nullptr;
  // Owned by `context`. The key is not changed by verifying; the API merely lacks the const.
  return context && EVP_DigestVerifyInit(context.get(), &pkey_context, traits.md, nullptr, impl_->pkey.get()) == 1 && set_padding(pkey_context, traits) &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(data), data.size()) == 1;
}

}  // namespace vmcpauth::crypto
