#include "core/config/cel/functions.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "core/base/duration.hpp"
#include "core/config/cel/text_functions.hpp"

namespace vmcpauth::config::cel {
namespace {

using Arguments = std::span<const Value>;
using Function = Result<Value> (*)(Arguments);

std::unexpected<Error> failure(std::string message) { return fail(ErrorCode::InvalidInput, std::move(message)); }

template <class T>
Result<Value> value(T v) {
  return Value(Value::Variant(std::move(v)));
}

std::unexpected<Error> no_overload(std::string_view name, Arguments arguments) {
  std::string types;
  for (const auto& argument : arguments) types += (types.empty() ? "" : ", ") + std::string(argument.type_name());
  return failure("no such overload: " + std::string(name) + "(" + types + ")");
}

// Both arguments as T, or nothing.
template <class T>
std::optional<std::pair<const T*, const T*>> both(Arguments a) {
  if (a.size() != 2 || a[0].get_if<T>() == nullptr || a[1].get_if<T>() == nullptr) return std::nullopt;
  return std::pair(a[0].get_if<T>(), a[1].get_if<T>());
}

template <class T>
bool arithmetic(char op, T a, T b, T& out) {
  switch (op) {
    case '+': return !__builtin_add_overflow(a, b, &out);
    case '-': return !__builtin_sub_overflow(a, b, &out);
    case '*': return !__builtin_mul_overflow(a, b, &out);
    default: break;
  }
  if (b == 0) return false;
  if constexpr (std::is_signed_v<T>) {
    if (a == std::numeric_limits<T>::min() && b == -1) return false;
  }
  out = op == '/' ? a / b : a % b;
  return true;
}

template <class T>
Result<Value> integers(char op, T a, T b) {
  T out{};
  if (!arithmetic(op, a, b, out)) return failure((op == '/' || op == '%') && b == 0 ? "division by zero" : "integer overflow");
  return value(out);
}

template <char kOp>
Result<Value> operate(Arguments a) {
  if (const auto ints = both<std::int64_t>(a)) return integers(kOp, *ints->first, *ints->second);
  if (const auto uints = both<std::uint64_t>(a)) return integers(kOp, *uints->first, *uints->second);
  if (const auto doubles = both<double>(a)) {
    const auto [x, y] = *doubles;
    if constexpr (kOp == '+') return value(*x + *y);
    if constexpr (kOp == '-') return value(*x - *y);
    if constexpr (kOp == '*') return value(*x * *y);
    if constexpr (kOp == '/') return value(*x / *y);
  }
  if (const auto durations = both<Nanoseconds>(a); durations && (kOp == '+' || kOp == '-')) {
    std::int64_t out = 0;
    if (!arithmetic(kOp, durations->first->count(), durations->second->count(), out)) return failure("duration overflow");
    return value(Nanoseconds(out));
  }
  if constexpr (kOp == '+') {
    if (const auto texts = both<std::string>(a)) return value(*texts->first + *texts->second);
    if (const auto lists = both<ListPtr>(a)) {
      List out = **lists->first;
      out.insert(out.end(), (*lists->second)->begin(), (*lists->second)->end());
      return Value::list(std::move(out));
    }
  }
  if constexpr (kOp == '-') {
    if (a.size() == 1) {
      if (const auto* number = a[0].get_if<std::int64_t>()) return integers('-', std::int64_t{0}, *number);
      if (const auto* number = a[0].get_if<double>()) return value(-*number);
    }
  }
  return no_overload(std::string_view(&"+-*/%"[std::string_view("+-*/%").find(kOp)], 1), a);
}

Result<Value> negate(Arguments a) {
  const auto* flag = a.size() == 1 ? a[0].get_if<bool>() : nullptr;
  if (flag == nullptr) return no_overload("!", a);
  return value(!*flag);
}

template <class Holds>
Result<Value> compare(std::string_view name, Arguments a, Holds holds) {
  const auto result = a.size() == 2 ? order(a[0], a[1]) : std::nullopt;
  if (!result) return no_overload(name, a);
  return value(static_cast<bool>(holds(*result)));
}

Result<Value> is_in(Arguments a) {
  if (a.size() != 2) return no_overload("in", a);
  if (const List* items = a[1].as_list()) return value(std::any_of(items->begin(), items->end(), [&](const Value& item) { return equal(item, a[0]); }));
  const Map* map = a[1].as_map();
  if (map == nullptr) return no_overload("in", a);
  const auto* name = a[0].get_if<std::string>();
  return value(name != nullptr && map->contains(*name));
}

Result<Value> size(Arguments a) {
  if (a.size() == 1) {
    if (const auto* text = a[0].get_if<std::string>()) return value(static_cast<std::int64_t>(code_points(*text).size()));
    if (const List* items = a[0].as_list()) return value(static_cast<std::int64_t>(items->size()));
    if (const Map* map = a[0].as_map()) return value(static_cast<std::int64_t>(map->size()));
  }
  return no_overload("size", a);
}

Result<Value> matches(Arguments a) {
  const auto texts = both<std::string>(a);
  if (!texts) return no_overload("matches", a);
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  const RE2 pattern(*texts->second, options);
  if (!pattern.ok()) return failure("not a regular expression: " + pattern.error());
  return value(RE2::PartialMatch(*texts->first, pattern));
}

Result<Value> duration(Arguments a) {
  if (a.size() == 1 && a[0].get_if<Nanoseconds>() != nullptr) return a[0];
  const auto* text = a.size() == 1 ? a[0].get_if<std::string>() : nullptr;
  if (text == nullptr) return no_overload("duration", a);
  auto parsed = parse_go_duration(*text);
  if (!parsed) return failure("duration(\"" + *text + "\"): " + parsed.error().message());
  return value(*parsed);
}

template <class Unit>
Result<Value> duration_part(Arguments a) {
  const auto* span = a.size() == 1 ? a[0].get_if<Nanoseconds>() : nullptr;
  if (span == nullptr) return no_overload("get", a);
  // getMilliseconds() is the part below a second, the others are the whole duration in that unit (langdef).
  if constexpr (std::is_same_v<Unit, std::chrono::milliseconds>) {
    return value(static_cast<std::int64_t>(std::chrono::duration_cast<Unit>(*span).count() % 1000));
  } else {
    return value(static_cast<std::int64_t>(std::chrono::duration_cast<Unit>(*span).count()));
  }
}

std::string number_text(double number) {
  std::array<char, 64> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return {buffer.data(), end};
}

Result<Value> to_string(Arguments a) {
  if (a.size() != 1) return no_overload("string", a);
  if (a[0].get_if<std::string>() != nullptr) return a[0];
  if (const auto* i = a[0].get_if<std::int64_t>()) return value(std::to_string(*i));
  if (const auto* u = a[0].get_if<std::uint64_t>()) return value(std::to_string(*u));
  if (const auto* d = a[0].get_if<double>()) return value(number_text(*d));
  if (const auto* b = a[0].get_if<bool>()) return value(std::string(*b ? "true" : "false"));
  if (const auto* span = a[0].get_if<Nanoseconds>()) return value(number_text(static_cast<double>(span->count()) / 1e9) + "s");
  return no_overload("string", a);
}

Result<Value> to_int(Arguments a) {
  if (a.size() != 1) return no_overload("int", a);
  if (a[0].get_if<std::int64_t>() != nullptr) return a[0];
  if (const auto* u = a[0].get_if<std::uint64_t>(); u != nullptr && *u <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return value(static_cast<std::int64_t>(*u));
  }
  if (const auto* d = a[0].get_if<double>(); d != nullptr && std::abs(*d) < 9.2e18) return value(static_cast<std::int64_t>(*d));
  if (const auto* text = a[0].get_if<std::string>()) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error == std::errc{} && end == text->data() + text->size()) return value(number);
    return failure("int(): not an integer");
  }
  return no_overload("int", a);
}

