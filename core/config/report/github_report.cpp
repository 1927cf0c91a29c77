// `--format github`: workflow commands, which GitHub shows as annotations of the changed lines.
#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/config/report/formats.hpp"

namespace vmcpauth::config {
namespace {

constexpr std::size_t kLongestCommand = 100'000;

// A message must not end its line, nor begin another command.
void append_escaped(std::string& out, std::string_view line, bool property) {
  // A name of a file may hold anything, also what steers a terminal or turns the text around.
  for (const char c : printable(line, kLongestCommand)) {
    switch (c) {
      case '%': out += "%25"; break;
      case ':': out += property ? "%3A" : ":"; break;
      case ',': out += property ? "%2C" : ","; break;
      default: out += c;
    }
  }
}

std::string command_escaped(std::string_view text, bool property) {
  std::string out;
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    append_escaped(out, text.substr(0, end), property);
    out += "%0A";
    text.remove_prefix(end + 1);
  }
  append_escaped(out, text, property);
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
