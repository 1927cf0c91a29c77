#include "core/config/diagnostic.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "core/base/encoding.hpp"
#include "core/config/form.hpp"

namespace vmcpauth::config {
namespace {

auto order(const Diagnostic& d) { return std::tie(d.at.file, d.at.offset, d.rule, d.message); }

}  // namespace

std::string quoted(std::string_view value) {
  const auto userinfo = userinfo_of(value);
  if (userinfo.empty()) return "\"" + printable(value, 200) + "\"";
  const auto start = static_cast<std::size_t>(userinfo.data() - value.data());
  return "\"" + printable(value.substr(0, start), 40) + "[redacted]" + printable(value.substr(start + userinfo.size()), 200) + "\"";
}

Diagnostic& Diagnostics::report(Rule rule, Span at, std::string message) {
  list_.push_back({.rule = rule, .severity = info(rule).severity, .message = std::move(message), .at = at, .labels = {}, .hint = {}});
  return list_.back();
}

void Diagnostics::append(Diagnostics&& other) {
  list_.insert(list_.end(), std::make_move_iterator(other.list_.begin()), std::make_move_iterator(other.list_.end()));
}

void Diagnostics::drop_if(const std::function<bool(const Diagnostic&)>& unwanted) { std::erase_if(list_, unwanted); }

bool Diagnostics::has_errors() const noexcept { return count(Severity::Error) > 0; }

std::size_t Diagnostics::count(Severity severity) const noexcept {
  return static_cast<std::size_t>(std::count_if(list_.begin(), list_.end(), [&](const Diagnostic& d) { return d.severity == severity; }));
}

void Diagnostics::sort() {
  std::sort(list_.begin(), list_.end(), [](const Diagnostic& a, const Diagnostic& b) { return order(a) < order(b); });
  const auto same = [](const Diagnostic& a, const Diagnostic& b) { return order(a) == order(b); };
  list_.erase(std::unique(list_.begin(), list_.end(), same), list_.end());
}

}  // namespace vmcpauth::config
