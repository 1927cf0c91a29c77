#include "core/doctor/steps.hpp"

namespace vmcpauth::doctor {

Task<Report> examine(Patient& patient) {
  Report report{.server = patient.server.text(), .steps = {}};
  auto reach = co_await reach_server(patient);
  report.steps.push_back(std::move(reach));
  if (!patient.reached) co_return report;
  using Look = Task<Step> (*)(Patient&);
  for (const Look next : {&read_challenge, &check_origin, &find_resource_metadata}) {
    auto step = co_await next(patient);
    report.steps.push_back(std::move(step));
  }
  // Without resource metadata the server's own origin is what revision 2025-03-26 tries.
  auto issuers = patient.resource ? patient.resource->authorization_servers : std::vector<std::string>{};
  if (issuers.empty() && !patient.open) issuers.push_back(patient.server.origin());
  for (const auto& issuer : issuers) {
    auto step = co_await find_server_metadata(patient, issuer);
    report.steps.push_back(std::move(step));
  }
  for (const Look next : {&read_keys, &check_redirects, &read_token, &make_real_request, &look_at_providers}) {
    auto step = co_await next(patient);
    report.steps.push_back(std::move(step));
  }
  co_return report;
}

}  // namespace vmcpauth::doctor
