// What the doctor found: one step after the other, what was sent, what came back, and what is wrong with it by the rules of the
// catalogue (VMA83x to 86x). Plain values; rendered by the command, as a table or as JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"
#include "core/doctor/rules.hpp"

namespace vmcpauth::doctor {

struct Finding {
  Rule rule;
  std::string detail;  // this case: one clause, printable, no secret
  std::string hint;    // what to do
};

enum class Verdict : std::uint8_t { Pass, Note, Warn, Fail, Skip };

[[nodiscard]] std::string_view to_string(Verdict verdict) noexcept;  // "pass", …

struct Step {
  std::string id;    // stable: "reach", "challenge", …
  std::string what;  // for people
  std::string sent, received;
  std::vector<Finding> findings;
  bool skipped = false;  // `received` says why

  void find(Rule rule, std::string detail, std::string hint) { findings.push_back({rule, std::move(detail), std::move(hint)}); }
  [[nodiscard]] Verdict verdict() const noexcept;
};

struct Report {
  std::string server;
  std::vector<Step> steps;
  [[nodiscard]] std::size_t count(Verdict verdict) const noexcept;
  // Some step failed.
  [[nodiscard]] bool bad() const noexcept { return count(Verdict::Fail) > 0; }
};

// As report_shapes.hpp says.
[[nodiscard]] Json to_json(const Report& report);

}  // namespace vmcpauth::doctor
