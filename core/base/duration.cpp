#include "core/base/duration.hpp"
#include "core/base/text.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace vmcpauth {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
// Longer names first: "ms" must not be read as "m".
constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"\xC2\xB5s", 1'000},
                                      {"\xCE\xBCs", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000}}};

}  // namespace

Result<Nanoseconds> parse_go_duration(std::string_view text) {
  const auto bad = [] { return fail(ErrorCode::InvalidInput, "not a Go duration (like 1h30m, 10m or 500ms)"); };
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return Nanoseconds(0);
  if (text.empty()) return bad();
  long double total = 0;
  while (!text.empty()) {
    std::size_t digits = 0;
    long double value = 0;
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++digits) value = value * 10 + (text.front() - '0');
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      long double scale = 0.1L;
      for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++digits, scale /= 10) value += scale * (text.front() - '0');
    }
    if (digits == 0 || digits > 20) return bad();
    const Unit* unit = nullptr;
    for (const auto& candidate : kUnits) {
      if (text.starts_with(candidate.name)) {
        unit = &candidate;
        break;
      }
    }
    if (unit == nullptr) return bad();
    text.remove_prefix(unit->name.size());
    total += value * static_cast<long double>(unit->nanoseconds);
    if (total > static_cast<long double>(std::numeric_limits<std::int64_t>::max())) return fail(ErrorCode::InvalidInput, "duration is out of range");
  }
  const auto count = static_cast<std::int64_t>(std::floor(total + 0.5L));
  return Nanoseconds(negative ? -count : count);
}

std::string human_duration(std::chrono::seconds duration) {
  std::int64_t rest = duration.count();
  const bool negative = rest < 0;
  if (negative) rest = -rest;
  constexpr std::array<std::pair<std::int64_t, char>, 4> kParts{{{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}}};
  std::string out;
  int shown = 0;
  for (const auto& [size, letter] : kParts) {
    const auto count = rest / size;
    rest %= size;
    if (count == 0 && shown == 0) continue;
    if (count > 0) out += (out.empty() ? "" : " ") + std::to_string(count) + letter;
    if (++shown == 2) break;
  }
  if (out.empty()) out = "0s";
  return negative ? "-" + out : out;
}

}  // namespace vmcpauth
