#include "core/crypto/private_key.hpp"

#include "core/crypto/pkey.hpp"

namespace vmcpauth::crypto {
namespace {

constexpr std::size_t kMaxPemSize = 64U * 1024U;
constexpr unsigned kGeneratedRsaBits = 2048;

// Called by OpenSSL when a PEM is encrypted; there is never a passphrase to give.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

std::size_t count(std::string_view text, std::string_view part) noexcept {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

Result<Pkey> read_pem(std::string_view pem) {
  if (pem.size() > kMaxPemSize) return fail(ErrorCode::InvalidInput, "PEM is too large");
  const auto keys = count(pem, "PRIVATE KEY-----") / 2;
  if (keys == 0) return fail(ErrorCode::InvalidInput, "no private key in PEM form");
  if (keys > 1) return fail(ErrorCode::InvalidInput, "more than one private key in one PEM");
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) return fail(ErrorCode::Internal, "out of memory");
  bool asked = false;
  Pkey pkey(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &asked));
  if (asked || pem.find("ENCRYPTED") != std::string_view::npos) return fail(ErrorCode::InvalidInput, "private key is encrypted; give it without a passphrase");
  if (!pkey) return fail(ErrorCode::InvalidInput, "private key in PEM form is broken");
  return pkey;
}

// Private and public part belong together; a key pieced together would sign what nobody can verify.
bool is_consistent(EVP_PKEY* pkey) {
  const PkeyCtx context(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey, nullptr));
  return context && EVP_PKEY_pairwise_check(context.get()) == 1;
}

Pkey generate_pkey(KeyType type) {
  switch (type) {
    case KeyType::Rsa: return Pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(kGeneratedRsaBits)));
    case KeyType::P256:
    case KeyType::P384:
    case KeyType::P521: return Pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", group_name(type)));
    case KeyType::Ed25519: return Pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  }
  return nullptr;
}

// DER → r||s of fixed length. Empty on failure.
std::string raw_of(std::string_view der, std::size_t coordinate) {
  const unsigned char* cursor = bytes(der);
  const EcdsaSig parts(d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der.size())));
  if (!parts) return {};
  std::string out(2 * coordinate, '\0');
  const int size = static_cast<int>(coordinate);
  if (BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), bytes(out), size) != size ||
      BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), bytes(out) + coordinate, size) != size) {
    return {};
  }
  return out;
}

}  // namespace

struct PrivateKey::Impl {
  Pkey pkey;
  PublicKey public_key;

  static Result<std::shared_ptr<const Impl>> make(Pkey pkey) {
    TRY(auto parameters, parameters_of(pkey.get()));
    TRY(auto public_key, PublicKey::from_parameters(std::move(parameters)));
    if (!is_consistent(pkey.get())) return fail(ErrorCode::InvalidInput, "private and public part of the key do not belong together");
    return std::make_shared<const Impl>(Impl{std::move(pkey), std::move(public_key)});
  }
};

Result<PrivateKey> PrivateKey::from_pem(const Secret& pem) {
  const ErrorQueueScope errors;
  TRY(auto pkey, read_pem(pem.reveal()));
  TRY(auto impl, Impl::make(std::move(pkey)));
  return PrivateKey(std::move(impl));
}

Result<PrivateKey> PrivateKey::generate(KeyType type) {
  const ErrorQueueScope errors;
  Pkey pkey = generate_pkey(type);
  if (!pkey) return fail(ErrorCode::Internal, "key generation failed");
  TRY(auto impl, Impl::make(std::move(pkey)));
  return PrivateKey(std::move(impl));
}

Result<Secret> PrivateKey::to_pem() const {
  const ErrorQueueScope errors;
  const Bio bio(BIO_new(BIO_s_secmem()));
  if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), impl_->pkey.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return fail(ErrorCode::Internal, "private key could not be written");
  }
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return Secret(std::string(data, static_cast<std::size_t>(size)));
}

KeyType PrivateKey::type() const noexcept { return impl_->public_key.type(); }
const PublicKey& PrivateKey::public_key() const noexcept { return impl_->public_key; }

Result<std::string> PrivateKey::sign(SignatureScheme scheme, std::string_view data) const {
  if (!fits(scheme, type())) return fail(ErrorCode::InvalidInput, "signature scheme does not fit the key");
  const ErrorQueueScope errors;
  const auto traits = traits_of(scheme);
  const MdCtx context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* pkey_context = nullptr;  // owned by `context`
  std::size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), &pkey_context, traits.md, nullptr, impl_->pkey.get()) != 1 || !set_padding(pkey_context, traits) ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes(data), data.size()) != 1) {
    return fail(ErrorCode::Internal, "signing could not begin");
  }
  std::string out(size, '\0');
  if (EVP_DigestSign(context.get(), bytes(out), &size, bytes(data), data.size()) != 1) return fail(ErrorCode::Internal, "signing failed");
  out.resize(size);
  if (group_name(type()) == nullptr) return out;
  auto raw = raw_of(out, coordinate_size(type()));
  if (raw.empty()) return fail(ErrorCode::Internal, "signature could not be converted");
  return raw;
}

}  // namespace vmcpauth::crypto
