#include "core/http/date.hpp"

#include <array>
#include <charconv>

namespace vmcpauth::http {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::size_t kLength = 29;  // "Sun, 06 Nov 1994 08:49:37 GMT"
constexpr Seconds kTolerance{60};

// Digits alone: from_chars takes a minus too.
std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

}  // namespace

std::optional<TimePoint> parse_http_date(std::string_view text) {
  if (text.size() != kLength || text.substr(3, 2) != ", " || text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text.substr(25) != " GMT" ||
      text[19] != ':' || text[22] != ':')
    return std::nullopt;
  unsigned month = 0;
  while (month < kMonths.size() && kMonths[month] != text.substr(8, 3)) ++month;
  const auto day = number(text.substr(5, 2));
  const auto year = number(text.substr(12, 4));
  const auto hour = number(text.substr(17, 2));
  const auto minute = number(text.substr(20, 2));
  const auto second = number(text.substr(23, 2));
  if (month == kMonths.size() || !day || !year || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(month + 1), std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) + Seconds(*second);
}

std::string clock_difference(const Headers& headers, TimePoint now) {
  const auto field = headers.get("date");
  const auto theirs = field ? parse_http_date(*field) : std::nullopt;
  if (!theirs) return {};
  const auto ahead = std::chrono::duration_cast<Seconds>(now - *theirs);
  if (ahead <= kTolerance && ahead >= -kTolerance) return {};
  const auto distance = std::chrono::abs(ahead);
  const bool minutes = distance >= Seconds(120);
  const auto count = minutes ? std::chrono::duration_cast<std::chrono::minutes>(distance).count() : distance.count();
  return "this machine's clock is " + std::to_string(count) + (minutes ? " minutes " : " seconds ") + (ahead > Seconds(0) ? "ahead of" : "behind") +
         " the server's";
}

}  // namespace vmcpauth::http
