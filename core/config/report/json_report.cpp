// `--format json`; docs/reference/validate-json.md is its description. A change that a reader could notice raises "version".
#include "core/base/json.hpp"
#include "core/config/report/formats.hpp"

namespace vmcpauth::config {
namespace {

constexpr int kReportVersion = 1;

void add_place(OrderedJson& out, const Span& at, const Sources& sources) {
  if (!at.valid()) return;
  const auto region = region_of(at, sources);
  out["file"] = sources.name(at.file);
  out["line"] = region.start.line;
  out["column"] = region.start.column;
  out["end_line"] = region.end.line;
  out["end_column"] = region.end.column;
}

OrderedJson finding_json(const Diagnostic& finding, const Sources& sources) {
  OrderedJson out;
  out["rule"] = rule_id(finding.rule);
  out["severity"] = std::string(to_string(finding.severity));
  out["message"] = finding.message;
  out["title"] = std::string(info(finding.rule).title);
  if (!finding.hint.empty()) out["hint"] = finding.hint;
  add_place(out, finding.at, sources);
  if (finding.at.valid() && !sources.text(finding.at.file).empty()) out["source"] = sources.excerpt(finding.at).text;
  if (finding.labels.empty()) return out;
  auto& related = out["related"] = OrderedJson::array();
  for (const auto& label : finding.labels) {
    OrderedJson place;
    place["message"] = label.text;
    add_place(place, label.at, sources);
    related.push_back(std::move(place));
  }
  return out;
}

}  // namespace

std::string json_report(const ValidateResult& result, std::string_view version) {
  const auto& loaded = result.loaded;
  OrderedJson out;
  out["format"] = "vmcpauth-validate";
  out["version"] = kReportVersion;
  out["tool"] = {{"name", "vmcpauth"}, {"version", std::string(version)}};
  out["passed"] = !result.failed();
  out["summary"] = {{"errors", loaded.diagnostics.count(Severity::Error)},
                    {"warnings", loaded.diagnostics.count(Severity::Warning)},
                    {"notes", loaded.diagnostics.count(Severity::Note)},
                    {"files", loaded.statistics.files},
                    {"resources", loaded.statistics.resources},
                    {"ignored_documents", loaded.statistics.ignored_documents},
                    {"accepted_by_comment", result.accepted_by_comment},
                    {"accepted_by_baseline", result.accepted_by_baseline}};
  auto& findings = out["findings"] = OrderedJson::array();
  for (const auto& finding : loaded.diagnostics.all()) findings.push_back(finding_json(finding, loaded.sources));
  return out.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace vmcpauth::config
