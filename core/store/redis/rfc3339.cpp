#include "core/store/redis/rfc3339.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/core.h>

namespace vmcpauth::store::redis {
namespace {

// Takes digits and fixed characters off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  [[nodiscard]] std::optional<int> digits(std::size_t count) {
    int value = 0;
    if (text_.size() < count || !std::all_of(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(count), is_digit)) return std::nullopt;
    std::from_chars(text_.data(), text_.data() + count, value);
    text_.remove_prefix(count);
    return value;
  }
  [[nodiscard]] bool one_of(std::string_view characters) {
    if (text_.empty() || characters.find(text_[0]) == std::string_view::npos) return false;
    last_ = text_[0];
    text_.remove_prefix(1);
    return true;
  }
  void skip_fraction() {
    if (text_.empty() || text_[0] != '.') return;
    text_.remove_prefix(1);
    while (!text_.empty() && is_digit(text_[0])) text_.remove_prefix(1);
  }
  [[nodiscard]] char last() const { return last_; }
  [[nodiscard]] bool at_end() const { return text_.empty(); }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  std::string_view text_;
  char last_ = '\0';
};

std::optional<TimePoint> scan(std::string_view text) {
  using namespace std::chrono;
  Scanner in(text);
  const auto year = in.digits(4);
  if (!year || !in.one_of("-")) return std::nullopt;
  const auto month = in.digits(2);
  if (!month || !in.one_of("-")) return std::nullopt;
  const auto day = in.digits(2);
  if (!day || !in.one_of("Tt ")) return std::nullopt;
  const auto hour = in.digits(2);
  if (!hour || !in.one_of(":")) return std::nullopt;
  const auto minute = in.digits(2);
  if (!minute || !in.one_of(":")) return std::nullopt;
  const auto second = in.digits(2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  in.skip_fraction();
  if (!in.one_of("Zz+-")) return std::nullopt;
  minutes offset{0};
  if (in.last() == '+' || in.last() == '-') {
    const bool west = in.last() == '-';
    const auto hours_off = in.digits(2);
    if (!hours_off || !in.one_of(":")) return std::nullopt;
    const auto minutes_off = in.digits(2);
    if (!minutes_off) return std::nullopt;
    offset = hours(*hours_off) + minutes(*minutes_off);
    if (west) offset = -offset;
  }
  const year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)), std::chrono::day(static_cast<unsigned>(*day))};
  if (!in.at_end() || !date.ok()) return std::nullopt;
  return TimePoint(sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second) - offset);
}

}  // namespace

std::string to_rfc3339(TimePoint time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<seconds>(time - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

Result<TimePoint> from_rfc3339(std::string_view text) {
  const auto time = scan(text);
  if (!time) return fail(ErrorCode::InvalidInput, "not a time of RFC 3339");
  return *time;
}

}  // namespace vmcpauth::store::redis
