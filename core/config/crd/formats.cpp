#include "core/config/crd/formats.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>
#include <optional>
#include <string>

#include <arpa/inet.h>

#include "core/base/duration.hpp"
#include "core/base/encoding.hpp"
#include "core/config/crd/pattern.hpp"

namespace vmcpauth::config::crd {
namespace {

using Check = bool (*)(std::string_view);

bool matches(const char* expression, std::string_view value) {
  thread_local std::map<const char*, Pattern> compiled;  // one entry a format below, made by the first use
  auto found = compiled.find(expression);
  if (found == compiled.end()) {
    auto pattern = Pattern::compile(expression);
    if (!pattern) return false;
    found = compiled.emplace(expression, *std::move(pattern)).first;
  }
  return found->second.found_in(value);
}

template <int kFamily>
bool is_address(std::string_view value) {
  std::array<unsigned char, 16> out{};
  return inet_pton(kFamily, std::string(value).c_str(), out.data()) == 1;
}

// Go's ParseIP takes an IPv4 address inside IPv6 too.
bool is_ipv6(std::string_view value) { return value.find(':') != std::string_view::npos && is_address<AF_INET6>(value); }

std::optional<int> to_int(std::string_view text) {
  int out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

bool is_cidr(std::string_view value) {
  const auto slash = value.find('/');
  if (slash == std::string_view::npos) return false;
  const auto bits = to_int(value.substr(slash + 1));
  const auto address = value.substr(0, slash);
  return bits && *bits >= 0 && ((is_address<AF_INET>(address) && *bits <= 32) || (is_ipv6(address) && *bits <= 128));
}

bool is_date(std::string_view value) {
  if (!matches(R"(^\d{4}-\d{2}-\d{2}$)", value)) return false;
  const std::chrono::year_month_day date{std::chrono::year(*to_int(value.substr(0, 4))), std::chrono::month(static_cast<unsigned>(*to_int(value.substr(5, 2)))),
                                         std::chrono::day(static_cast<unsigned>(*to_int(value.substr(8, 2))))};
  return date.ok();
}

bool is_date_time(std::string_view value) {
  if (value.size() < 11 || !is_date(value.substr(0, 10))) return false;
  return matches(R"(^.{10}[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(.\d+)?([Zz]|[+-]\d{2}:\d{2})$)", value);
}

// Go's, or any "number unit" in it (strfmt, duration.go).
bool is_duration(std::string_view value) {
  return parse_go_duration(value).has_value() ||
         matches(R"((?i)\d+\s*(ns|nano[a-z]*|us|µs|micro[a-z]*|ms|milli[a-z]*|s|sec[a-z]*|m|min[a-z]*|h|hr|hour[a-z]*|d|day[a-z]*|w|wk|week[a-z]*)([^a-zµ]|$))",
                 value);
}

// net/url.ParseRequestURI: an absolute path, or scheme and something after it; no control characters, no broken escapes.
bool is_uri(std::string_view value) {
  const bool plain = std::none_of(value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
  return plain && matches(R"(^([A-Za-z][A-Za-z0-9+.-]*:([^/?]|/)|/))", value) && !matches(R"(%([^0-9A-Fa-f]|[0-9A-Fa-f]([^0-9A-Fa-f]|$)|$))", value);
}

bool is_email(std::string_view value) { return matches(R"(^([^<>]*<)?[^\s@<>()\[\]:;,\\"]+@[^\s@<>()\[\]:;,\\"]+>?$)", value); }

bool is_hostname(std::string_view value) {
  constexpr auto kName =
      R"(^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$)";
  if (value.size() > 255 || !matches(kName, value)) return false;
  std::size_t label = 0;
  for (const char c : value) {
    label = c == '.' ? 0 : label + 1;
    if (label > 63) return false;
  }
  return true;
}

std::string digits_of(std::string_view value, std::string_view also = {}) {
  std::string out;
  std::copy_if(value.begin(), value.end(), std::back_inserter(out), [&](char c) { return (c >= '0' && c <= '9') || also.find(c) != std::string_view::npos; });
  return out;
}

bool is_isbn10(std::string_view value) {
  const auto digits = digits_of(value, "X");
  if (digits.size() != 10 || digits.find('X') < 9) return false;
  int sum = 0;
  for (int i = 0; i < 10; ++i) sum += (10 - i) * (digits[static_cast<std::size_t>(i)] == 'X' ? 10 : digits[static_cast<std::size_t>(i)] - '0');
  return sum % 11 == 0;
}

bool is_isbn13(std::string_view value) {
  const auto digits = digits_of(value);
  if (digits.size() != 13) return false;
  int sum = 0;
  for (std::size_t i = 0; i < 13; ++i) sum += (i % 2 == 0 ? 1 : 3) * (digits[i] - '0');
  return sum % 10 == 0;
}

bool is_credit_card(std::string_view value) {
  const auto digits = digits_of(value);
  if (!matches(
          R"(^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$)",
          digits))
    return false;
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0';
    const int twice = 2 * digit;
    sum += i % 2 == 0 ? digit : (twice > 9 ? twice - 9 : twice);
  }
  return sum % 10 == 0;
}

template <char kVersion>
bool is_uuid(std::string_view value) {
  constexpr auto kAny = R"((?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$)";
  constexpr auto kThree = R"((?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$)";
  constexpr auto kFour = R"((?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$)";
  constexpr auto kFive = R"((?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$)";
  return matches(kVersion == '3' ? kThree : kVersion == '4' ? kFour : kVersion == '5' ? kFive : kAny, value);
}

const std::map<std::string_view, Check>& checks() {
  static const std::map<std::string_view, Check> table{
      {"bsonobjectid", [](std::string_view v) { return matches("^[0-9a-fA-F]{24}$", v); }},
      {"uri", is_uri},
      {"email", is_email},
      {"hostname", is_hostname},
      {"ipv4", is_address<AF_INET>},
      {"ipv6", is_ipv6},
      {"cidr", is_cidr},
      {"mac",
       [](std::string_view v) { return matches(R"((?i)^([0-9a-f]{2}([:-][0-9a-f]{2}){5}([:-][0-9a-f]{2}){0,2}|[0-9a-f]{4}(\.[0-9a-f]{4}){2,3})$)", v); }},
      {"uuid", is_uuid<'0'>},
      {"uuid3", is_uuid<'3'>},
      {"uuid4", is_uuid<'4'>},
      {"uuid5", is_uuid<'5'>},
      {"isbn", [](std::string_view v) { return is_isbn10(v) || is_isbn13(v); }},
      {"isbn10", is_isbn10},
      {"isbn13", is_isbn13},
      {"creditcard", is_credit_card},
      {"ssn", [](std::string_view v) { return matches(R"(^\d{3}[- ]?\d{2}[- ]?\d{4}$)", v); }},
      {"hexcolor", [](std::string_view v) { return matches("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$", v); }},
      {"rgbcolor",
       [](std::string_view v) { return matches(R"(^rgb\(\s*(\d{1,2}|1\d\d|2[0-4]\d|25[0-5])\s*(,\s*(\d{1,2}|1\d\d|2[0-4]\d|25[0-5])\s*){2}\)$)", v); }},
      {"byte", [](std::string_view v) { return !v.empty() && base64_decode(v).has_value(); }},
      {"password", [](std::string_view) { return true; }},
      {"date", is_date},
      {"duration", is_duration},
      {"datetime", is_date_time},
      {"k8sshortname", [](std::string_view v) { return v.size() <= 63 && matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", v); }},
      {"k8slongname", [](std::string_view v) { return v.size() <= 253 && matches(R"(^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$)", v); }},
  };
  return table;
}

std::string normal(std::string_view format) {
  std::string out(format);
  std::erase(out, '-');
  return out;
}

}  // namespace

bool is_checked_format(std::string_view format) noexcept { return checks().contains(normal(format)); }

bool has_format(std::string_view format, std::string_view value) {
  const auto found = checks().find(normal(format));
  return found == checks().end() || found->second(value);
}

}  // namespace vmcpauth::config::crd
