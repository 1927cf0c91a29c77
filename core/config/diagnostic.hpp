// One finding about the configuration: which rule, how bad, where, what else belongs to it and what to do.
// Made by the readers, the decoder, the resolver and the rules; printed by render.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/rules_table.hpp"
#include "core/config/source.hpp"

namespace vmcpauth::config {

// A second place that belongs to a finding ("the issuer is defined here").
struct Label {
  Span at;
  std::string text;
};

struct Diagnostic {
  Rule rule;
  Severity severity;
  std::string message;  // one clause, no secret
  Span at;
  std::vector<Label> labels;
  std::string hint;  // what to do; may have several lines

  Diagnostic& with_label(Span span, std::string text) {
    if (span.valid()) labels.push_back({span, std::move(text)});
    return *this;
  }
  Diagnostic& with_hint(std::string text) {
    hint = std::move(text);
    return *this;
  }
  Diagnostic& with_severity(Severity value) {
    severity = value;
    return *this;
  }
};

// A value in quotes, fit for a message: printable, bounded, and without the user name and password of a URL.
[[nodiscard]] std::string quoted(std::string_view value);
// Where <iomanip> is near, std::quoted would be taken for these by argument-dependent lookup.
[[nodiscard]] inline std::string quoted(const std::string& value) { return quoted(std::string_view(value)); }
[[nodiscard]] inline std::string quoted(std::string& value) { return quoted(std::string_view(value)); }

// Every finding of one run.
class Diagnostics {
 public:
  // Severity is the rule's own. The reference is valid until the next report.
  Diagnostic& report(Rule rule, Span at, std::string message);

  // Takes over what another reader found.
  void append(Diagnostics&& other);
  void drop_if(const std::function<bool(const Diagnostic&)>& unwanted);

  [[nodiscard]] bool has_errors() const noexcept;
  [[nodiscard]] std::size_t count(Severity severity) const noexcept;
  [[nodiscard]] const std::vector<Diagnostic>& all() const noexcept { return list_; }
  // By file (in the order of reading), position, rule, message; exact repetitions are dropped.
  void sort();

 private:
  std::vector<Diagnostic> list_;
};

}  // namespace vmcpauth::config
