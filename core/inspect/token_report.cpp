#include "core/inspect/token_report.hpp"

#include <algorithm>

#include "core/inspect/claim_observations.hpp"
#include "core/inspect/claim_values.hpp"
#include "core/inspect/header_observations.hpp"

namespace vmcpauth::inspect {

TokenReport make_report(const DecodedToken& token, TimePoint now) {
  TokenReport report{.form = token.form,
                     .bytes = token.token.reveal().size(),
                     .header = without_tokens(token.header),
                     .claims = without_tokens(token.claims),
                     .observations = token.observations,
                     .recognition = recognise(token)};
  observe_header(token, report.observations);
  observe_claims(token, now, report.observations);
  report.actors = read_actor_chain(token.claims, report.observations);
  if (report.recognition && report.recognition->secret_kind) {
    report.observations.push_back({Severity::Warning, "not-an-access-token", "it is no access token from a login"});
  }
  // What is worst first; otherwise in the order it was seen.
  std::stable_sort(report.observations.begin(), report.observations.end(), [](const auto& a, const auto& b) { return a.severity > b.severity; });
  return report;
}

void add_comparison(TokenReport& report, const Expectation& expectation) {
  report.compared_with = expectation.role;
  report.comparisons = compare(expectation, report.claims);
}

bool TokenReport::good() const {
  const bool problem = std::any_of(observations.begin(), observations.end(), [](const auto& seen) { return seen.severity == Severity::Problem; });
  const bool mismatch = std::any_of(comparisons.begin(), comparisons.end(), [](const auto& comparison) { return !comparison.matches; });
  const bool signed_well = signature.state == SignatureState::Valid || signature.state == SignatureState::NotChecked;
  const bool inactive = introspection && introspection->answer && (*introspection->answer)["active"] == false;
  return !problem && !mismatch && signed_well && !inactive;
}

}  // namespace vmcpauth::inspect
