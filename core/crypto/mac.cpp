#include "core/crypto/mac.hpp"

#include <cstdlib>

#include "core/crypto/openssl.hpp"

namespace vmcpauth::crypto {
namespace {
constexpr std::size_t kMacSize = 32;
constexpr std::size_t kMaxHkdfOutput = 255 * kMacSize;
}  // namespace

std::string HmacSha256::tag(std::string_view data) const {
  std::string out(kMacSize, '\0');
  std::size_t size = 0;
  // A key pointer must be given even for a key of no bytes.
  const auto& key = key_.reveal();
  if (EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA2-256", nullptr, key.data(), key.size(), bytes(data), data.size(), bytes(out), out.size(), &size) == nullptr ||
      size != kMacSize) {
    std::abort();
  }
  return out;
}

bool HmacSha256::verify(std::string_view data, std::string_view candidate) const { return constant_time_equal(tag(data), candidate); }

Result<Secret> hkdf_sha256(const Secret& key_material, std::string_view salt, std::string_view info, std::size_t length) {
  if (length == 0 || length > kMaxHkdfOutput) return fail(ErrorCode::InvalidInput, "HKDF cannot give that many bytes");
  const ErrorQueueScope errors;
  const Kdf kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const KdfCtx context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  if (!context) return fail(ErrorCode::Internal, "HKDF is not available");
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  const auto& key = key_material.reveal();
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_KDF_PARAM_DIGEST, "SHA2-256", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_KDF_PARAM_KEY, key.data(), key.size()) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_KDF_PARAM_SALT, salt.data(), salt.size()) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_KDF_PARAM_INFO, info.data(), info.size()) != 1) {
    return fail(ErrorCode::Internal, "HKDF parameters could not be set");
  }
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  std::string out(length, '\0');
  if (!params || EVP_KDF_derive(context.get(), bytes(out), out.size(), params.get()) != 1) return fail(ErrorCode::Internal, "HKDF failed");
  return Secret(std::move(out));
}

}  // namespace vmcpauth::crypto
