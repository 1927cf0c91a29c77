#include "core/crypto/seal.hpp"

#include "core/base/encoding.hpp"
#include "core/crypto/mac.hpp"

namespace vmcpauth::crypto {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kMaxKeyFile = 1024;
// The first byte of everything sealed: which way it was done.
constexpr char kVersion = '\x01';

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace

Result<Secret> parse_store_key(std::string_view text) {
  const auto value = trimmed(text);
  for (auto* const decode : {&base64url_decode, &base64_decode, &hex_decode}) {
    auto bytes = decode(value);
    if (!bytes) continue;
    Secret key(*std::move(bytes));
    if (key.reveal().size() == kKeyBytes) return key;
  }
  return fail(ErrorCode::InvalidInput, "not a store key: it is 32 bytes in base64url, base64 or hex");
}

Result<Secret> load_store_key(const std::filesystem::path& key_file, PrivateFiles& files, const Env& env, Random& random) {
  if (auto given = env.get(kStoreKeyVariable)) {
    const Secret text(*std::move(given));
    auto key = parse_store_key(text.reveal());
    if (!key) return std::unexpected(std::move(key).error().note(std::string("variable ") + kStoreKeyVariable));
    return key;
  }
  auto content = files.read(key_file, kMaxKeyFile);
  if (!content && content.error().code() == ErrorCode::NotFound) {
    const Secret fresh(random.token(kKeyBytes) + "\n");
    TRY([[maybe_unused]] const bool first, files.create(key_file, fresh.reveal()));
    content = files.read(key_file, kMaxKeyFile);  // of whoever came first
  }
  if (!content) return std::unexpected(std::move(content).error().note("the key of the store"));
  const Secret text(*std::move(content));
  auto key = parse_store_key(text.reveal());
  if (!key) return std::unexpected(std::move(key).error().note("in " + key_file.string()));
  return key;
}

Result<Sealer> Sealer::with_key(const Secret& store_key, std::string_view purpose) {
  if (store_key.reveal().size() != kKeyBytes) return fail(ErrorCode::InvalidInput, "a store key has 32 bytes");
  TRY(auto key, hkdf_sha256(store_key, "", "vmcpauth seal v1 " + std::string(purpose), kKeyBytes));
  TRY(auto cipher, Aes256Gcm::with_key(std::move(key)));
  return Sealer(std::move(cipher));
}

Result<std::string> Sealer::seal(const Secret& plaintext, std::string_view context, Random& random) const {
  TRY(auto sealed, cipher_.seal(plaintext, context, random));
  return kVersion + sealed;
}

Result<Secret> Sealer::open(std::string_view sealed, std::string_view context) const {
  if (sealed.empty() || sealed.front() != kVersion) return fail(ErrorCode::InvalidInput, "not sealed by this program");
  return cipher_.open(sealed.substr(1), context);
}

}  // namespace vmcpauth::crypto