Result<Value> to_double(Arguments a) {
  if (a.size() != 1) return no_overload("double", a);
  if (a[0].get_if<double>() != nullptr) return a[0];
  if (const auto* i = a[0].get_if<std::int64_t>()) return value(static_cast<double>(*i));
  if (const auto* u = a[0].get_if<std::uint64_t>()) return value(static_cast<double>(*u));
  if (const auto* text = a[0].get_if<std::string>()) {
    double number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error == std::errc{} && end == text->data() + text->size()) return value(number);
    return failure("double(): not a number");
  }
  return no_overload("double", a);
}

Result<Value> identity(Arguments a) {
  if (a.size() != 1) return no_overload("dyn", a);
  return a[0];
}

// -- Kubernetes' list library (k8s.io/apiserver/pkg/cel/library/lists.go)

Result<Value> is_sorted(Arguments a) {
  const List* items = a.size() == 1 ? a[0].as_list() : nullptr;
  if (items == nullptr) return no_overload("isSorted", a);
  for (std::size_t i = 1; i < items->size(); ++i) {
    const auto result = order((*items)[i - 1], (*items)[i]);
    if (!result) return no_overload("isSorted", a);
    if (*result == std::strong_ordering::greater) return value(false);
  }
  return value(true);
}

Result<Value> sum(Arguments a) {
  const List* items = a.size() == 1 ? a[0].as_list() : nullptr;
  if (items == nullptr) return no_overload("sum", a);
  if (items->empty()) return value(std::int64_t{0});
  Value total = items->front();
  for (std::size_t i = 1; i < items->size(); ++i) {
    const std::array<Value, 2> pair{total, (*items)[i]};
    TRY(total, operate<'+'>(pair));
  }
  return total;
}

