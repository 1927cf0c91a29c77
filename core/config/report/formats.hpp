// The result of `validate` as text: for people, for programs (json, documented in docs/reference/validate-json.md), for code
// scanning (SARIF 2.1.0), for GitHub's workflow log and for test reports (JUnit). Same result, same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/config/report/validation.hpp"

namespace vmcpauth::config {

enum class ReportFormat : std::uint8_t { Human, Json, Sarif, GitHub, JUnit };

struct ReportOptions {
  bool colour = false;       // human only
  std::string_view version;  // of this program, for the formats that name their tool
};

[[nodiscard]] std::string format_report(ReportFormat format, const ValidateResult& result, const ReportOptions& options);

// "2 errors, 1 warning in 3 files; 12 resources, 1 other document ignored".
[[nodiscard]] std::string report_summary(const ValidateResult& result);

// ---- one format each ----
[[nodiscard]] std::string json_report(const ValidateResult& result, std::string_view version);
[[nodiscard]] std::string sarif_report(const ValidateResult& result, std::string_view version);
[[nodiscard]] std::string github_report(const ValidateResult& result);
[[nodiscard]] std::string junit_report(const ValidateResult& result);

// ---- shared ----
// A span's two ends, 1-based; the end is exclusive and on the same line at least one character further.
struct Region {
  Location start;
  Location end;
};
[[nodiscard]] Region region_of(const Span& span, const Sources& sources);

}  // namespace vmcpauth::config
