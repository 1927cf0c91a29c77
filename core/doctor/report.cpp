#include "core/doctor/report.hpp"

#include <algorithm>

#include "core/base/json_object.hpp"
#include "core/doctor/report_shapes.hpp"

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
      JsonObject<kFindingShape, Json> shown;
      shown.set("rule", rule_id(finding.rule)).set("severity", config::to_string(rule.severity)).set("title", rule.title);
      findings.push_back(shown.set("detail", finding.detail).set("hint", finding.hint).take());
    }
    JsonObject<kStepShape, Json> shown;
    shown.set("id", step.id).set("verdict", to_string(step.verdict())).set("what", step.what).set("sent", step.sent);
    steps.push_back(shown.set("received", step.received).set("findings", std::move(findings)).take());
  }
  const auto* const verdict = report.bad() ? "fail" : report.count(Verdict::Warn) > 0 ? "warn" : "pass";
  JsonObject<kReportShape, Json> out;
  return out.set("server", report.server).set("verdict", verdict).set("steps", std::move(steps)).take();
}

}  // namespace vmcpauth::doctor
