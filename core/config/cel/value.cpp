#include "core/config/cel/value.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace vmcpauth::config::cel {
namespace {

std::optional<long double> number_of(const Value& value) {
  if (const auto* i = value.get_if<std::int64_t>()) return static_cast<long double>(*i);
  if (const auto* u = value.get_if<std::uint64_t>()) return static_cast<long double>(*u);
  if (const auto* d = value.get_if<double>()) return static_cast<long double>(*d);
  return std::nullopt;
}

template <class T>
std::strong_ordering compare(const T& a, const T& b) {
  if (a < b) return std::strong_ordering::less;
  return b < a ? std::strong_ordering::greater : std::strong_ordering::equal;
}

}  // namespace

Value Value::from_json(const Json& json) {
  switch (json.type()) {
    case Json::value_t::boolean: return Value(Variant(json.get<bool>()));
    case Json::value_t::number_integer: return Value(Variant(json.get<std::int64_t>()));
    case Json::value_t::number_unsigned: {
      const auto number = json.get<std::uint64_t>();
      if (number > static_cast<std::uint64_t>(INT64_MAX)) return Value(Variant(static_cast<double>(number)));
      return Value(Variant(static_cast<std::int64_t>(number)));
    }
    case Json::value_t::number_float: return Value(Variant(json.get<double>()));
    case Json::value_t::string: return Value(Variant(json.get<std::string>()));
    case Json::value_t::array: {
      List items;
      items.reserve(json.size());
      for (const auto& item : json) items.push_back(from_json(item));
      return list(std::move(items));
    }
    case Json::value_t::object: {
      Map items;
      for (const auto& [name, item] : json.items()) items.emplace(name, from_json(item));
      return map(std::move(items));
    }
    case Json::value_t::null:
    case Json::value_t::binary:
    case Json::value_t::discarded: break;
  }
  return {};
}

const List* Value::as_list() const noexcept {
  const auto* list = get_if<ListPtr>();
  return list == nullptr ? nullptr : list->get();
}

const Map* Value::as_map() const noexcept {
  const auto* map = get_if<MapPtr>();
  return map == nullptr ? nullptr : map->get();
}

std::string_view Value::type_name() const noexcept {
  static constexpr std::array<std::string_view, 9> kNames{"null_type", "bool", "int", "uint", "double", "string", "google.protobuf.Duration", "list", "map"};
  return kNames.at(value_.index());
}

bool equal(const Value& a, const Value& b) {
  const auto x = number_of(a);
  const auto y = number_of(b);
  if (x && y) return *x == *y;
  if (a.variant().index() != b.variant().index()) return false;
  if (const auto* list = a.as_list()) {
    const auto& other = *b.as_list();
    return std::equal(list->begin(), list->end(), other.begin(), other.end(), equal);
  }
  if (const auto* map = a.as_map()) {
    const auto& other = *b.as_map();
    return std::equal(map->begin(), map->end(), other.begin(), other.end(),
                      [](const auto& p, const auto& q) { return p.first == q.first && equal(p.second, q.second); });
  }
  return a.variant() == b.variant();
}

std::optional<std::strong_ordering> order(const Value& a, const Value& b) {
  const auto x = number_of(a);
  const auto y = number_of(b);
  if (x && y) {
    if (std::isnan(*x) || std::isnan(*y)) return std::nullopt;
    return compare(*x, *y);
  }
  if (a.variant().index() != b.variant().index()) return std::nullopt;
  if (const auto* text = a.get_if<std::string>()) return compare(*text, *b.get_if<std::string>());
  if (const auto* flag = a.get_if<bool>()) return compare(*flag, *b.get_if<bool>());
  if (const auto* duration = a.get_if<std::chrono::nanoseconds>()) return compare(*duration, *b.get_if<std::chrono::nanoseconds>());
  return std::nullopt;
}

}  // namespace vmcpauth::config::cel
