// `--format sarif`: SARIF 2.1.0 (OASIS), as code scanning of GitHub, GitLab and Azure reads it.
#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

#include "core/base/encoding.hpp"
#include "core/base/json.hpp"
#include "core/config/report/formats.hpp"

namespace vmcpauth::config {
namespace {

// A path as a URI reference: absolute ones as file:, the rest relative to where the program was started.
std::string uri_of(const std::string& name) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  const std::string path = std::filesystem::path(name).lexically_normal().generic_string();
  std::string out = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    if (kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
    }
  }
  return out;
}

OrderedJson location_json(const Span& at, const Sources& sources) {
  const auto region = region_of(at, sources);
  return {
      {"physicalLocation",
       {{"artifactLocation", {{"uri", uri_of(sources.name(at.file))}}},
        {"region", {{"startLine", region.start.line}, {"startColumn", region.start.column}, {"endLine", region.end.line}, {"endColumn", region.end.column}}}}}};
}

OrderedJson rule_json(Rule rule) {
  const auto& entry = info(rule);
  return {{"id", rule_id(rule)},
          {"shortDescription", {{"text", std::string(entry.title) + "."}}},
          {"fullDescription", {{"text", std::string(entry.why)}}},
          {"help", {{"text", "vmcpauth explain " + rule_id(rule) + " shows an example. Source: " + std::string(entry.source)}}},
          {"defaultConfiguration", {{"level", std::string(to_string(entry.severity))}}}};
}

OrderedJson result_json(const Diagnostic& finding, std::size_t rule_index, const Sources& sources) {
  std::string text = finding.message;
  if (!finding.hint.empty()) text += "\n" + finding.hint;
  OrderedJson out;
  out["ruleId"] = rule_id(finding.rule);
  out["ruleIndex"] = rule_index;
  out["level"] = std::string(to_string(finding.severity));
  out["message"] = {{"text", text}};
  if (finding.at.valid()) out["locations"] = OrderedJson::array({location_json(finding.at, sources)});
  if (finding.labels.empty()) return out;
  auto& related = out["relatedLocations"] = OrderedJson::array();
  for (const auto& label : finding.labels) {
    auto place = location_json(label.at, sources);
    place["message"] = {{"text", label.text}};
    related.push_back(std::move(place));
  }
  return out;
}

}  // namespace

std::string sarif_report(const ValidateResult& result, std::string_view version) {
  const auto& findings = result.loaded.diagnostics.all();
  std::set<Rule> used;
  for (const auto& finding : findings) used.insert(finding.rule);
  const std::vector<Rule> order(used.begin(), used.end());

  OrderedJson rules = OrderedJson::array();
  for (const auto rule : order) rules.push_back(rule_json(rule));
  OrderedJson results = OrderedJson::array();
  for (const auto& finding : findings) {
    const auto index = static_cast<std::size_t>(std::lower_bound(order.begin(), order.end(), finding.rule) - order.begin());
    results.push_back(result_json(finding, index, result.loaded.sources));
  }
  OrderedJson driver;
  driver["name"] = "vmcpauth";
  driver["version"] = std::string(version);
  driver["rules"] = std::move(rules);
  OrderedJson run;
  run["tool"] = {{"driver", std::move(driver)}};
  run["columnKind"] = "unicodeCodePoints";
  run["results"] = std::move(results);
  OrderedJson out;
  out["$schema"] = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
  out["version"] = "2.1.0";
  out["runs"] = OrderedJson::array({std::move(run)});
  return out.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace vmcpauth::config
