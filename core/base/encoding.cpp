#include "core/base/encoding.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace vmcpauth {
namespace {

constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kHex = "0123456789abcdef";

using DecodeTable = std::array<std::int8_t, 256>;

constexpr DecodeTable make_table(std::string_view alphabet) {
  DecodeTable table{};
  table.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return table;
}
constexpr DecodeTable kBase64UrlTable = make_table(kBase64Url);
constexpr DecodeTable kBase64Table = make_table(kBase64);

std::string encode64(std::string_view in, std::string_view alphabet) {
  std::string out;
  out.reserve((in.size() + 2) / 3 * 4);
  std::uint32_t acc = 0;
  int bits = 0;
  for (const char c : in) {
    acc = (acc << 8U) | static_cast<unsigned char>(c);
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out += alphabet[(acc >> static_cast<unsigned>(bits)) & 63U];
    }
  }
  if (bits > 0) out += alphabet[(acc << static_cast<unsigned>(6 - bits)) & 63U];
  return out;
}

Result<std::string> decode64(std::string_view in, const DecodeTable& table) {
  if (in.size() % 4 == 1) return fail(ErrorCode::InvalidInput, "base64 text has an impossible length");
  std::string out;
  out.reserve(in.size() / 4 * 3 + 2);
  std::uint32_t acc = 0;
  int bits = 0;
  for (const char c : in) {
    const auto value = table[static_cast<unsigned char>(c)];
    if (value < 0) return fail(ErrorCode::InvalidInput, "base64 text has a character outside its alphabet");
    acc = (acc << 6U) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>((acc >> static_cast<unsigned>(bits)) & 255U);
    }
  }
  if ((acc & ((1U << static_cast<unsigned>(bits)) - 1U)) != 0) {
    return fail(ErrorCode::InvalidInput, "base64 text is not canonical (trailing bits)");
  }
  return out;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

void append_percent(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += "0123456789ABCDEF"[byte >> 4U];
  out += "0123456789ABCDEF"[byte & 15U];
}

Result<std::string> unescape(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\0') return fail(ErrorCode::InvalidInput, "NUL character");
    if (c == '+' && plus_is_space) {
      out += ' ';
    } else if (c != '%') {
      out += c;
    } else {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return fail(ErrorCode::InvalidInput, "broken percent escape");
      if (high == 0 && low == 0) return fail(ErrorCode::InvalidInput, "encoded NUL character");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

// Length of the valid UTF-8 sequence at the front of `s`, 0 when invalid.
std::size_t utf8_length(std::string_view s) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto cont = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) { return i < s.size() && at(i) >= low && at(i) <= high; };
  const unsigned lead = at(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return cont(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return cont(1, low, high) && cont(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return cont(1, low, high) && cont(2) && cont(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string base64url_encode(std::string_view bytes) { return encode64(bytes, kBase64Url); }
Result<std::string> base64url_decode(std::string_view text) { return decode64(text, kBase64UrlTable); }

std::string base64_encode(std::string_view bytes) {
  std::string out = encode64(bytes, kBase64);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

Result<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return fail(ErrorCode::InvalidInput, "base64 text is not padded");
  if (text.ends_with("==")) {
    text.remove_suffix(2);
    if (text.size() % 4 != 2) return fail(ErrorCode::InvalidInput, "base64 padding is wrong");
  } else if (text.ends_with('=')) {
    text.remove_suffix(1);
    if (text.size() % 4 != 3) return fail(ErrorCode::InvalidInput, "base64 padding is wrong");
  }
  return decode64(text, kBase64Table);
}

std::string hex_encode(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
  return out;
}

Result<std::string> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) return fail(ErrorCode::InvalidInput, "hex text has an odd length");
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return fail(ErrorCode::InvalidInput, "hex text has a character that is no hex digit");
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string percent_encode(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (const char c : bytes) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      append_percent(out, c);
    }
  }
  return out;
}

Result<std::string> percent_decode(std::string_view text) { return unescape(text, false); }

std::string form_encode(const FormFields& fields) {
  const auto append = [](std::string& out, std::string_view text) {
    for (const char c : text) {
      if (is_unreserved(c) && c != '~') {
        out += c;
      } else if (c == ' ') {
        out += '+';
      } else {
        append_percent(out, c);
      }
    }
  };
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    append(out, name);
    out += '=';
    append(out, value);
  }
  return out;
}

Result<FormFields> form_decode(std::string_view text, std::size_t max_fields) {
  FormFields fields;
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (pair.empty()) continue;
    if (fields.size() == max_fields) return fail(ErrorCode::TooLarge, "too many form fields");
    const auto equals = pair.find('=');
    TRY(auto name, unescape(pair.substr(0, equals), true));
    TRY(auto value, unescape(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true));
    fields.emplace_back(std::move(name), std::move(value));
  }
  return fields;
}

std::string html_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

bool is_valid_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

namespace {

// C1 controls (U+0080..U+009F) steer terminals as C0 ones do; marks, embeddings, overrides and isolates of direction and line
// separators make a text read as another (UTR #36).
bool misleads(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  switch (character.size()) {
    case 1: return byte(0) < 0x20 || byte(0) == 0x7F;
    case 2: return (byte(0) == 0xC2 && byte(1) < 0xA0) || (byte(0) == 0xD8 && byte(1) == 0x9C);  // U+061C
    case 3: {
      if (byte(0) != 0xE2) return false;
      const bool marks = byte(1) == 0x80 && (byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xA8 && byte(2) <= 0xAE));  // U+200E, U+200F, U+2028..U+202E
      return marks || (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9);                                             // U+2066..U+2069
    }
    default: return false;
  }
}

}  // namespace

std::string printable(std::string_view text, std::size_t max_bytes) {
  const auto plain = [](char c) { return c >= 0x20 && c < 0x7F; };
  if (text.size() <= max_bytes && std::all_of(text.begin(), text.end(), plain)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const auto length = utf8_length(text);
    const bool bad = length == 0 || misleads(text.substr(0, length));
    const std::string_view piece = bad ? std::string_view("\xEF\xBF\xBD") : text.substr(0, length);
    if (out.size() + piece.size() > max_bytes) {
      out += "…";
      break;
    }
    out += piece;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace vmcpauth
