#include "core/crypto/passphrase_key.hpp"

#include <array>
#include <bit>

#include "core/crypto/openssl.hpp"

namespace vmcpauth::crypto {
namespace {

constexpr std::size_t kDerivedSize = 32;
constexpr std::size_t kMinSalt = 16;
constexpr std::size_t kMaxSalt = 1024;
constexpr std::uint64_t kMaxMemory = 256ULL << 20U;
constexpr std::uint64_t kMaxWork = 1ULL << 24U;  // n·r·p; the standard cost is 2^20

}  // namespace

Result<void> check_cost(const ScryptCost& cost) {
  const bool in_range = cost.n >= 2 && cost.n <= (1ULL << 24U) && std::has_single_bit(cost.n) && cost.r >= 1 && cost.r <= 64 && cost.p >= 1 && cost.p <= 64;
  if (!in_range) return fail(ErrorCode::InvalidInput, "the scrypt parameters are out of range");
  if (cost.n * cost.r * 128 > kMaxMemory || cost.n * cost.r * cost.p > kMaxWork) {
    return fail(ErrorCode::InvalidInput, "the scrypt parameters ask for too much memory or time");
  }
  return {};
}

Result<Secret> scrypt_key(const Secret& passphrase, std::string_view salt, const ScryptCost& cost) {
  TRY_VOID(check_cost(cost));
  if (passphrase.empty()) return fail(ErrorCode::InvalidInput, "the passphrase is empty");
  if (salt.size() < kMinSalt || salt.size() > kMaxSalt) return fail(ErrorCode::InvalidInput, "the salt has not between 16 and 1024 bytes");
  const ErrorQueueScope errors;
  const Kdf kdf(EVP_KDF_fetch(nullptr, "SCRYPT", nullptr));
  const KdfCtx context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  auto n = cost.n;
  auto r = cost.r;
  auto p = cost.p;
  auto memory = 2 * kMaxMemory;  // what OpenSSL counts is a little more than n·r·128
  // OpenSSL's parameters are not const, but only read.
  auto* const secret = const_cast<char*>(passphrase.reveal().data());
  auto* const salted = const_cast<char*>(salt.data());
  const std::array parameters{OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, secret, passphrase.reveal().size()),
                              OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salted, salt.size()),
                              OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
                              OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_R, &r),
                              OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_P, &p),
                              OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
                              OSSL_PARAM_construct_end()};
  std::string key(kDerivedSize, '\0');
  const bool derived = context && EVP_KDF_derive(context.get(), bytes(key), key.size(), parameters.data()) == 1;
  Secret out(std::move(key));
  if (!derived) return fail(ErrorCode::Internal, "scrypt failed");
  return out;
}

}  // namespace vmcpauth::crypto
