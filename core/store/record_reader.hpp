// Reads the members of a record from JSON and remembers the first thing wrong; used by record_json.cpp and the Redis
// mapping, so that a record is read in one straight line.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/json.hpp"

namespace vmcpauth::store {

class RecordReader {
 public:
  explicit RecordReader(const Json& object) : object_(object) {}

  [[nodiscard]] bool has(const char* name) const { return object_.contains(name) && !object_[name].is_null(); }
  // Absent is "".
  [[nodiscard]] std::string text(const char* name) {
    auto value = take(optional_string(object_, name)).value_or(std::string());
    if (value == "[redacted]") fail_once(Error(ErrorCode::InvalidInput, "\"" + std::string(name) + "\" is redacted"));
    return value;
  }
  [[nodiscard]] std::string required(const char* name) {
    auto value = text(name);
    if (value.empty()) fail_once(Error(ErrorCode::InvalidInput, "\"" + std::string(name) + "\" is missing"));
    return value;
  }
  [[nodiscard]] std::vector<std::string> texts(const char* name) { return take(optional_strings(object_, name)).value_or(std::vector<std::string>()); }
  [[nodiscard]] bool flag(const char* name) { return take(optional_bool(object_, name)).value_or(false); }
  [[nodiscard]] int number(const char* name) {
    const auto value = take(optional_integer(object_, name)).value_or(0);
    if (value < 0 || value > 1'000'000) fail_once(Error(ErrorCode::InvalidInput, "\"" + std::string(name) + "\" is out of bounds"));
    return static_cast<int>(value);
  }
  // Unix seconds.
  [[nodiscard]] std::optional<TimePoint> optional_time(const char* name) {
    const auto value = take(optional_integer(object_, name));
    if (!value) return std::nullopt;
    // 0001 to 9999, beyond which nothing fits a TimePoint's arithmetic.
    if (*value < -62'135'596'800 || *value > 253'402'300'799) {
      fail_once(Error(ErrorCode::InvalidInput, "\"" + std::string(name) + "\" is no time"));
      return std::nullopt;
    }
    return from_unix_seconds(*value);
  }
  [[nodiscard]] TimePoint time(const char* name) {
    const auto value = optional_time(name);
    if (!value) fail_once(Error(ErrorCode::InvalidInput, "\"" + std::string(name) + "\" is missing"));
    return value.value_or(TimePoint());
  }
  template <class Read>
  [[nodiscard]] auto object(const char* name, Read read) -> decltype(read(std::declval<RecordReader&>())) {
    static const Json kEmpty = Json::object();
    const bool there = has(name) && object_[name].is_object();
    if (!there) fail_once(Error(ErrorCode::InvalidInput, "\"" + std::string(name) + "\" is no object"));
    RecordReader inner(there ? object_[name] : kEmpty);
    auto value = read(inner);
    if (auto error = inner.take_error()) fail_once(*std::move(error));
    return value;
  }
  [[nodiscard]] std::optional<Error> take_error() { return std::exchange(error_, std::nullopt); }

 private:
  void fail_once(Error error) {
    if (!error_) error_ = std::move(error);
  }
  template <class T>
  std::optional<T> take(Result<std::optional<T>> value) {
    if (value) return *std::move(value);
    fail_once(std::move(value).error());
    return std::nullopt;
  }

  const Json& object_;
  std::optional<Error> error_;
};

}  // namespace vmcpauth::store
