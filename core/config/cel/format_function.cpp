// The format and strings.quote functions of cel-go's strings extension at the version that Kubernetes enables (2), in the locale it
// has (en_US): %f groups thousands, %e writes a power of ten.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>

#include "core/base/duration.hpp"
#include "core/base/encoding.hpp"
#include "core/config/cel/code_points.hpp"
#include "core/config/cel/library.hpp"

namespace vmcpauth::config::cel {
namespace {

constexpr int kDefaultPrecision = 6;
constexpr int kMaxPrecision = 100;

using Text = Result<std::string>;

// One "%…" of a format.
struct Clause {
  char verb = 0;
  int precision = kDefaultPrecision;
};

// A text as a Go string literal.
std::string go_literal(std::string_view text) {
  std::string out = "\"";
  for (const auto point : code_points(text)) {
    static constexpr std::string_view kPlain = "\a\b\f\n\r\t\v\\\"";
    static constexpr std::string_view kEscape = "abfnrtv\\\"";
    const auto special = kPlain.find(point.front());
    if (special != std::string_view::npos) {
      out += {'\\', kEscape[special]};
    } else {
      out += is_valid_utf8(point) ? point : "\ufffd";
    }
  }
  return out + '"';
}

Text text_of(const Value& item);

// An item of a list or map, written so that CEL could read it again.
Text literal_of(const Value& item) {
  if (const auto* text = item.get_if<std::string>()) return go_literal(*text);
  if (const auto* number = item.get_if<double>()) {
    const bool plain = std::isfinite(*number);
    const std::string_view name = std::isnan(*number) ? "NaN" : (*number > 0 ? "+Inf" : "-Inf");
    return plain ? fmt::format("{:.6f}", *number) : go_literal(name);
  }
  TRY(auto text, text_of(item));
  return item.get_if<Nanoseconds>() == nullptr ? text : "duration(" + go_literal(text) + ")";
}

Text text_of(const Value& item) {
  std::string out;
  if (const List* items = item.as_list()) {
    for (const auto& part : *items) {
      TRY(const auto text, literal_of(part));
      out += (out.empty() ? "" : ", ") + text;
      if (out.size() > kMaxResultBytes) return fail(ErrorCode::TooLarge, "format(): the result is too large");
    }
    return "[" + out + "]";
  }
  if (const Map* map = item.as_map()) {
    for (const auto& [key, part] : *map) {
      TRY(const auto text, literal_of(part));
      out += (out.empty() ? "" : ", ") + go_literal(key) + ":" + text;
      if (out.size() > kMaxResultBytes) return fail(ErrorCode::TooLarge, "format(): the result is too large");
    }
    return "{" + out + "}";
  }
  if (item.get_if<Null>() != nullptr) return "null";
  TRY(const auto text, to_string(std::span(&item, 1)));
  return *text.get_if<std::string>();
}

std::unexpected<Error> unfit(std::string_view clause, const Value& item) {
  return failure(fmt::format("format(): {} cannot be written as {}", item.type_name(), clause));
}

// %d, %b, %o, %x, %X of integers.
Text integer_of(const Value& item, char verb) {
  const auto* i = item.get_if<std::int64_t>();
  const auto* u = item.get_if<std::uint64_t>();
  if (verb == 'b' && item.get_if<bool>() != nullptr) return std::string(*item.get_if<bool>() ? "1" : "0");
  if (i == nullptr && u == nullptr) return unfit(fmt::format("%{}", verb), item);
  const auto form = fmt::format("{{:{}}}", verb);
  return i != nullptr ? fmt::format(fmt::runtime(form), *i) : fmt::format(fmt::runtime(form), *u);
}

Text hexadecimal(const Value& item, char verb) {
  const auto* text = item.get_if<std::string>();
  if (text == nullptr) return integer_of(item, verb);
  std::string out;
  for (const char c : *text) out += verb == 'x' ? fmt::format("{:02x}", static_cast<unsigned char>(c)) : fmt::format("{:02X}", static_cast<unsigned char>(c));
  return out;
}

std::string grouped(std::string digits) {
  const std::size_t begin = digits.starts_with('-') ? 1 : 0;
  const auto point = digits.find('.');
  std::size_t at = point == std::string::npos ? digits.size() : point;
  while (at > begin + 3) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string power_of_ten(const std::string& scientific) {
  static constexpr std::array<std::string_view, 10> kRaised{"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074", "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
  const auto e = scientific.find('e');
  std::string out = scientific.substr(0, e) + "\u202f\u00d7\u202f10";
  for (const char c : scientific.substr(e + 1)) {
    if (c == '-') out += "\u207b";
    if (c >= '0' && c <= '9') out += kRaised.at(static_cast<std::size_t>(c - '0'));
  }
  return out;
}

Text real_of(const Value& item, const Clause& clause) {
  const auto* text = item.get_if<std::string>();
  if (text != nullptr && *text == "NaN") return *text;
  if (text != nullptr && (*text == "Infinity" || *text == "-Infinity")) return std::string(text->starts_with('-') ? "-" : "") + "\u221e";
  const auto* number = item.get_if<double>();
  if (number == nullptr) return unfit(fmt::format("%{}", clause.verb), item);
  if (std::isnan(*number)) return "NaN";
  if (std::isinf(*number)) return std::string(*number < 0 ? "-" : "") + "\u221e";
  if (clause.verb == 'f') return grouped(fmt::format("{:.{}f}", *number, clause.precision));
  return power_of_ten(fmt::format("{:.{}e}", *number, clause.precision));
}

Text clause_of(const Value& item, const Clause& clause) {
  switch (clause.verb) {
    case 's': return text_of(item);
    case 'd':
    case 'b':
    case 'o': return integer_of(item, clause.verb);
    case 'x':
    case 'X': return hexadecimal(item, clause.verb);
    case 'f':
    case 'e': return real_of(item, clause);
    default: return failure(fmt::format("format(): unrecognized formatting clause \"{}\"", printable(std::string_view(&clause.verb, 1))));
  }
}

// The clause behind a '%' at text[at], which moves behind it.
Result<Clause> read_clause(std::string_view text, std::size_t& at) {
  Clause clause;
  if (at < text.size() && text[at] == '.') {
    ++at;
    clause.precision = 0;
    const auto begin = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      clause.precision = clause.precision * 10 + (text[at] - '0');
      if (clause.precision > kMaxPrecision) return fail(ErrorCode::TooLarge, "format(): the precision is too large");
    }
    if (at == begin) return failure("format(): a precision has digits");
  }
  if (at == text.size()) return failure("format(): unexpected end of string");
  clause.verb = text[at++];
  return clause;
}

Result<Value> format_text(Arguments a) {
  const auto* text = argument<std::string>(a, 0);
  const List* items = a.size() == 2 ? a[1].as_list() : nullptr;
  if (text == nullptr || items == nullptr) return no_overload("format", a);
  std::string out;
  std::size_t used = 0;
  for (std::size_t at = 0; at < text->size();) {
    const char c = (*text)[at++];
    if (c != '%' || (at < text->size() && (*text)[at] == '%')) {
      out += c;
      at += c == '%' ? 1 : 0;
      continue;
    }
    if (used == items->size()) return failure(fmt::format("format(): index {} out of range", used));
    TRY(const auto clause, read_clause(*text, at));
    TRY(const auto part, clause_of((*items)[used++], clause));
    out += part;
    if (out.size() > kMaxResultBytes) return fail(ErrorCode::TooLarge, "format(): the result is too large");
  }
  return value(std::move(out));
}

Result<Value> quote(Arguments a) {
  const auto* text = argument<std::string>(a, 0);
  if (text == nullptr || a.size() != 1) return no_overload("strings.quote", a);
  return value(go_literal(*text));
}

}  // namespace

Function format_function(std::string_view name) noexcept {
  if (name == "format") return format_text;
  return name == "strings.quote" ? quote : nullptr;
}

}  // namespace vmcpauth::config::cel
