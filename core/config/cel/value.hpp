// Values of the Common Expression Language (cel-spec, doc/langdef.md) as far as Kubernetes validation rules use it.
// Immutable and cheap to copy: lists and maps are shared. Made from JSON documents and by the evaluator.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/json.hpp"

namespace vmcpauth::config::cel {

class Value;

using List = std::vector<Value>;
// Object fields and string-keyed maps alike; other key types do not occur in Kubernetes documents.
using Map = std::map<std::string, Value, std::less<>>;
using ListPtr = std::shared_ptr<const List>;
using MapPtr = std::shared_ptr<const Map>;

struct Null {
  friend bool operator==(Null, Null) = default;
};

class Value {
 public:
  using Variant = std::variant<Null, bool, std::int64_t, std::uint64_t, double, std::string, std::chrono::nanoseconds, ListPtr, MapPtr>;

  Value() = default;
  Value(Variant value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor): a Value is its alternatives
  [[nodiscard]] static Value list(List items) { return Value(Variant(std::make_shared<const List>(std::move(items)))); }
  [[nodiscard]] static Value map(Map items) { return Value(Variant(std::make_shared<const Map>(std::move(items)))); }
  // Integers become int, other numbers double.
  [[nodiscard]] static Value from_json(const Json& json);

  template <class T>
  [[nodiscard]] const T* get_if() const noexcept {
    return std::get_if<T>(&value_);
  }
  [[nodiscard]] const List* as_list() const noexcept;
  [[nodiscard]] const Map* as_map() const noexcept;
  [[nodiscard]] const Variant& variant() const noexcept { return value_; }

  // "null_type", "bool", "int", "uint", "double", "string", "google.protobuf.Duration", "list", "map".
  [[nodiscard]] std::string_view type_name() const noexcept;

 private:
  Variant value_;
};

// CEL equality: numbers by value across types, containers deeply; values of different kinds are unequal.
[[nodiscard]] bool equal(const Value& a, const Value& b);
// nullopt when the two have no order (different kinds, containers, NaN).
[[nodiscard]] std::optional<std::strong_ordering> order(const Value& a, const Value& b);

}  // namespace vmcpauth::config::cel
