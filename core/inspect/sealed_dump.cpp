#include "core/inspect/sealed_dump.hpp"

#include "core/base/encoding.hpp"
#include "core/base/json_object.hpp"
#include "core/inspect/document_shapes.hpp"
#include "core/inspect/dump_file.hpp"
#include "core/inspect/json_list.hpp"

namespace vmcpauth::inspect {
namespace {

constexpr const char* kSealedMagic = "vmcpauth_sealed_dump";
constexpr std::size_t kSaltBytes = 32;
constexpr std::size_t kOverhead = 28;  // nonce and tag

std::unexpected<Error> unsealable(std::string message) { return fail(ErrorCode::InvalidInput, std::move(message)); }

// What every chunk is bound to, byte for byte the same when writing and reading.
std::string header_text(const crypto::ScryptCost& cost, std::string_view salt) {
  JsonObject<kSealedDumpShape> out;
  out.set("vmcpauth_sealed_dump", kSealedVersion).set("cipher", "AES-256-GCM").set("kdf", "scrypt");
  out.set("n", cost.n).set("r", cost.r).set("p", cost.p).set("salt", base64url_encode(salt));
  auto text = out.take().dump();
  text.pop_back();
  return text;
}

std::string context_of(const std::string& header, std::uint64_t index, bool last) {
  return header + "\n" + std::to_string(index) + (last ? "\nlast" : "\nmore");
}

Result<std::uint64_t> positive(const Json& envelope, const char* name) {
  TRY(const auto value, optional_integer(envelope, name));
  if (!value || *value <= 0) return unsealable(std::string(name) + " is missing or not positive");
  return static_cast<std::uint64_t>(*value);
}

struct Envelope {
  crypto::ScryptCost cost;
  std::string salt;
};

Result<Envelope> read_envelope(std::string_view text) {
  TRY(const auto json, parse_json_object(text));
  TRY(const auto version, optional_integer(json, kSealedMagic));
  if (!version) return unsealable("this is not an encrypted dump of vmcpauth");
  if (*version != kSealedVersion) return unsealable("the encrypted dump has version " + std::to_string(*version) + ", which this vmcpauth does not read");
  TRY(const auto cipher, required_string(json, "cipher"));
  TRY(const auto kdf, required_string(json, "kdf"));
  if (cipher != "AES-256-GCM" || kdf != "scrypt") return unsealable("the dump is encrypted in a way that this vmcpauth does not know");
  Envelope out;
  TRY(out.cost.n, positive(json, "n"));
  TRY(out.cost.r, positive(json, "r"));
  TRY(out.cost.p, positive(json, "p"));
  TRY_VOID(crypto::check_cost(out.cost));
  TRY(const auto salt, required_string(json, "salt"));
  TRY(out.salt, base64url_decode(salt));
  return out;
}

Result<std::string> chunk_bytes(std::string_view element) {
  const bool quoted = element.size() >= 2 && element.front() == '"' && element.back() == '"';
  if (!quoted || element.size() > 2 * kSealedChunk) return unsealable("a chunk is not a string, or too large");
  return base64url_decode(element.substr(1, element.size() - 2));
}

}  // namespace

Result<DumpSealer> DumpSealer::make(const Secret& passphrase, const crypto::ScryptCost& cost, Random& random, Sink sink) {
  std::string salt(kSaltBytes, '\0');
  random.fill({reinterpret_cast<unsigned char*>(salt.data()), salt.size()});
  TRY(auto derived, crypto::scrypt_key(passphrase, salt, cost));
  TRY(auto key, crypto::Aes256Gcm::with_key(std::move(derived)));
  return DumpSealer(std::move(key), header_text(cost, salt), random, std::move(sink));
}

DumpSealer::DumpSealer(crypto::Aes256Gcm key, std::string header, Random& random, Sink sink)
    : key_(std::move(key)), header_(std::move(header)), random_(&random), sink_(std::move(sink)) {
  constexpr JsonName<kSealedDumpShape> kChunks = "chunks";
  sink_(header_ + ",\"" + std::string(kChunks.text()) + "\":[");
}

Result<void> DumpSealer::add(std::string_view text) {
  pending_ += text;
  while (pending_.size() > kSealedChunk) {
    auto rest = pending_.substr(kSealedChunk);
    pending_.resize(kSealedChunk);
    TRY_VOID(seal(std::move(pending_), false));
    pending_ = std::move(rest);
  }
  return {};
}

Result<void> DumpSealer::finish() {
  TRY_VOID(seal(std::move(pending_), true));
  sink_("\n]}\n");
  return {};
}

Result<void> DumpSealer::seal(std::string plain, bool last) {
  const Secret text(std::move(plain));
  TRY(const auto sealed, key_.seal(text, context_of(header_, chunks_, last), *random_));
  sink_(std::string(chunks_ == 0 ? "\n" : ",\n") + "\"" + base64url_encode(sealed) + "\"");
  ++chunks_;
  return {};
}

bool is_sealed_dump(std::string_view text) noexcept { return text.substr(0, 200).find(kSealedMagic) != std::string_view::npos; }

Result<Secret> open_sealed_dump(std::string_view text, const Secret& passphrase) {
  if (text.size() > 2 * kMaxDumpBytes) return fail(ErrorCode::TooLarge, "the encrypted dump is too large");
  auto list = split_json_list(text, "chunks");
  if (!list) return unsealable("this is not an encrypted dump of vmcpauth, or it was cut short: " + list.error().message());
  TRY(const auto envelope, read_envelope(list->envelope));
  if (list->elements.empty()) return unsealable("the encrypted dump holds nothing");
  TRY(auto derived, crypto::scrypt_key(passphrase, envelope.salt, envelope.cost));
  TRY(const auto key, crypto::Aes256Gcm::with_key(std::move(derived)));
  const auto header = header_text(envelope.cost, envelope.salt);
  std::string plain;
  plain.reserve(std::min(text.size(), list->elements.size() * kSealedChunk));
  for (std::size_t i = 0; i < list->elements.size(); ++i) {
    TRY(const auto sealed, chunk_bytes(list->elements[i]));
    if (sealed.size() > kSealedChunk + kOverhead) return unsealable("a chunk is too large");
    const auto opened = key.open(sealed, context_of(header, i, i + 1 == list->elements.size()));
    if (!opened) return fail(ErrorCode::BadSignature, "the passphrase is wrong, or the file was changed");
    if (plain.size() + opened->reveal().size() > kMaxDumpBytes) return fail(ErrorCode::TooLarge, "the dump inside is larger than 512 MiB");
    plain += opened->reveal();
  }
  return Secret(std::move(plain));
}

}  // namespace vmcpauth::inspect
