// The string functions: cel-spec's contains/startsWith/endsWith and the strings extension (cel-go, ext/strings.go) that Kubernetes
// enables; indexOf/lastIndexOf also for lists. Offsets and lengths count Unicode code points.
#include <algorithm>
#include <array>
#include <map>

#include "core/config/cel/code_points.hpp"
#include "core/config/cel/library.hpp"

namespace vmcpauth::config::cel {
namespace {

const std::string* text_at(Arguments a, std::size_t index) { return argument<std::string>(a, index); }
const std::int64_t* int_at(Arguments a, std::size_t index) { return argument<std::int64_t>(a, index); }

std::unexpected<Error> no_text_overload() { return failure("no such overload of a string function"); }

template <class Predicate>
Result<Value> test(Arguments a, Predicate predicate) {
  const auto* text = text_at(a, 0);
  const auto* part = text_at(a, 1);
  if (text == nullptr || part == nullptr || a.size() != 2) return no_text_overload();
  return value(predicate(*text, *part));
}

template <class Change>
Result<Value> ascii(Arguments a, Change change) {
  const auto* text = text_at(a, 0);
  if (text == nullptr || a.size() != 1) return no_text_overload();
  std::string out = *text;
  std::transform(out.begin(), out.end(), out.begin(), change);
  return value(std::move(out));
}

std::string joined(std::span<const std::string_view> parts) {
  std::string out;
  for (const auto part : parts) out += part;
  return out;
}

// White space as Unicode and Go's strings.TrimSpace have it.
bool is_space(std::string_view point) {
  static constexpr std::array<std::string_view, 25> kSpaces{" ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u0085", "\u00a0", "\u1680",
                                                            "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008",
                                                            "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};
  return std::find(kSpaces.begin(), kSpaces.end(), point) != kSpaces.end();
}

Result<Value> trim(Arguments a) {
  const auto* text = text_at(a, 0);
  if (text == nullptr || a.size() != 1) return no_text_overload();
  auto points = code_points(*text);
  const auto kept = [](std::string_view point) { return !is_space(point); };
  points.erase(points.begin(), std::find_if(points.begin(), points.end(), kept));
  points.erase(std::find_if(points.rbegin(), points.rend(), kept).base(), points.end());
  return value(joined(points));
}

Result<Value> char_at(Arguments a) {
  const auto* text = text_at(a, 0);
  const auto* index = int_at(a, 1);
  if (text == nullptr || index == nullptr || a.size() != 2) return no_text_overload();
  const auto points = code_points(*text);
  if (*index < 0 || static_cast<std::size_t>(*index) > points.size()) return failure("charAt(): index out of range");
  if (static_cast<std::size_t>(*index) == points.size()) return value(std::string());
  return value(std::string(points[static_cast<std::size_t>(*index)]));
}

Result<Value> substring(Arguments a) {
  const auto* text = text_at(a, 0);
  const auto* from = int_at(a, 1);
  if (text == nullptr || from == nullptr || a.size() > 3 || (a.size() == 3 && int_at(a, 2) == nullptr)) return no_text_overload();
  const auto points = code_points(*text);
  const auto length = static_cast<std::int64_t>(points.size());
  const std::int64_t to = a.size() == 3 ? *int_at(a, 2) : length;
  if (*from < 0 || to > length || *from > to) return failure("substring(): index out of range");
  return value(joined(std::span(points).subspan(static_cast<std::size_t>(*from), static_cast<std::size_t>(to - *from))));
}

// The position of `part` among the items at or after (before) `start`, -1 when it is nowhere.
template <class Items, class Part, class Same>
std::int64_t find(const Items& items, const Part& part, std::size_t start, bool last, Same same) {
  std::int64_t found = -1;
  for (std::size_t i = 0; i + part.size() <= items.size(); ++i) {
    if ((last ? i > start : i < start) || !std::equal(part.begin(), part.end(), items.begin() + static_cast<std::ptrdiff_t>(i), same)) continue;
    found = static_cast<std::int64_t>(i);
    if (!last) break;
  }
  return found;
}

template <bool kLast>
Result<Value> index_of(Arguments a) {
  if (a.size() < 2 || a.size() > 3 || (a.size() == 3 && int_at(a, 2) == nullptr)) return no_text_overload();
  if (const List* items = a[0].as_list()) {
    if (a.size() == 3) return no_text_overload();
    return value(find(*items, std::span(&a[1], 1), kLast ? items->size() : 0, kLast, equal));
  }
  const auto* text = text_at(a, 0);
  const auto* part = text_at(a, 1);
  if (text == nullptr || part == nullptr) return no_text_overload();
  const auto points = code_points(*text);
  std::size_t start = kLast ? points.size() : 0;
  if (a.size() == 3) {
    const auto given = *int_at(a, 2);
    if (given < 0 || static_cast<std::size_t>(given) > points.size()) return failure("index out of range: " + std::to_string(given));
    start = static_cast<std::size_t>(given);
  }
  return value(find(points, code_points(*part), start, kLast, std::equal_to<>{}));
}

Result<Value> join(Arguments a) {
  const List* items = a.empty() ? nullptr : a[0].as_list();
  if (items == nullptr || a.size() > 2 || (a.size() == 2 && text_at(a, 1) == nullptr)) return no_text_overload();
  const std::string separator = a.size() == 2 ? *text_at(a, 1) : std::string();
  std::string out;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto* text = (*items)[i].get_if<std::string>();
    if (text == nullptr) return no_text_overload();
    out += (i == 0 ? std::string() : separator) + *text;
    if (out.size() > kMaxResultBytes) return fail(ErrorCode::TooLarge, "join(): the result is too large");
  }
  return value(std::move(out));
}

// The third argument of split and replace: how many, negative for all.
Result<std::int64_t> limit_of(Arguments a, std::size_t index) {
  if (a.size() <= index) return -1;
  const auto* limit = int_at(a, index);
  if (limit == nullptr) return no_text_overload();
  return *limit;
}

// Each code point for itself; of `limit` parts the last one is all that remains.
List exploded(const std::string& text, std::int64_t limit) {
  const auto points = code_points(text);
  const std::size_t single = limit < 0 || static_cast<std::size_t>(limit) > points.size() ? points.size() : static_cast<std::size_t>(limit) - 1;
  List out;
  for (std::size_t i = 0; i < single; ++i) out.emplace_back(Value::Variant(std::string(points[i])));
  if (single < points.size()) out.emplace_back(Value::Variant(joined(std::span(points).subspan(single))));
  return out;
}

Result<Value> split(Arguments a) {
  const auto* text = text_at(a, 0);
  const auto* separator = text_at(a, 1);
  if (text == nullptr || separator == nullptr || a.size() > 3) return no_text_overload();
  TRY(const auto limit, limit_of(a, 2));
  List out;
  if (limit == 0) return Value::list({});
  if (separator->empty()) return Value::list(exploded(*text, limit));
  std::size_t at = 0;
  while (limit < 0 || static_cast<std::int64_t>(out.size()) + 1 < limit) {
    const auto next = text->find(*separator, at);
    if (next == std::string::npos) break;
    out.emplace_back(Value::Variant(text->substr(at, next - at)));
    at = next + separator->size();
  }
  out.emplace_back(Value::Variant(text->substr(at)));
  return Value::list(std::move(out));
}

// What Go makes of replacing the empty text: `to` before each code point and at the end.
Result<Value> interspersed(const std::string& text, const std::string& to, std::int64_t limit) {
  const auto points = code_points(text);
  if ((points.size() + 1) * to.size() + text.size() > kMaxResultBytes) return fail(ErrorCode::TooLarge, "replace(): the result is too large");
  std::string out;
  for (std::size_t i = 0; i <= points.size(); ++i) {
    if (limit < 0 || static_cast<std::int64_t>(i) < limit) out += to;
    if (i < points.size()) out += points[i];
  }
  return value(std::move(out));
}

Result<Value> replace(Arguments a) {
  const auto* text = text_at(a, 0);
  const auto* from = text_at(a, 1);
  const auto* to = text_at(a, 2);
  if (text == nullptr || from == nullptr || to == nullptr || a.size() > 4) return no_text_overload();
  TRY(const auto limit, limit_of(a, 3));
  if (from->empty()) return interspersed(*text, *to, limit);
  std::string out;
  std::size_t at = 0;
  for (std::int64_t count = 0; limit < 0 || count < limit; ++count) {
    const auto next = text->find(*from, at);
    if (next == std::string::npos) break;
    out.append(*text, at, next - at).append(*to);
    at = next + from->size();
    if (out.size() > kMaxResultBytes) return fail(ErrorCode::TooLarge, "replace(): the result is too large");
  }
  out.append(*text, at);
  return value(std::move(out));
}

const std::map<std::string_view, Function>& text_table() {
  static const std::map<std::string_view, Function> functions{
      {"contains", [](Arguments a) { return test(a, [](const auto& t, const auto& p) { return t.find(p) != std::string::npos; }); }},
      {"startsWith", [](Arguments a) { return test(a, [](const auto& t, const auto& p) { return t.starts_with(p); }); }},
      {"endsWith", [](Arguments a) { return test(a, [](const auto& t, const auto& p) { return t.ends_with(p); }); }},
      {"lowerAscii", [](Arguments a) { return ascii(a, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }); }},
      {"upperAscii", [](Arguments a) { return ascii(a, [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }); }},
      {"trim", trim},
      {"charAt", char_at},
      {"substring", substring},
      {"indexOf", index_of<false>},
      {"lastIndexOf", index_of<true>},
      {"join", join},
      {"split", split},
      {"replace", replace},
  };
  return functions;
}

}  // namespace

Function text_function(std::string_view name) noexcept {
  const auto it = text_table().find(name);
  return it == text_table().end() ? nullptr : it->second;
}

std::vector<std::string_view> code_points(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t start = 0;
  for (std::size_t i = 1; i <= text.size(); ++i) {
    const bool continues = i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U && i - start < 4;
    if (continues) continue;
    out.push_back(text.substr(start, i - start));
    start = i;
  }
  return out;
}

}  // namespace vmcpauth::config::cel
