// Conversions between the types (cel-spec, "Type Conversions"), with the texts that Go's strconv writes and reads.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/duration.hpp"
#include "core/config/cel/library.hpp"

namespace vmcpauth::config::cel {
namespace {

constexpr int kFixedDigits = 6;

std::string digits_of(double number, std::chars_format form) {
  std::array<char, 512> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, form);
  return {buffer.data(), end};
}

// Go's %g with the shortest digits: with an exponent when that is below -4 or from 6 on (strconv, ftoa.go).
std::string number_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "+Inf" : "-Inf";
  const auto scientific = digits_of(number, std::chars_format::scientific);
  const int exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
  return exponent < -4 || exponent >= kFixedDigits ? scientific : digits_of(number, std::chars_format::fixed);
}

template <class T>
std::optional<T> parsed(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<Value> to_int(Arguments a) {
  if (a.size() != 1) return no_overload("int", a);
  if (a[0].get_if<std::int64_t>() != nullptr) return a[0];
  if (const auto* u = a[0].get_if<std::uint64_t>()) {
    if (*u > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return failure("integer overflow");
    return value(static_cast<std::int64_t>(*u));
  }
  if (const auto* d = a[0].get_if<double>()) {
    if (!(std::abs(*d) < 0x1p63)) return failure("integer overflow");
    return value(static_cast<std::int64_t>(*d));
  }
  if (const auto* span = a[0].get_if<Nanoseconds>()) return value(static_cast<std::int64_t>(span->count()));
  if (const auto* text = a[0].get_if<std::string>()) {
    if (const auto number = parsed<std::int64_t>(*text)) return value(*number);
    return failure("int(): not an integer");
  }
  return no_overload("int", a);
}

Result<Value> to_uint(Arguments a) {
  if (a.size() != 1) return no_overload("uint", a);
  if (a[0].get_if<std::uint64_t>() != nullptr) return a[0];
  if (const auto* i = a[0].get_if<std::int64_t>()) {
    if (*i < 0) return failure("unsigned integer overflow");
    return value(static_cast<std::uint64_t>(*i));
  }
  if (const auto* d = a[0].get_if<double>()) {
    if (!(*d >= 0 && *d < 0x1p64)) return failure("unsigned integer overflow");
    return value(static_cast<std::uint64_t>(*d));
  }
  if (const auto* text = a[0].get_if<std::string>()) {
    if (const auto number = parsed<std::uint64_t>(*text)) return value(*number);
    return failure("uint(): not an unsigned integer");
  }
  return no_overload("uint", a);
}

Result<Value> to_double(Arguments a) {
  if (a.size() != 1) return no_overload("double", a);
  if (a[0].get_if<double>() != nullptr) return a[0];
  if (const auto* i = a[0].get_if<std::int64_t>()) return value(static_cast<double>(*i));
  if (const auto* u = a[0].get_if<std::uint64_t>()) return value(static_cast<double>(*u));
  if (const auto* text = a[0].get_if<std::string>()) {
    if (const auto number = parsed<double>(*text)) return value(*number);
    return failure("double(): not a number");
  }
  return no_overload("double", a);
}

// The words that Go's strconv.ParseBool knows.
Result<Value> to_bool(Arguments a) {
  if (a.size() != 1) return no_overload("bool", a);
  if (a[0].get_if<bool>() != nullptr) return a[0];
  const auto* text = a[0].get_if<std::string>();
  if (text == nullptr) return no_overload("bool", a);
  static constexpr std::array<std::string_view, 6> kTrue{"1", "t", "T", "TRUE", "true", "True"};
  static constexpr std::array<std::string_view, 6> kFalse{"0", "f", "F", "FALSE", "false", "False"};
  if (std::find(kTrue.begin(), kTrue.end(), *text) != kTrue.end()) return value(true);
  if (std::find(kFalse.begin(), kFalse.end(), *text) != kFalse.end()) return value(false);
  return failure("bool(): neither true nor false");
}

}  // namespace

Result<Value> to_string(Arguments a) {
  if (a.size() != 1) return no_overload("string", a);
  if (a[0].get_if<std::string>() != nullptr) return a[0];
  if (const auto* i = a[0].get_if<std::int64_t>()) return value(std::to_string(*i));
  if (const auto* u = a[0].get_if<std::uint64_t>()) return value(std::to_string(*u));
  if (const auto* d = a[0].get_if<double>()) return value(number_text(*d));
  if (const auto* b = a[0].get_if<bool>()) return value(std::string(*b ? "true" : "false"));
  if (const auto* span = a[0].get_if<Nanoseconds>()) return value(digits_of(static_cast<double>(span->count()) / 1e9, std::chars_format::fixed) + "s");
  return no_overload("string", a);
}

Function conversion(std::string_view name) noexcept {
  if (name == "string") return to_string;
  if (name == "int") return to_int;
  if (name == "uint") return to_uint;
  if (name == "double") return to_double;
  return name == "bool" ? to_bool : nullptr;
}

}  // namespace vmcpauth::config::cel
