#include "core/config/byte_diff.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/config/form.hpp"

namespace vmcpauth::config {
namespace {

std::string shown(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7F && c != '\\') {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", byte);
    }
  }
  return out;
}

// What people overlook, in words.
std::string in_words(const NamedText& first, const NamedText& second, std::size_t at) {
  const auto ends = [](std::string_view longer, std::string_view shorter, std::string_view tail) {
    return longer.size() == shorter.size() + tail.size() && longer.starts_with(shorter) && longer.ends_with(tail);
  };
  if (ends(first.text, second.text, "/")) return fmt::format("the {} ends with a slash, the {} does not", first.name, second.name);
  if (ends(second.text, first.text, "/")) return fmt::format("the {} ends with a slash, the {} does not", second.name, first.name);
  const auto lower = [](std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
  };
  if (lower(first.text) == lower(second.text)) return "they differ in upper and lower case only, and the comparison does not forgive that";
  if (at == first.text.size()) return fmt::format("the {} goes on where the {} ends", second.name, first.name);
  if (at == second.text.size()) return fmt::format("the {} goes on where the {} ends", first.name, second.name);
  return fmt::format("they differ from byte {} on", at + 1);
}

}  // namespace

std::string byte_difference(const NamedText& first, const NamedText& second) {
  const auto [a, b] = std::pair(first.text, second.text);
  if (a == b || !userinfo_of(a).empty() || !userinfo_of(b).empty()) return {};
  const auto at =
      static_cast<std::size_t>(std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())), b.begin()).first - a.begin());
  // A window around the place: what is equal far before it and what follows far behind it helps nobody.
  constexpr std::size_t kBefore = 40;
  constexpr std::size_t kBehind = 40;
  const std::size_t from = at > kBefore ? at - kBefore : 0;
  const std::string_view lead = from > 0 ? "…" : "";
  const auto window = [&](std::string_view text) {
    const auto part = text.substr(from, at - from + kBehind);
    return fmt::format("{}{}{}", lead, shown(part), from + part.size() < text.size() ? "…" : "");
  };
  const std::size_t width = std::max(first.name.size(), second.name.size());
  const std::size_t mark = width + 2 + (from > 0 ? 1 : 0) + shown(a.substr(from, at - from)).size();
  return fmt::format("{}\n{:<{}}  {}\n{:<{}}  {}\n{}^", in_words(first, second, at), first.name, width, window(a), second.name, width, window(b),
                     std::string(mark, ' '));
}

}  // namespace vmcpauth::config
