#include "core/config/report/rule_selection.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/config/decoder.hpp"

namespace vmcpauth::config {
namespace {

std::string number_of(Rule rule) { return std::to_string(static_cast<unsigned>(rule)); }

bool begins(Rule rule, const std::vector<std::string>& beginnings) {
  const auto number = number_of(rule);
  return std::any_of(beginnings.begin(), beginnings.end(), [&](const std::string& begin) { return number.starts_with(begin); });
}

// "VMA6" and "vma6" and "6" → "6".
std::string_view digits_of(std::string_view text) {
  if (text.starts_with("VMA") || text.starts_with("vma")) text.remove_prefix(3);
  return text;
}

Result<void> add_beginnings(std::string_view list, std::vector<std::string>& out) {
  while (true) {
    const auto comma = list.find(',');
    auto word = list.substr(0, comma);
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    const std::vector<std::string> one{std::string(digits_of(word))};
    const auto all = rules();
    // "VMA" alone begins every identifier.
    const bool known = !word.empty() && std::any_of(all.begin(), all.end(), [&](const RuleInfo& rule) { return begins(rule.rule, one); });
    if (!known) {
      const auto nearest = nearest_rule(word);
      return fail(ErrorCode::InvalidInput, fmt::format("no rule begins with \"{}\"{}", printable(word, 40),
                                                       nearest.empty() ? std::string() : fmt::format("; did you mean {}?", nearest)));
    }
    out.push_back(one.front());
    if (comma == std::string_view::npos) return {};
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<RuleSelection> RuleSelection::parse(std::span<const std::string> select, std::span<const std::string> ignore) {
  RuleSelection out;
  for (const auto& list : select) TRY_VOID(add_beginnings(list, out.select_));
  for (const auto& list : ignore) TRY_VOID(add_beginnings(list, out.ignore_));
  return out;
}

bool RuleSelection::includes(Rule rule) const {
  constexpr unsigned kFirstOfStructure = 200;
  if (begins(rule, ignore_)) return false;
  return select_.empty() || static_cast<unsigned>(rule) < kFirstOfStructure || begins(rule, select_);
}

std::string nearest_rule(std::string_view text) {
  const auto digits = digits_of(text);
  if (digits.empty() || digits.size() > 4) return {};
  // The nearest number, when it can be one: 4O2 and 40 mean 402, 999 means nothing.
  std::vector<std::string> ids;
  for (const auto& rule : rules()) ids.push_back(number_of(rule.rule));
  const std::vector<std::string_view> known(ids.begin(), ids.end());
  const auto nearest = nearest_name(digits, known);
  return nearest.empty() ? std::string() : fmt::format("VMA{}", nearest);
}

}  // namespace vmcpauth::config
