// Structured logging: an event name and fields, rendered for people (terminal) or as one JSON object a line.
// Field values are made printable; there is no overload that takes a Secret, and URLs are logged without query.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/guarded.hpp"
#include "core/base/log_vocabulary.hpp"

namespace vmcpauth {

enum class LogLevel : std::uint8_t { Debug, Info, Warn, Error };

struct LogField {
  LogKey name;
  std::string value;
  bool number = false;

  LogField(LogKey n, std::string_view v) : name(n), value(v) {}
  LogField(LogKey n, const char* v) : name(n), value(v) {}
  LogField(LogKey n, std::int64_t v) : name(n), value(std::to_string(v)), number(true) {}
  LogField(LogKey n, int v) : LogField(n, static_cast<std::int64_t>(v)) {}
  LogField(LogKey n, double v);
};

enum class LogFormat : std::uint8_t { Human, Json };

class Logger {
 public:
  using Sink = std::function<void(std::string_view line)>;  // one finished line with its '\n'

  Logger(const Clock& clock, LogLevel threshold, LogFormat format, bool colour, Sink sink)
      : clock_(clock), threshold_(threshold), format_(format), colour_(colour), sink_(std::move(sink)) {}

  [[nodiscard]] bool enabled(LogLevel level) const noexcept { return level >= threshold_; }
  // Names are those of log_vocabulary.hpp, documented in docs/reference/log.md.
  void log(LogLevel level, LogEvent event, std::initializer_list<LogField> fields) const {
    if (enabled(level)) write(level, event, {fields.begin(), fields.size()});
  }
  void debug(LogEvent event, std::initializer_list<LogField> fields = {}) const { log(LogLevel::Debug, event, fields); }
  void info(LogEvent event, std::initializer_list<LogField> fields = {}) const { log(LogLevel::Info, event, fields); }
  void warn(LogEvent event, std::initializer_list<LogField> fields = {}) const { log(LogLevel::Warn, event, fields); }
  void error(LogEvent event, std::initializer_list<LogField> fields = {}) const { log(LogLevel::Error, event, fields); }
  void write(LogLevel level, LogEvent event, std::span<const LogField> fields) const;

 private:
  const Clock& clock_;
  LogLevel threshold_;
  LogFormat format_;
  bool colour_;
  Sink sink_;
};

}  // namespace vmcpauth
