// Token reports and observations as text for people. Used by `token inspect` and `token exchange`.
#pragma once

#include <string>

#include "cli/token/paint.hpp"
#include "core/inspect/claim_diff.hpp"
#include "core/inspect/token_report.hpp"

namespace vmcpauth::cli {

[[nodiscard]] std::string report_text(const inspect::TokenReport& report, TimePoint now, const Paint& paint);

// One line each: "problem: it expired 5m ago".
[[nodiscard]] std::string observations_text(const inspect::Observations& seen, std::string_view indent, const Paint& paint);

// "~ aud  https://a -> https://b", with + for what was added and - for what was removed.
[[nodiscard]] std::string diff_text(const std::vector<inspect::ClaimChange>& changes, const Paint& paint);

// A JSON value on one line, made printable and cut: strings without their quotes.
[[nodiscard]] std::string value_text(const Json& value);

}  // namespace vmcpauth::cli
