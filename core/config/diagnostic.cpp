#include "core/config/diagnostic.hpp"

#include <algorithm>
#include <tuple>

namespace vmcpauth::config {
namespace {

auto order(const Diagnostic& d) { return std::tie(d.at.file, d.at.offset, d.rule, d.message); }

}  // namespace

Diagnostic& Diagnostics::report(Rule rule, Span at, std::string message) {
  list_.push_back({.rule = rule, .severity = info(rule).severity, .message = std::move(message), .at = at, .labels = {}, .hint = {}});
  return list_.back();
}

bool Diagnostics::has_errors() const noexcept { return count(Severity::Error) > 0; }

std::size_t Diagnostics::count(Severity severity) const noexcept {
  return static_cast<std::size_t>(std::count_if(list_.begin(), list_.end(), [&](const Diagnostic& d) { return d.severity == severity; }));
}

void Diagnostics::sort() {
  std::stable_sort(list_.begin(), list_.end(), [](const Diagnostic& a, const Diagnostic& b) { return order(a) < order(b); });
  const auto same = [](const Diagnostic& a, const Diagnostic& b) { return order(a) == order(b); };
  list_.erase(std::unique(list_.begin(), list_.end(), same), list_.end());
}

}  // namespace vmcpauth::config
