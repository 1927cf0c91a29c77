#include "core/config/shown_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/base/encoding.hpp"

namespace vmcpauth::config {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr std::array kSteering{Range{0x00, 0x1F},     Range{0x7F, 0x9F},     Range{0x061C, 0x061C},
                               Range{0x200E, 0x200F}, Range{0x2028, 0x202E}, Range{0x2066, 0x2069}};
// Unicode EastAsianWidth W and F, roughly by blocks.
constexpr std::array kWide{Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF},  Range{0xA960, 0xA97C}, Range{0xAC00, 0xD7A3},
                           Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},   Range{0xFF01, 0xFF60},  Range{0xFFE0, 0xFFE6}, Range{0x1F300, 0x1F64F},
                           Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};
constexpr std::array kWithoutWidth{Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD}, Range{0x064B, 0x065F},
                                   Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200D}, Range{0x20D0, 0x20FF},
                                   Range{0x3099, 0x309A}, Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F}, Range{0xFEFF, 0xFEFF}};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, char32_t code) noexcept {
  return std::any_of(ranges.begin(), ranges.end(), [code](const Range& range) { return code >= range.first && code <= range.last; });
}

// The first character of a text that is not empty and valid UTF-8, as its bytes.
std::string_view first_character(std::string_view text) noexcept {
  std::size_t length = 1;
  while (length < text.size() && is_continuation(text[length])) ++length;
  return text.substr(0, length);
}

char32_t code_of(std::string_view character) noexcept {
  const auto lead = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return lead;
  char32_t code = lead & (0xFFU >> (character.size() + 1));
  for (const char c : character.substr(1)) code = (code << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  return code;
}

bool is_plain(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

void append_shown(std::string& out, std::string_view text) {
  if (is_plain(text)) {
    out += text;
    return;
  }
  if (!is_valid_utf8(text)) {
    for (const char c : text) out += c == '\t' ? ' ' : c < 0x20 || c == 0x7F ? '?' : c;
    return;
  }
  for (; !text.empty();) {
    const auto character = first_character(text);
    if (character == "\t") {
      out += ' ';
    } else if (within(kSteering, code_of(character))) {
      out += '?';
    } else {
      out += character;
    }
    text.remove_prefix(character.size());
  }
}

std::size_t cells(std::string_view text) noexcept {
  if (is_plain(text)) return text.size();
  std::size_t count = 0;
  for (; !text.empty();) {
    const auto character = first_character(text);
    const auto code = code_of(character);
    if (!within(kWithoutWidth, code)) count += within(kWide, code) ? 2U : 1U;
    text.remove_prefix(character.size());
  }
  return count;
}

}  // namespace vmcpauth::config
