#include "core/crypto/aead.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "core/crypto/openssl.hpp"

namespace vmcpauth::crypto {
namespace {
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;
// EVP counts in int; far beyond any token.
constexpr std::size_t kMaxSize = std::numeric_limits<int>::max() / 2;

int size_of(std::string_view text) noexcept { return static_cast<int>(text.size()); }
}  // namespace

Result<Aes256Gcm> Aes256Gcm::with_key(Secret key) {
  if (key.reveal().size() != kKeySize) return fail(ErrorCode::InvalidInput, "an AES-256 key has 32 bytes");
  return Aes256Gcm(std::move(key));
}

Result<std::string> Aes256Gcm::seal(const Secret& plaintext, std::string_view context, Random& random) const {
  const std::string& plain = plaintext.reveal();
  if (plain.size() > kMaxSize || context.size() > kMaxSize) return fail(ErrorCode::TooLarge, "too much to seal");
  const ErrorQueueScope errors;
  std::string out(kNonceSize + plain.size() + kTagSize, '\0');
  random.fill({bytes(out), kNonceSize});
  const CipherCtx cipher(EVP_CIPHER_CTX_new());
  unsigned char* const body = bytes(out) + kNonceSize;
  int length = 0;
  if (!cipher || EVP_EncryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), bytes(key_.reveal()), bytes(out), nullptr) != 1 ||
      EVP_EncryptUpdate(cipher.get(), nullptr, &length, bytes(context), size_of(context)) != 1 ||
      EVP_EncryptUpdate(cipher.get(), body, &length, bytes(plain), size_of(plain)) != 1 ||
      EVP_EncryptFinal_ex(cipher.get(), body + plain.size(), &length) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, kTagSize, body + plain.size()) != 1) {
    return fail(ErrorCode::Internal, "AES-256-GCM failed");
  }
  return out;
}

Result<Secret> Aes256Gcm::open(std::string_view sealed, std::string_view context) const {
  if (sealed.size() < kNonceSize + kTagSize) return fail(ErrorCode::BadSignature, "sealed value is too short");
  if (sealed.size() > kMaxSize || context.size() > kMaxSize) return fail(ErrorCode::TooLarge, "too much to open");
  const ErrorQueueScope errors;
  const auto nonce = sealed.substr(0, kNonceSize);
  const auto body = sealed.substr(kNonceSize, sealed.size() - kNonceSize - kTagSize);
  std::array<unsigned char, kTagSize> tag;
  std::copy_n(bytes(sealed) + sealed.size() - kTagSize, kTagSize, tag.begin());
  const CipherCtx cipher(EVP_CIPHER_CTX_new());
  std::string plain(body.size(), '\0');
  int length = 0;
  const bool good = cipher && EVP_DecryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), bytes(key_.reveal()), bytes(nonce), nullptr) == 1 &&
                    EVP_DecryptUpdate(cipher.get(), nullptr, &length, bytes(context), size_of(context)) == 1 &&
                    EVP_DecryptUpdate(cipher.get(), bytes(plain), &length, bytes(body), size_of(body)) == 1 &&
                    EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1 &&
                    EVP_DecryptFinal_ex(cipher.get(), bytes(plain) + plain.size(), &length) == 1;
  Secret opened(std::move(plain));  // cleansed when the tag does not fit
  if (!good) return fail(ErrorCode::BadSignature, "sealed value does not open with this key");
  return opened;
}

}  // namespace vmcpauth::crypto
