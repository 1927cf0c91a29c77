#include "core/upstream/redaction.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"

namespace vmcpauth::upstream {
namespace {

constexpr std::string_view kRedacted = "[redacted]";
constexpr std::size_t kMaxInput = 16U << 10U;  // foreign words longer than this are not words
constexpr std::size_t kMinSecret = 4;
constexpr std::size_t kMinToken = 16;
constexpr std::size_t kMinPlainToken = 40;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
// What tokens are made of (RFC 6750 §2.1), without '.' and '/': those separate parts that are judged one by one.
bool is_token_char(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '~' || c == '+' || c == '%'; }

// Trace and tenant identifiers help and are no secrets.
bool is_uuid(std::string_view word) {
  if (word.size() != 36) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = is_digit(word[i]) || (word[i] >= 'a' && word[i] <= 'f') || (word[i] >= 'A' && word[i] <= 'F');
    if (dash ? word[i] != '-' : !hex) return false;
  }
  return true;
}

bool looks_like_token(std::string_view word) {
  if (word.size() < kMinToken || is_uuid(word)) return false;
  const bool letters = std::any_of(word.begin(), word.end(), is_letter);
  const bool digits = std::any_of(word.begin(), word.end(), is_digit);
  return (letters && digits) || word.size() >= kMinPlainToken;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
}

void remove_secrets(std::string& text, const std::vector<std::string_view>& secrets) {
  for (const auto secret : secrets) {
    if (secret.size() < kMinSecret) continue;
    replace_all(text, secret, kRedacted);
    const std::string encoded = form_encode({{"", std::string(secret)}}).substr(1);
    if (encoded != secret) replace_all(text, encoded, kRedacted);
  }
}

// "https://host/path?code=…#…" → "https://host/path?[redacted]"
std::string without_queries(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto start = std::min(text.find("http://"), text.find("https://"));
    out += text.substr(0, start);
    if (start == std::string_view::npos) break;
    text.remove_prefix(start);
    const auto end = std::min(text.find_first_of(" \t\r\n\"'<>()"), text.size());
    const auto url = text.substr(0, end);
    const auto query = url.find_first_of("?#");
    out += url.substr(0, query);
    if (query != std::string_view::npos) {
      out += '?';
      out += kRedacted;
    }
    text.remove_prefix(end);
  }
  return out;
}

std::string without_tokens(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto start = at;
    while (at < text.size() && is_token_char(text[at])) ++at;
    const auto word = text.substr(start, at - start);
    if (looks_like_token(word)) {
      out += kRedacted;
    } else {
      out += word;
    }
    if (at < text.size()) out += text[at++];
  }
  return out;
}

}  // namespace

std::string redact(std::string_view text, const std::vector<std::string_view>& secrets, std::size_t max_bytes) {
  std::string out(text.substr(0, kMaxInput));
  // The longest first: one secret may be part of another.
  auto longest_first = secrets;
  std::sort(longest_first.begin(), longest_first.end(), [](auto a, auto b) { return a.size() > b.size(); });
  remove_secrets(out, longest_first);
  return printable(without_tokens(without_queries(out)), max_bytes);
}

}  // namespace vmcpauth::upstream
