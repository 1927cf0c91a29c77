#include "core/base/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/base/encoding.hpp"

namespace vmcpauth {
namespace {

constexpr std::size_t kMaxFieldBytes = 600;
constexpr LogKey kTime = "time", kLevel = "level", kEvent = "event";

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::Debug: return "debug";
    case LogLevel::Info: return "info";
    case LogLevel::Warn: return "warn";
    case LogLevel::Error: return "error";
  }
  return "error";
}

std::string_view level_colour(LogLevel level) {
  switch (level) {
    case LogLevel::Debug: return "\x1b[2m";
    case LogLevel::Info: return "\x1b[32m";
    case LogLevel::Warn: return "\x1b[33m";
    case LogLevel::Error: return "\x1b[31m";
  }
  return "";
}

// A line of the usual length takes no memory of the heap.
using Line = fmt::basic_memory_buffer<char, 1024>;

void put(Line& line, std::string_view text) { line.append(text.data(), text.data() + text.size()); }

// printable() leaves no control characters, so only two characters need an escape.
void put_json_string(Line& line, std::string_view text) {
  line.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') line.push_back('\\');
    line.push_back(c);
  }
  line.push_back('"');
}

char digit(unsigned number) noexcept { return static_cast<char>('0' + number % 10); }

// What printable() would leave as it is, and JSON too. Most values are.
bool is_plain(std::string_view text) noexcept {
  return text.size() <= kMaxFieldBytes && std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; });
}

// "2026-11-24T13:17:00", made once a second.
std::string_view second_of(TimePoint now) {
  thread_local std::chrono::sys_seconds formatted{std::chrono::seconds::min()};
  thread_local std::string text;
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (second != formatted) {
    text = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(second));
    formatted = second;
  }
  return text;
}

// `"name":`; names of the vocabulary need no escape.
void put_name(Line& line, LogKey name) {
  line.push_back('"');
  put(line, name.text());
  put(line, "\":");
}

// `"name":"plain"`
void put_member(Line& line, LogKey name, std::string_view plain) {
  put_name(line, name);
  line.push_back('"');
  put(line, plain);
  line.push_back('"');
}

// `"time":"2026-11-24T13:17:00.123Z"`
void put_time(Line& line, TimePoint now) {
  const auto millis = static_cast<unsigned>(std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000);
  const std::array<char, 6> fraction{'.', digit(millis / 100), digit(millis / 10), digit(millis), 'Z', '"'};
  put_name(line, kTime);
  line.push_back('"');
  put(line, second_of(now));
  put(line, {fraction.data(), fraction.size()});
}

void put_json_line(Line& line, TimePoint now, LogLevel level, LogEvent event, std::span<const LogField> fields) {
  line.push_back('{');
  put_time(line, now);
  line.push_back(',');
  put_member(line, kLevel, level_name(level));
  line.push_back(',');
  put_member(line, kEvent, event.text());
  for (const auto& field : fields) {
    line.push_back(',');
    if (field.number) {
      put_name(line, field.name);
      put(line, field.value);
    } else if (is_plain(field.value)) {
      put_member(line, field.name, field.value);
    } else {
      put_name(line, field.name);
      put_json_string(line, printable(field.value, kMaxFieldBytes));
    }
  }
  put(line, "}\n");
}

void put_human_line(Line& line, TimePoint now, LogLevel level, bool colour, LogEvent event, std::span<const LogField> fields) {
  const auto out = fmt::appender(line);
  fmt::format_to(out, "{:%H:%M:%S} ", fmt::localtime(std::chrono::system_clock::to_time_t(now)));
  fmt::format_to(out, "{}{:<5}{} {}", colour ? level_colour(level) : "", level_name(level), colour ? "\x1b[0m" : "", event.text());
  for (const auto& field : fields) {
    fmt::format_to(out, " {}{}={}", colour ? "\x1b[2m" : "", field.name.text(), colour ? "\x1b[0m" : "");
    const std::string value = printable(field.value, kMaxFieldBytes);
    const bool quote = value.empty() || value.find_first_of(" \"=") != std::string::npos;
    if (quote) {
      put_json_string(line, value);
    } else {
      put(line, value);
    }
  }
  line.push_back('\n');
}

}  // namespace

LogField::LogField(LogKey n, double v) : name(n), number(true) {
  // Tenths as a whole number: to_chars of floating point is the dearest part of a log line.
  const double tenths = std::round(v * 10);
  if (!(std::abs(tenths) < 1e15)) {  // not a number, or no time of ours
    value = "0";
    return;
  }
  std::array<char, 24> digits{};
  char* end = std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<std::int64_t>(tenths)).ptr;
  const char last = *(end - 1);
  value.assign(digits.data(), end - 1);
  if (value.empty() || value == "-") value += '0';
  value += '.';
  value += last;
}

void Logger::write(LogLevel level, LogEvent event, std::span<const LogField> fields) const {
  Line line;
  if (format_ == LogFormat::Json) {
    put_json_line(line, clock_.now(), level, event, fields);
  } else {
    put_human_line(line, clock_.now(), level, colour_, event, fields);
  }
  sink_({line.data(), line.size()});
}

}  // namespace vmcpauth
