#include "core/crypto/digest.hpp"

#include <cstdlib>

#include "core/crypto/openssl.hpp"

namespace vmcpauth::crypto {
namespace {

// Fetched once: an implicit fetch per digest costs more than hashing a token does.
struct Algorithms {
  EVP_MD* sha256 = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  EVP_MD* sha384 = EVP_MD_fetch(nullptr, "SHA2-384", nullptr);
  EVP_MD* sha512 = EVP_MD_fetch(nullptr, "SHA2-512", nullptr);
};

const Algorithms& algorithms() {
  static const Algorithms fetched;
  return fetched;
}

// A process whose OpenSSL has no SHA-2 cannot do anything here; there is no error to hand to anybody.
void digest(const EVP_MD* md, std::string_view data, unsigned char* out) noexcept {
  static thread_local const MdCtx context(EVP_MD_CTX_new());
  if (md == nullptr || !context || EVP_DigestInit_ex(context.get(), md, nullptr) != 1 || EVP_DigestUpdate(context.get(), data.data(), data.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), out, nullptr) != 1) {
    std::abort();
  }
}

std::string digest_text(const EVP_MD* md, std::size_t size, std::string_view data) {
  std::string out(size, '\0');
  digest(md, data, bytes(out));
  return out;
}

}  // namespace

Sha256 sha256_array(std::string_view data) noexcept {
  Sha256 out;
  digest(algorithms().sha256, data, out.data());
  return out;
}

std::string sha256(std::string_view data) { return digest_text(algorithms().sha256, 32, data); }
std::string sha384(std::string_view data) { return digest_text(algorithms().sha384, 48, data); }
std::string sha512(std::string_view data) { return digest_text(algorithms().sha512, 64, data); }

}  // namespace vmcpauth::crypto
