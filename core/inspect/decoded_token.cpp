#include "core/inspect/decoded_token.hpp"

#include <algorithm>
#include <optional>

#include "core/base/encoding.hpp"
#include "core/base/noted_json.hpp"
#include "core/http/headers.hpp"
#include "core/jose/compact_jws.hpp"

namespace vmcpauth::inspect {
namespace {

constexpr int kMaxDepth = 32;
constexpr std::string_view kMargin = " \t\r\n";

std::string_view without_margin(std::string_view text) {
  const auto begin = text.find_first_not_of(kMargin);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kMargin) - begin + 1);
}

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size() && parts.size() < 7;) {
    const auto end = std::min(text.find('.', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

class Decoder {
 public:
  explicit Decoder(DecodedToken& out) : out_(out) {}

  // Takes off what people paste along with a token.
  std::string_view unwrap(std::string_view text) {
    const std::string lower = http::to_lower(text.substr(0, std::min<std::size_t>(text.size(), 22)));
    if (lower.starts_with("authorization:")) {
      text = without_margin(text.substr(14));
      note("authorization-header", "it was pasted with its Authorization header");
    }
    if (http::to_lower(text.substr(0, 6)) == "bearer" && (text.size() == 6 || text[6] == ' ')) {
      text = without_margin(text.substr(6));
      note("bearer-prefix", "the word Bearer before it is not part of the token");
    }
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front()) {
      text = without_margin(text.substr(1, text.size() - 2));
      note("quoted", "the quotes around it are not part of the token");
    }
    return text;
  }

  void decode(std::string_view text) {
    const auto parts = parts_of(text);
    if (parts.size() != 3 && parts.size() != 5) return;
    auto header = part(parts[0], "header", "header-base64");
    if (!header) return;
    auto object = object_of(*header, "header");
    if (!object) return;
    out_.header = *std::move(object);
    out_.form = parts.size() == 3 ? TokenForm::Jws : TokenForm::Jwe;
    if (out_.form == TokenForm::Jwe) return;
    read_payload(parts[1]);
    if (parts[2].empty()) {
      add(Severity::Problem, "signature-missing", "it has no signature: anybody can have written it");
    } else if (auto signature = part(parts[2], "signature", "signature-base64")) {
      out_.signature = *std::move(signature);
    }
    if (text.size() > jose::kMaxTokenSize) add(Severity::Problem, "too-large", "it is larger than the 16 KiB that vmcpauth accepts");
  }

  void add(Severity severity, ObservationCode code, std::string text) { out_.observations.push_back({severity, code, std::move(text)}); }

 private:
  void note(ObservationCode code, std::string text) { add(Severity::Note, code, std::move(text)); }

  void read_payload(std::string_view encoded) {
    const auto payload = part(encoded, "payload", "payload-base64");
    if (!payload) return add(Severity::Problem, "payload-encoding", "the payload is not base64url");
    auto object = object_of(*payload, "payload");
    if (!object) return add(Severity::Problem, "payload-not-json", "the payload is not a JSON object");
    out_.claims = *std::move(object);
  }

  // base64url, forgiving padding and the other alphabet, which is remarked.
  std::optional<std::string> part(std::string_view encoded, const std::string& name, ObservationCode not_strict) {
    if (auto strict = base64url_decode(encoded)) return *std::move(strict);
    std::string text(encoded.substr(0, encoded.find_last_not_of('=') + 1));
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    auto loose = base64url_decode(text);
    if (!loose) return std::nullopt;
    add(Severity::Problem, not_strict, "the " + name + " is base64 with padding or the wrong alphabet: strict readers refuse it (RFC 7515 §2)");
    return *std::move(loose);
  }

  std::optional<Json> object_of(std::string_view text, const std::string& name) {
    std::vector<std::string> duplicates;
    auto parsed = parse_json_noting_duplicates(text, {.max_bytes = kMaxInspected, .max_depth = kMaxDepth}, duplicates);
    if (!parsed || !parsed->is_object()) return std::nullopt;
    for (const auto& duplicate : duplicates) {
      add(Severity::Problem, "duplicate-member",
          "the " + name + " has the member \"" + printable(duplicate, 60) + "\" twice: readers disagree about which one counts (RFC 7519 §4)");
    }
    return *std::move(parsed);
  }

  DecodedToken& out_;
};

}  // namespace

std::string_view to_string(TokenForm form) noexcept {
  switch (form) {
    case TokenForm::Jws: return "jwt";
    case TokenForm::Jwe: return "jwe";
    case TokenForm::Opaque: return "opaque";
  }
  return "opaque";
}

Result<DecodedToken> decode_token(std::string_view text) {
  if (text.size() > kMaxInspected) return fail(ErrorCode::TooLarge, "a token of more than 64 KiB is not looked at");
  DecodedToken out;
  Decoder decoder(out);
  text = decoder.unwrap(without_margin(text));
  if (text.empty()) return fail(ErrorCode::InvalidInput, "there is no token");
  std::string token(text);
  // A terminal or an editor may have broken the line.
  const auto broken = std::erase_if(token, [](char c) { return c == '\r' || c == '\n'; });
  if (broken > 0) decoder.add(Severity::Note, "line-breaks", "line breaks inside it were left out");
  const bool visible = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  if (!visible) return fail(ErrorCode::InvalidInput, "this is not one token: it has spaces or characters that no token has");
  decoder.decode(token);
  out.token = Secret(std::move(token));
  return out;
}

}  // namespace vmcpauth::inspect
