#include "core/doctor/patient.hpp"

#include "core/base/encoding.hpp"

namespace vmcpauth::doctor {

Task<Result<http::ClientResponse>> look(const Patient& patient, Step& step, http::ClientRequest request) {
  const auto separator = [](const std::string& text) { return text.empty() ? "" : "; "; };
  step.sent += separator(step.sent) + request.method + " " + printable(request.url.text(), 300);
  const auto started = patient.clock.steady();
  auto response = co_await patient.http.send(std::move(request));
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(patient.clock.steady() - started);
  step.received += separator(step.received) +
                   (response ? "HTTP " + std::to_string(response->status) + " in " + std::to_string(took.count()) + " ms" : response.error().describe());
  co_return response;
}

}  // namespace vmcpauth::doctor
