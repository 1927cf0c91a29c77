#include "core/oauth/redaction.hpp"

#include <algorithm>
#include <array>

#include "core/base/encoding.hpp"
#include "core/base/text.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::oauth {
namespace {

constexpr std::string_view kMark = "[redacted]";
constexpr std::size_t kLong = 20;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_token_char(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.' || c == '~' || c == '+' || c == '%'; }

bool is_uuid(std::string_view run) {
  if (run.size() != 36) return false;
  for (std::size_t i = 0; i < run.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = run[i];
    if (dash ? c != '-' : !(is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) return false;
  }
  return true;
}

// Words and host names have no digits; random strings of this length nearly always do.
// Base64 text without a digit is rare, but it happens; prose does not change case in the middle of a word, again and again.
bool changes_case_often(std::string_view run) {
  int changes = 0;
  for (std::size_t i = 1; i < run.size(); ++i) {
    if (is_letter(run[i - 1]) && is_letter(run[i]) && ((run[i - 1] ^ run[i]) & 0x20) != 0) ++changes;
  }
  return changes >= 4;
}

bool looks_random(std::string_view run) {
  return run.size() >= kLong && !is_uuid(run) && (std::any_of(run.begin(), run.end(), is_digit) || changes_case_often(run));
}

bool is_sensitive(std::string_view name) {
  constexpr std::array<std::string_view, 9> kEndings{"token", "secret", "password", "code", "assertion", "verifier", "state", "apikey", "api_key"};
  const auto lower = http::to_lower(name);
  return std::any_of(kEndings.begin(), kEndings.end(), [&](auto ending) { return std::string_view(lower).ends_with(ending); });
}

// Length of what separates a name from its value here: `=`, `":"`, `": "`; 0 when nothing does.
std::size_t separator(std::string_view rest) {
  for (const std::string_view mark : {"=\"", "=", "\":\"", "\": \"", "\" : \""}) {
    if (rest.starts_with(mark)) return mark.size();
  }
  return 0;
}

std::size_t run_length(std::string_view text) {
  const auto* const end = std::find_if_not(text.begin(), text.end(), is_token_char);
  return static_cast<std::size_t>(end - text.begin());
}

std::size_t value_length(std::string_view text) {
  const auto end = text.find_first_of(" \t\r\n\"'&,;<>)}");
  return end == std::string_view::npos ? text.size() : end;
}

}  // namespace

std::string redact(std::string_view foreign_text, std::size_t max_bytes) {
  std::string_view text = foreign_text.substr(0, 4096);
  std::string out;
  while (!text.empty()) {
    const auto length = run_length(text);
    if (length == 0) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto run = text.substr(0, length);
    out += looks_random(run) ? kMark : run;
    text.remove_prefix(length);
    const auto gap = is_sensitive(run) ? separator(text) : 0;
    if (gap == 0) continue;
    out += text.substr(0, gap);
    text.remove_prefix(gap);
    const auto value = value_length(text);
    if (value > 0) out += kMark;
    text.remove_prefix(value);
  }
  return printable(out, max_bytes);
}

}  // namespace vmcpauth::oauth
