#include "core/config/report/formats.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/config/render.hpp"

namespace vmcpauth::config {
namespace {

std::string counted(std::size_t n, std::string_view noun) { return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s"); }

std::string human_report(const ValidateResult& result, bool colour) {
  std::string out = render(result.loaded.diagnostics, result.loaded.sources, {.colour = colour});
  return out + report_summary(result) + "\n";
}

}  // namespace

std::string report_summary(const ValidateResult& result) {
  const auto& [files, resources, ignored] = result.loaded.statistics;
  std::string out = fmt::format("{}; {}", summary(result.loaded.diagnostics, files), counted(resources, "resource"));
  if (ignored > 0) out += fmt::format(", {} ignored", counted(ignored, "other document"));
  if (result.accepted_by_comment > 0) out += fmt::format("; {} accepted by comments", counted(result.accepted_by_comment, "finding"));
  if (result.accepted_by_baseline > 0) out += fmt::format("; {} accepted by the baseline", counted(result.accepted_by_baseline, "finding"));
  return out;
}

Region region_of(const Span& span, const Sources& sources) {
  const auto start = sources.locate(span);
  auto end = sources.locate({span.file, span.offset + std::max<std::uint32_t>(span.length, 1), 0});
  // Positions are of one line: what goes on below is not part of the mark.
  if (end.line != start.line || end.column <= start.column) end = {start.line, start.column + 1};
  return {start, end};
}

std::string format_report(ReportFormat format, const ValidateResult& result, const ReportOptions& options) {
  switch (format) {
    case ReportFormat::Human: return human_report(result, options.colour);
    case ReportFormat::Json: return json_report(result, options.version);
    case ReportFormat::Sarif: return sarif_report(result, options.version);
    case ReportFormat::GitHub: return github_report(result);
    case ReportFormat::JUnit: return junit_report(result);
  }
  return {};
}

}  // namespace vmcpauth::config
