// RAII handles for OpenSSL 3 objects; only this room includes it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

namespace vmcpauth::crypto {

template <auto Free>
struct OpenSslFree {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

using Pkey = std::unique_ptr<EVP_PKEY, OpenSslFree<&EVP_PKEY_free>>;
using PkeyCtx = std::unique_ptr<EVP_PKEY_CTX, OpenSslFree<&EVP_PKEY_CTX_free>>;
using MdCtx = std::unique_ptr<EVP_MD_CTX, OpenSslFree<&EVP_MD_CTX_free>>;
using CipherCtx = std::unique_ptr<EVP_CIPHER_CTX, OpenSslFree<&EVP_CIPHER_CTX_free>>;
using Kdf = std::unique_ptr<EVP_KDF, OpenSslFree<&EVP_KDF_free>>;
using KdfCtx = std::unique_ptr<EVP_KDF_CTX, OpenSslFree<&EVP_KDF_CTX_free>>;
using Bio = std::unique_ptr<BIO, OpenSslFree<&BIO_vfree>>;
using Bignum = std::unique_ptr<BIGNUM, OpenSslFree<&BN_clear_free>>;
using EcdsaSig = std::unique_ptr<ECDSA_SIG, OpenSslFree<&ECDSA_SIG_free>>;
using Params = std::unique_ptr<OSSL_PARAM, OpenSslFree<&OSSL_PARAM_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, OpenSslFree<&OSSL_PARAM_BLD_free>>;

[[nodiscard]] inline const unsigned char* bytes(std::string_view text) noexcept { return reinterpret_cast<const unsigned char*>(text.data()); }
[[nodiscard]] inline unsigned char* bytes(std::string& text) noexcept { return reinterpret_cast<unsigned char*>(text.data()); }

// Leaves no stale entry in this thread's error queue, whatever OpenSSL call failed in between.
class ErrorQueueScope {
 public:
  ErrorQueueScope() noexcept { ERR_clear_error(); }
  ~ErrorQueueScope() { ERR_clear_error(); }
  ErrorQueueScope(const ErrorQueueScope&) = delete;
  ErrorQueueScope& operator=(const ErrorQueueScope&) = delete;
};

}  // namespace vmcpauth::crypto
