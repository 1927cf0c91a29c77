#include "core/config/rules_table.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/config/catalogue/catalogue.hpp"
#include "core/config/catalogue/doctor.hpp"
#include "core/config/catalogue/live.hpp"

namespace vmcpauth::config {
namespace {

std::vector<RuleInfo> collect() {
  std::vector<RuleInfo> all;
  for (const auto part : {catalogue::syntax_rules(), catalogue::structure_rules(), catalogue::crd_rules(), catalogue::reference_rules(),
                          catalogue::auth_server_rules(), catalogue::auth_upstream_rules(), catalogue::outgoing_rules(), catalogue::login_provider_rules(),
                          catalogue::service_rules(), catalogue::security_rules(), catalogue::live_rules(), catalogue::doctor_rules()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  // Parts of one hundred may be in several files.
  std::sort(all.begin(), all.end(), [](const RuleInfo& a, const RuleInfo& b) { return a.rule < b.rule; });
  return all;
}

constexpr std::string_view kFileMark = "# file: ";

std::vector<ExampleFile> split_files(std::string_view text) {
  std::vector<ExampleFile> files;
  if (!text.starts_with(kFileMark)) files.push_back({"server.yaml", {}});
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    const auto line = text.substr(0, end);
    text.remove_prefix(end);
    if (line.starts_with(kFileMark)) {
      files.push_back({std::string(line.substr(kFileMark.size(), line.size() - kFileMark.size() - 1)), {}});
    } else {
      files.back().text += line;
    }
  }
  return files;
}

std::vector<ExampleFile> expand(const RuleExample& example, std::string_view side) {
  if (example.base == Base::None) return split_files(side);
  std::string text(catalogue::base_text(example.base));
  const auto at = text.find(example.at);
  if (at != std::string::npos) text.replace(at, example.at.size(), side);
  return split_files(text);
}

}  // namespace

std::string_view to_string(Severity severity) noexcept {
  switch (severity) {
    case Severity::Error: return "error";
    case Severity::Warning: return "warning";
    case Severity::Note: return "note";
  }
  return "error";
}

std::vector<ExampleFile> failing_files(const RuleExample& example) { return expand(example, example.failing); }
std::vector<ExampleFile> passing_files(const RuleExample& example) { return expand(example, example.passing); }

std::span<const RuleInfo> rules() noexcept {
  static const std::vector<RuleInfo> kRules = collect();
  return kRules;
}

const RuleInfo& info(Rule rule) noexcept {
  const auto all = rules();
  const auto found = std::lower_bound(all.begin(), all.end(), rule, [](const RuleInfo& entry, Rule wanted) { return entry.rule < wanted; });
  return found != all.end() && found->rule == rule ? *found : all.front();
}

std::string rule_id(Rule rule) { return fmt::format("VMA{}", static_cast<unsigned>(rule)); }

std::optional<Rule> find_rule(std::string_view text) noexcept {
  if (text.size() == 6 && (text.starts_with("VMA") || text.starts_with("vma"))) text.remove_prefix(3);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  for (const auto& entry : rules()) {
    if (static_cast<unsigned>(entry.rule) == number) return entry.rule;
  }
  return std::nullopt;
}

}  // namespace vmcpauth::config
