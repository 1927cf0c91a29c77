// Kubernetes' list functions (k8s.io/apiserver, pkg/cel/library/lists.go) and the sets extension (cel-go, ext/sets.go).
#include <algorithm>
#include <array>
#include <map>

#include "core/config/cel/functions.hpp"
#include "core/config/cel/library.hpp"

namespace vmcpauth::config::cel {
namespace {

constexpr std::size_t kMaxComparisons = 1'000'000;

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
    TRY(total, call_function("+", pair));
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

bool holds(const List& items, const Value& wanted) {
  return std::any_of(items.begin(), items.end(), [&](const Value& item) { return equal(item, wanted); });
}

bool holds_all(const List& items, const List& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const Value& item) { return holds(items, item); });
}

template <class Relation>
Result<Value> related(std::string_view name, Arguments a, Relation relation) {
  const List* first = a.size() == 2 ? a[0].as_list() : nullptr;
  const List* second = a.size() == 2 ? a[1].as_list() : nullptr;
  if (first == nullptr || second == nullptr) return no_overload(name, a);
  // Each item of one list is compared with each of the other.
  if (first->size() * second->size() > kMaxComparisons) return fail(ErrorCode::TooLarge, std::string(name) + "(): the lists are too long");
  return value(static_cast<bool>(relation(*first, *second)));
}

const std::map<std::string_view, Function>& list_table() {
  static const std::map<std::string_view, Function> functions{
      {"isSorted", is_sorted},
      {"sum", sum},
      {"min", extreme<false>},
      {"max", extreme<true>},
      {"sets.contains", [](Arguments a) { return related("sets.contains", a, holds_all); }},
      {"sets.equivalent",
       [](Arguments a) { return related("sets.equivalent", a, [](const List& x, const List& y) { return holds_all(x, y) && holds_all(y, x); }); }},
      {"sets.intersects",
       [](Arguments a) {
         return related("sets.intersects", a,
                        [](const List& x, const List& y) { return std::any_of(x.begin(), x.end(), [&](const Value& item) { return holds(y, item); }); });
       }},
  };
  return functions;
}

}  // namespace

Function list_function(std::string_view name) noexcept {
  const auto it = list_table().find(name);
  return it == list_table().end() ? nullptr : it->second;
}

}  // namespace vmcpauth::config::cel
