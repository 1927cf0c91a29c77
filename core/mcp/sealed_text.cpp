#include "core/mcp/sealed_text.hpp"

#include "core/base/encoding.hpp"

namespace vmcpauth::mcp {
namespace {

constexpr std::size_t kTagBytes = 32;

std::string covered(std::string_view purpose, std::string_view payload) { return std::string(purpose) + '\0' + std::string(payload); }

}  // namespace

SealedTexts::SealedTexts(Random& random) : mac_(Secret(random.token())) {}

std::string SealedTexts::seal(std::string_view purpose, const Json& value) const {
  const std::string payload = dump_json(value);
  return base64url_encode(mac_.tag(covered(purpose, payload)) + payload);
}

Result<Json> SealedTexts::open(std::string_view purpose, std::string_view text, std::size_t max_bytes) const {
  const auto refused = [] { return fail(ErrorCode::InvalidInput, "the value was not issued here"); };
  if (text.size() > max_bytes) return refused();
  const auto bytes = base64url_decode(text);
  if (!bytes || bytes->size() < kTagBytes) return refused();
  const auto payload = std::string_view(*bytes).substr(kTagBytes);
  if (!mac_.verify(covered(purpose, payload), std::string_view(*bytes).substr(0, kTagBytes))) return refused();
  return parse_json(payload, {.max_bytes = max_bytes});
}

}  // namespace vmcpauth::mcp
