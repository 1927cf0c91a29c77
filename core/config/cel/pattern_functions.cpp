// matches (cel-spec) and Kubernetes' find and findAll (k8s.io/apiserver, pkg/cel/library/regex.go). Go's regular expressions are
// RE2's.
#include <re2/re2.h>

#include <map>
#include <memory>
#include <optional>

#include "core/config/cel/code_points.hpp"
#include "core/config/cel/library.hpp"

namespace vmcpauth::config::cel {
namespace {

constexpr std::int64_t kMaxPatternMemory = 1 << 20;
constexpr std::size_t kMaxKept = 8;

// The pattern, compiled. A rule asks one or two of many values, and to compile one costs far more than to match it, so a thread keeps
// the last few.
Result<const RE2*> compiled(const std::string& expression) {
  thread_local std::map<std::string, std::unique_ptr<const RE2>> kept;
  auto it = kept.find(expression);
  if (it == kept.end()) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMaxPatternMemory);
    auto pattern = std::make_unique<const RE2>(expression, options);
    if (!pattern->ok()) return failure("not a regular expression: " + pattern->error());
    if (kept.size() >= kMaxKept) kept.clear();
    it = kept.emplace(expression, std::move(pattern)).first;
  }
  return it->second.get();
}

// The text in a[0] and the pattern in a[1], given to `use`.
template <class Use>
Result<Value> with_pattern(std::string_view name, Arguments a, Use use) {
  const auto* text = argument<std::string>(a, 0);
  const auto* expression = argument<std::string>(a, 1);
  if (text == nullptr || expression == nullptr) return no_overload(name, a);
  TRY(const auto* pattern, compiled(*expression));
  return use(*text, *pattern);
}

Result<Value> matches(Arguments a) {
  if (a.size() != 2) return no_overload("matches", a);
  return with_pattern("matches", a, [](const std::string& text, const RE2& pattern) { return value(RE2::PartialMatch(text, pattern)); });
}

std::optional<re2::StringPiece> match_from(const std::string& text, std::size_t start, const RE2& pattern) {
  re2::StringPiece found;
  if (!pattern.Match(text, start, text.size(), RE2::UNANCHORED, &found, 1)) return std::nullopt;
  return found;
}

Result<Value> find(Arguments a) {
  if (a.size() != 2) return no_overload("find", a);
  return with_pattern("find", a, [](const std::string& text, const RE2& pattern) {
    const auto found = match_from(text, 0, pattern);
    return value(found ? std::string(found->data(), found->size()) : std::string());
  });
}

// Go's regexp.FindAllString: matches that do not overlap, and no empty one right behind another.
List all_matches(const std::string& text, const RE2& pattern, std::int64_t limit) {
  List out;
  std::size_t at = 0;
  std::size_t end_of_last = std::string::npos;
  while (at <= text.size() && (limit < 0 || static_cast<std::int64_t>(out.size()) < limit)) {
    const auto found = match_from(text, at, pattern);
    if (!found) break;
    const auto begin = static_cast<std::size_t>(found->data() - text.data());
    const auto end = begin + found->size();
    const bool accepted = end != at || begin != end_of_last;
    if (accepted) out.emplace_back(Value::Variant(std::string(found->data(), found->size())));
    if (end != at) {
      at = end;
    } else {
      const auto rest = std::string_view(text).substr(at, 4);
      at += rest.empty() ? 1 : code_points(rest).front().size();
    }
    end_of_last = end;
  }
  return out;
}

Result<Value> find_all(Arguments a) {
  const auto* limit = argument<std::int64_t>(a, 2);
  if (a.size() > 3 || (a.size() == 3 && limit == nullptr)) return no_overload("findAll", a);
  return with_pattern("findAll", a, [&](const std::string& text, const RE2& pattern) -> Result<Value> {
    return Value::list(all_matches(text, pattern, limit == nullptr ? -1 : *limit));
  });
}

}  // namespace

Function pattern_function(std::string_view name) noexcept {
  if (name == "matches") return matches;
  if (name == "find") return find;
  return name == "findAll" ? find_all : nullptr;
}

}  // namespace vmcpauth::config::cel
