// `--format github`: workflow commands, which GitHub shows as annotations of the changed lines.
#include <fmt/format.h>

#include "core/config/report/formats.hpp"

namespace vmcpauth::config {
namespace {

// A message must not end its line, nor begin another command.
std::string command_escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '%': out += "%25"; break;
      case '\r': out += "%0D"; break;
      case '\n': out += "%0A"; break;
      case ':': out += property ? "%3A" : ":"; break;
      case ',': out += property ? "%2C" : ","; break;
      // A name of a file may hold anything.
      default: out += c > 0 && c < 0x20 ? '?' : c;
    }
  }
  return out;
}

std::string_view command_of(Severity severity) {
  switch (severity) {
    case Severity::Error: return "error";
    case Severity::Warning: return "warning";
    case Severity::Note: return "notice";
  }
  return "error";
}

std::string command_place(const Span& at, const Sources& sources) {
  if (!at.valid()) return {};
  const auto region = region_of(at, sources);
  return fmt::format("file={},line={},endLine={},col={},endColumn={},", command_escaped(sources.name(at.file), true), region.start.line, region.end.line,
                     region.start.column, region.end.column);
}

}  // namespace

std::string github_report(const ValidateResult& result) {
  const auto& sources = result.loaded.sources;
  std::string out;
  for (const auto& finding : result.loaded.diagnostics.all()) {
    std::string text = finding.message;
    for (const auto& label : finding.labels) {
      const auto at = sources.locate(label.at);
      text += fmt::format("\n{}:{}:{}: {}", sources.name(label.at.file), at.line, at.column, label.text);
    }
    if (!finding.hint.empty()) text += "\nhint: " + finding.hint;
    out += fmt::format("::{} {}title={}::{}\n", command_of(finding.severity), command_place(finding.at, sources), rule_id(finding.rule),
                       command_escaped(text, false));
  }
  return out;
}

}  // namespace vmcpauth::config
