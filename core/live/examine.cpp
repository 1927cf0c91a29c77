#include "core/live/examine.hpp"

#include "core/base/task_group.hpp"
#include "core/live/probe.hpp"

namespace vmcpauth::live {
namespace {

Task<std::vector<ProbeFinding>> probe_and_tell(const config::Party& party, const ProbeContext& context, const Examination& examination, std::size_t& done) {
  auto probing = probe(party, context);
  auto findings = co_await probing;
  ++done;
  if (examination.progress) examination.progress(done, examination.parties.size(), party.name);
  co_return findings;
}

}  // namespace

Task<config::Diagnostics> examine(Examination examination, http::HttpClient& client, const Clock& clock) {
  const ProbeContext context{.client = client, .clock = clock, .deadline = clock.steady() + examination.deadline};
  std::size_t done = 0;
  std::vector<Task<std::vector<ProbeFinding>>> probes;
  probes.reserve(examination.parties.size());
  for (const auto& party : examination.parties) probes.push_back(probe_and_tell(party, context, examination, done));
  auto all = all_of(std::move(probes));
  auto results = co_await all;
  config::Diagnostics out;
  for (auto& findings : results) {
    for (auto& finding : findings) out.report(finding.rule, finding.at, std::move(finding.message)).with_hint(std::move(finding.hint));
  }
  co_return out;
}

}  // namespace vmcpauth::live
