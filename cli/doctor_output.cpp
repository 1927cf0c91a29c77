// The doctor's table for people.
#include <fmt/format.h>

#include "cli/doctor_command.hpp"
#include "core/base/encoding.hpp"

namespace vmcpauth::cli {
namespace {

using doctor::Verdict;

std::string_view colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Pass: return "\x1b[32m";
    case Verdict::Note: return "\x1b[36m";
    case Verdict::Warn: return "\x1b[33m";
    case Verdict::Fail: return "\x1b[31m";
    case Verdict::Skip: return "\x1b[2m";
  }
  return "";
}

std::string painted(Verdict verdict, const std::string& text, const DoctorLook& look) {
  return look.colour ? std::string(colour_of(verdict)) + text + "\x1b[0m" : text;
}

// Words folded at the width, every line indented.
std::string folded(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = 0;
  while (!text.empty()) {
    const auto end = text.find(' ');
    const auto word = text.substr(0, end);
    if (column == 0 || indent + column + 1 + word.size() > width) {
      out += (out.empty() ? "" : "\n") + std::string(indent, ' ');
      column = 0;
    } else {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return out.empty() ? out : out + "\n";
}

// One line for each thing that was sent or came back: they are joined by "; ".
std::string listed(std::string_view label, std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find("; ");
    const auto item = text.substr(0, end);
    out += label.empty() ? fmt::format("       {}\n", item) : fmt::format("       {:<4} {}\n", label, item);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 2);
  }
  return out;
}

std::string_view word_for(config::Severity severity) {
  return severity == config::Severity::Error ? "error" : severity == config::Severity::Warning ? "warning" : "note";
}

std::string finding_text(const doctor::Finding& finding, const DoctorLook& look) {
  const auto& rule = doctor::info(finding.rule);
  auto out = folded(fmt::format("{} {}: {}", doctor::rule_id(finding.rule), word_for(rule.severity), rule.title), 7, look.width);
  out += folded(printable(finding.detail, 500), 9, look.width);
  return out + folded("→ " + finding.hint, 9, look.width);
}

}  // namespace

std::string report_text(const doctor::Report& report, const DoctorLook& look) {
  std::string out = fmt::format("{}\n\n", printable(report.server, 300));
  for (const auto& step : report.steps) {
    const auto verdict = step.verdict();
    out += fmt::format("{}  {}\n", painted(verdict, fmt::format("{:<5}", doctor::to_string(verdict)), look), printable(step.what, 300));
    const bool shown = look.verbose || verdict != Verdict::Pass;
    if (shown) out += listed("sent", step.sent);
    out += listed(shown ? "got" : "", step.received);
    for (const auto& finding : step.findings) out += finding_text(finding, look);
  }
  out += fmt::format("\n{} passed, {} warned, {} failed, {} skipped\n", report.count(Verdict::Pass) + report.count(Verdict::Note), report.count(Verdict::Warn),
                     report.count(Verdict::Fail), report.count(Verdict::Skip));
  return out;
}

}  // namespace vmcpauth::cli
