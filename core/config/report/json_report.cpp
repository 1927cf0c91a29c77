// `--format json`; docs/reference/validate-json.md is its description. A change that a reader could notice raises "version".
#include "core/base/json_object.hpp"
#include "core/config/report/formats.hpp"
#include "core/config/report/report_shapes.hpp"

namespace vmcpauth::config {
namespace {

constexpr int kReportVersion = 1;

template <const JsonShape& Shape>
void add_place(JsonObject<Shape>& out, const Span& at, const Sources& sources) {
  if (!at.valid()) return;
  const auto region = region_of(at, sources);
  out.set("file", sources.name(at.file)).set("line", region.start.line).set("column", region.start.column);
  out.set("end_line", region.end.line).set("end_column", region.end.column);
}

OrderedJson related_json(const Diagnostic& finding, const Sources& sources) {
  auto out = OrderedJson::array();
  for (const auto& label : finding.labels) {
    JsonObject<kPlaceShape> place;
    place.set("message", label.text);
    add_place(place, label.at, sources);
    out.push_back(place.take());
  }
  return out;
}

OrderedJson finding_json(const Diagnostic& finding, const Sources& sources) {
  JsonObject<kFindingShape> out;
  out.set("rule", rule_id(finding.rule)).set("severity", to_string(finding.severity)).set("message", finding.message);
  out.set("title", info(finding.rule).title).set_unless_empty("hint", finding.hint);
  add_place(out, finding.at, sources);
  if (finding.at.valid() && !sources.text(finding.at.file).empty()) out.set("source", sources.excerpt(finding.at).text);
  if (!finding.labels.empty()) out.set("related", related_json(finding, sources));
  return out.take();
}

OrderedJson summary_json(const ValidateResult& result) {
  const auto& diagnostics = result.loaded.diagnostics;
  const auto& statistics = result.loaded.statistics;
  JsonObject<kSummaryShape> out;
  out.set("errors", diagnostics.count(Severity::Error)).set("warnings", diagnostics.count(Severity::Warning)).set("notes", diagnostics.count(Severity::Note));
  out.set("files", statistics.files).set("resources", statistics.resources).set("ignored_documents", statistics.ignored_documents);
  return out.set("accepted_by_comment", result.accepted_by_comment).set("accepted_by_baseline", result.accepted_by_baseline).take();
}

}  // namespace

std::string json_report(const ValidateResult& result, std::string_view version) {
  const auto& loaded = result.loaded;
  JsonObject<kToolShape> tool;
  tool.set("name", "vmcpauth").set("version", version);
  auto findings = OrderedJson::array();
  for (const auto& finding : loaded.diagnostics.all()) findings.push_back(finding_json(finding, loaded.sources));
  JsonObject<kReportShape> out;
  out.set("format", "vmcpauth-validate").set("version", kReportVersion).set("tool", tool.take()).set("passed", !result.failed());
  out.set("summary", summary_json(result)).set("findings", std::move(findings));
  return out.take().dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace vmcpauth::config
