#include "core/doctor/report.hpp"

#include <algorithm>

namespace vmcpauth::doctor {

std::string_view to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::Pass: return "pass";
    case Verdict::Note: return "note";
    case Verdict::Warn: return "warn";
    case Verdict::Fail: return "fail";
    case Verdict::Skip: return "skip";
  }
  return "?";
}

Verdict Step::verdict() const noexcept {
  if (skipped) return Verdict::Skip;
  auto worst = Verdict::Pass;
  for (const auto& finding : findings) {
    switch (info(finding.rule).severity) {
      case config::Severity::Error: return Verdict::Fail;
      case config::Severity::Warning: worst = Verdict::Warn; break;
      case config::Severity::Note: worst = std::max(worst, Verdict::Note); break;
    }
  }
  return worst;
}

std::size_t Report::count(Verdict verdict) const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(steps, [&](const Step& step) { return step.verdict() == verdict; }));
}

Json to_json(const Report& report) {
  Json steps = Json::array();
  for (const auto& step : report.steps) {
    Json findings = Json::array();
    for (const auto& finding : step.findings) {
      const auto& rule = info(finding.rule);
      findings.push_back({{"rule", rule_id(finding.rule)},
                          {"severity", config::to_string(rule.severity)},
                          {"title", rule.title},
                          {"detail", finding.detail},
                          {"hint", finding.hint}});
    }
    steps.push_back({{"id", step.id},
                     {"verdict", to_string(step.verdict())},
                     {"what", step.what},
                     {"sent", step.sent},
                     {"received", step.received},
                     {"findings", std::move(findings)}});
  }
  const auto* const verdict = report.bad() ? "fail" : report.count(Verdict::Warn) > 0 ? "warn" : "pass";
  return {{"server", report.server}, {"verdict", verdict}, {"steps", std::move(steps)}};
}

}  // namespace vmcpauth::doctor
