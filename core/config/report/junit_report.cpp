// `--format junit`: a test case a finding and a passing one for each file without, for test reports of CI systems.
// What does not fail the run (notes, and warnings without --strict) is a case that passes and says it in its output.
#include <vector>

#include <fmt/format.h>

#include "core/config/render.hpp"
#include "core/config/report/formats.hpp"

namespace vmcpauth::config {
namespace {

// XML 1.0 has no way to write most control characters.
std::string xml_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
    }
  }
  return out;
}

class JUnitReport {
 public:
  explicit JUnitReport(const ValidateResult& result) : result_(result), sources_(result.loaded.sources), seen_(sources_.size(), false) {}

  std::string text() {
    for (const auto& finding : result_.loaded.diagnostics.all()) add(finding);
    for (FileId file = 0; file < sources_.size(); ++file) {
      if (seen_[file]) continue;
      cases_ += fmt::format("    <testcase classname=\"{0}\" name=\"{0}\"/>\n", xml_escaped(sources_.name(file)));
      ++count_;
    }
    const auto totals = fmt::format("name=\"vmcpauth validate\" tests=\"{}\" failures=\"{}\" errors=\"0\"", count_, failures_);
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {0}>\n  <testsuite {0}>\n{1}  </testsuite>\n</testsuites>\n", totals, cases_);
  }

 private:
  void add(const Diagnostic& finding) {
    if (finding.at.valid()) seen_[finding.at.file] = true;
    const auto file = finding.at.valid() ? sources_.name(finding.at.file) : std::string("vmcpauth");
    const auto where = finding.at.valid() ? fmt::format(" at {}:{}", sources_.locate(finding.at).line, sources_.locate(finding.at).column) : std::string();
    const auto detail = xml_escaped(render(finding, sources_));
    cases_ += fmt::format("    <testcase classname=\"{}\" name=\"{}{}\">\n", xml_escaped(file), rule_id(finding.rule), where);
    if (finding.severity == Severity::Error || (result_.strict && finding.severity == Severity::Warning)) {
      cases_ += fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n", to_string(finding.severity), xml_escaped(finding.message), detail);
      ++failures_;
    } else {
      cases_ += fmt::format("      <system-out>{}</system-out>\n", detail);
    }
    cases_ += "    </testcase>\n";
    ++count_;
  }

  const ValidateResult& result_;
  const Sources& sources_;
  std::vector<bool> seen_;
  std::string cases_;
  std::size_t count_ = 0;
  std::size_t failures_ = 0;
};

}  // namespace

std::string junit_report(const ValidateResult& result) { return JUnitReport(result).text(); }

}  // namespace vmcpauth::config
