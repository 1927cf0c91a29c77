#include "core/config/cel/functions.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "core/base/duration.hpp"
#include "core/config/cel/code_points.hpp"
#include "core/config/cel/library.hpp"

namespace vmcpauth::config::cel {
namespace {

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
      if (const auto* span = a[0].get_if<Nanoseconds>(); span != nullptr && *span != Nanoseconds::min()) return value(-*span);
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
  // The whole duration in that unit; of milliseconds too (cel-go, types/duration.go), where the specification says otherwise.
  return value(static_cast<std::int64_t>(std::chrono::duration_cast<Unit>(*span).count()));
}

Result<Value> identity(Arguments a) {
  if (a.size() != 1) return no_overload("dyn", a);
  return a[0];
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
      {"duration", duration},
      {"getHours", duration_part<std::chrono::hours>},
      {"getMinutes", duration_part<std::chrono::minutes>},
      {"getSeconds", duration_part<std::chrono::seconds>},
      {"getMilliseconds", duration_part<std::chrono::milliseconds>},
      {"dyn", identity},
  };
  return functions;
}

}  // namespace

std::unexpected<Error> no_overload(std::string_view name, Arguments arguments) {
  std::string types;
  for (const auto& argument : arguments) types += (types.empty() ? "" : ", ") + std::string(argument.type_name());
  return failure("no such overload: " + std::string(name) + "(" + types + ")");
}

Function standard_function(std::string_view name) noexcept {
  const auto it = table().find(name);
  return it == table().end() ? nullptr : it->second;
}

namespace {

Function find_function(std::string_view name) noexcept {
  for (const auto library : {standard_function, conversion, text_function, pattern_function, list_function, format_function}) {
    if (const Function function = library(name)) return function;
  }
  return nullptr;
}

}  // namespace

bool is_function(std::string_view name) noexcept { return find_function(name) != nullptr; }

Result<Value> call_function(std::string_view name, Arguments arguments) {
  const Function function = find_function(name);
  return function == nullptr ? failure("no such function: " + std::string(name)) : function(arguments);
}

}  // namespace vmcpauth::config::cel