template <bool kLargest>
Result<Value> extreme(Arguments a) {
  const List* items = a.size() == 1 ? a[0].as_list() : nullptr;
  if (items == nullptr) return no_overload(kLargest ? "max" : "min", a);
  if (items->empty()) return failure("min/max of an empty list");
  Value best = items->front();
  for (const auto& item : *items) {
    const auto result = order(item, best);
    if (!result) return no_overload(kLargest ? "max" : "min", a);
    if (*result == (kLargest ? std::strong_ordering::greater : std::strong_ordering::less)) best = item;
  }
  return best;
}

const std::map<std::string_view, Function>& table() {
  static const std::map<std::string_view, Function> functions{
      {"+", operate<'+'>},
      {"-", operate<'-'>},
      {"*", operate<'*'>},
      {"/", operate<'/'>},
      {"%", operate<'%'>},
      {"!", negate},
      {"==", [](Arguments a) { return value(equal(a[0], a[1])); }},
      {"!=", [](Arguments a) { return value(!equal(a[0], a[1])); }},
      {"<", [](Arguments a) { return compare("<", a, [](auto o) { return o < 0; }); }},
      {"<=", [](Arguments a) { return compare("<=", a, [](auto o) { return o <= 0; }); }},
      {">", [](Arguments a) { return compare(">", a, [](auto o) { return o > 0; }); }},
      {">=", [](Arguments a) { return compare(">=", a, [](auto o) { return o >= 0; }); }},
      {"in", is_in},
      {"size", size},
      {"matches", matches},
      {"duration", duration},
      {"getHours", duration_part<std::chrono::hours>},
      {"getMinutes", duration_part<std::chrono::minutes>},
      {"getSeconds", duration_part<std::chrono::seconds>},
      {"getMilliseconds", duration_part<std::chrono::milliseconds>},
      {"string", to_string},
      {"int", to_int},
      {"double", to_double},
      {"dyn", identity},
      {"isSorted", is_sorted},
      {"sum", sum},
      {"min", extreme<false>},
      {"max", extreme<true>},
  };
  return functions;
}

}  // namespace

bool is_function(std::string_view name) noexcept { return table().contains(name) || is_text_function(name); }

Result<Value> call_function(std::string_view name, Arguments arguments) {
  const auto it = table().find(name);
  if (it != table().end()) return it->second(arguments);
  return call_text_function(name, arguments);
}

}  // namespace vmcpauth::config::cel
