#include "core/base/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "core/base/encoding.hpp"

namespace vmcpauth {
namespace {

constexpr std::size_t kMaxFieldBytes = 600;
constexpr std::size_t kUsualLine = 512;
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

// printable() leaves no control characters, so only two characters need an escape.
void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

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

std::string json_line(TimePoint now, LogLevel level, LogEvent event, std::span<const LogField> fields) {
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::string line;
  line.reserve(kUsualLine);
  fmt::format_to(std::back_inserter(line), "{{\"{}\":\"{}.{:03}Z\",\"{}\":\"{}\",\"{}\":\"{}\"", kTime.text(), second_of(now), millis, kLevel.text(),
                 level_name(level), kEvent.text(), event.text());
  for (const auto& field : fields) {
    line += ',';
    append_json_string(line, field.name.text());
    line += ':';
    if (field.number) {
      line += field.value;
    } else if (is_plain(field.value)) {
      line += '"';
      line += field.value;
      line += '"';
    } else {
      append_json_string(line, printable(field.value, kMaxFieldBytes));
    }
  }
  line += "}\n";
  return line;
}

std::string human_line(TimePoint now, LogLevel level, bool colour, LogEvent event, std::span<const LogField> fields) {
  std::string line = fmt::format("{:%H:%M:%S} ", fmt::localtime(std::chrono::system_clock::to_time_t(now)));
  line += colour ? fmt::format("{}{:<5}\x1b[0m {}", level_colour(level), level_name(level), event.text())
                 : fmt::format("{:<5} {}", level_name(level), event.text());
  for (const auto& field : fields) {
    const std::string value = printable(field.value, kMaxFieldBytes);
    const bool quote = value.empty() || value.find_first_of(" \"=") != std::string::npos;
    line += ' ';
    line += colour ? fmt::format("\x1b[2m{}=\x1b[0m", field.name.text()) : fmt::format("{}=", field.name.text());
    if (quote) {
      append_json_string(line, value);
    } else {
      line += value;
    }
  }
  line += '\n';
  return line;
}

}  // namespace

LogField::LogField(LogKey n, double v) : name(n), number(true) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), v, std::chars_format::fixed, 1);
  value = end.ec == std::errc() ? std::string(digits.data(), end.ptr) : "0";
}

void Logger::write(LogLevel level, LogEvent event, std::span<const LogField> fields) const {
  const auto now = clock_.now();
  sink_(format_ == LogFormat::Json ? json_line(now, level, event, fields) : human_line(now, level, colour_, event, fields));
}

}  // namespace vmcpauth
