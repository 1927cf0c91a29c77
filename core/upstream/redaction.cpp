#include "core/upstream/redaction.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/oauth/redaction.hpp"

namespace vmcpauth::upstream {
namespace {

constexpr std::string_view kRedacted = "[redacted]";
constexpr std::size_t kMaxInput = 16U << 10U;  // foreign words longer than this are not words
constexpr std::size_t kMinSecret = 4;

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

}  // namespace

std::string redact(std::string_view text, const std::vector<std::string_view>& secrets, std::size_t max_bytes) {
  std::string out(text.substr(0, kMaxInput));
  // The longest first: one secret may be part of another.
  auto longest_first = secrets;
  std::sort(longest_first.begin(), longest_first.end(), [](auto a, auto b) { return a.size() > b.size(); });
  remove_secrets(out, longest_first);
  return oauth::redact(without_queries(out), max_bytes);
}

}  // namespace vmcpauth::upstream
