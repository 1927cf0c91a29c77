#include "core/base/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "core/base/encoding.hpp"

namespace vmcpauth {
namespace {

constexpr std::size_t kMaxFieldBytes = 600;

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

std::string json_line(TimePoint now, LogLevel level, std::string_view event, std::span<const LogField> fields) {
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::string line = fmt::format("{{\"time\":\"{:%Y-%m-%dT%H:%M:%S}.{:03}Z\",\"level\":\"{}\",\"event\":\"{}\"",
                                 fmt::gmtime(std::chrono::floor<std::chrono::seconds>(now)), millis, level_name(level), event);
  for (const auto& field : fields) {
    line += ',';
    append_json_string(line, field.name);
    line += ':';
    if (field.number) {
      line += field.value;
    } else {
      append_json_string(line, printable(field.value, kMaxFieldBytes));
    }
  }
  line += "}\n";
  return line;
}

std::string human_line(TimePoint now, LogLevel level, bool colour, std::string_view event, std::span<const LogField> fields) {
  std::string line = fmt::format("{:%H:%M:%S} ", fmt::localtime(std::chrono::system_clock::to_time_t(now)));
  line += colour ? fmt::format("{}{:<5}\x1b[0m {}", level_colour(level), level_name(level), event) : fmt::format("{:<5} {}", level_name(level), event);
  for (const auto& field : fields) {
    const std::string value = printable(field.value, kMaxFieldBytes);
    const bool quote = value.empty() || value.find_first_of(" \"=") != std::string::npos;
    line += ' ';
    line += colour ? fmt::format("\x1b[2m{}=\x1b[0m", field.name) : fmt::format("{}=", field.name);
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

LogField::LogField(std::string_view n, double v) : name(n), value(fmt::format("{:.1f}", v)), number(true) {}

void Logger::write(LogLevel level, std::string_view event, std::span<const LogField> fields) const {
  const auto now = clock_.now();
  sink_(format_ == LogFormat::Json ? json_line(now, level, event, fields) : human_line(now, level, colour_, event, fields));
}

}  // namespace vmcpauth
