// What the MCP server itself shows: reachability, clock, challenge, Origin.
#include "core/base/encoding.hpp"
#include "core/doctor/steps.hpp"
#include "core/http/auth_challenge.hpp"
#include "core/http/date.hpp"
#include "core/mcp/revision.hpp"
#include "core/oauth/scope.hpp"

namespace vmcpauth::doctor {
namespace {

// The modern request that does nothing; an older server refuses it like any other without a credential.
http::ClientRequest probe(const Patient& patient) {
  const std::string version(mcp::kModernRevision);
  const Json body{{"jsonrpc", "2.0"},
                  {"id", 1},
                  {"method", "server/discover"},
                  {"params",
                   {{"_meta",
                     {{std::string(mcp::kMetaProtocolVersion), version},
                      {std::string(mcp::kMetaClientInfo), {{"name", "vmcpauth-doctor"}, {"version", "1"}}},
                      {std::string(mcp::kMetaClientCapabilities), Json::object()}}}}}};
  http::ClientRequest request{.method = "POST", .url = patient.server};
  request.headers = {{"Content-Type", "application/json"},
                     {"Accept", "application/json, text/event-stream"},
                     {"MCP-Protocol-Version", version},
                     {"Mcp-Method", "server/discover"}};
  request.body = dump_json(body);
  request.peer = patient.peer;
  return request;
}

void check_clock(const Patient& patient, const http::Headers& headers, Step& step) {
  const auto difference = http::clock_difference(headers, patient.clock.now());
  if (!difference.empty()) step.find(Rule::ClockSkew, difference, "set both clocks by NTP; tokens are judged by them");
}

bool is_success(int status) { return status >= 200 && status < 300; }

}  // namespace

Task<Step> reach_server(Patient& patient) {
  Step step{.id = "reach", .what = "Reach the server"};
  if (!patient.server.is_https() && !patient.server.is_loopback()) {
    step.find(Rule::CleartextServer, "the URL is plain http to " + patient.server.host(), "serve it over https");
  }
  auto request = probe(patient);
  auto response = co_await look(patient, step, std::move(request));
  if (!response) {
    step.find(Rule::ServerUnreachable, response.error().describe(),
              "check the URL, that the server runs, and for https its certificate (--ca for a private one)");
    co_return step;
  }
  patient.reached = true;
  check_clock(patient, response->headers, step);
  if (response->status >= 300 && response->status < 400) {
    step.find(Rule::ServerRedirects, "to " + printable(response->headers.get("location").value_or("nowhere"), 200), "use the URL it leads to, everywhere");
  }
  co_return step;
}

Task<Step> read_challenge(Patient& patient) {
  Step step{.id = "challenge", .what = "Ask without a credential"};
  auto request = probe(patient);
  auto response = co_await look(patient, step, std::move(request));
  if (!response) co_return step;
  const int status = response->status;
  // An older server that is open may refuse the modern probe with 400, and answer `initialize`.
  patient.open = is_success(status) || status == 400 || status == 405;
  if (patient.open) {
    step.find(Rule::OpenServer, "HTTP " + std::to_string(status) + " without a credential", "configure incoming authentication unless everybody may use it");
    co_return step;
  }
  if (status != 401) {
    step.find(Rule::UnexpectedRefusal, "HTTP " + std::to_string(status) + " instead of 401",
              "answer 401 with WWW-Authenticate: Bearer resource_metadata=\"…\"");
    co_return step;
  }
  const auto challenges = http::read_challenges(response->headers);
  const auto* bearer = http::find_challenge(challenges, "bearer");
  if (bearer == nullptr) bearer = http::find_challenge(challenges, "dpop");
  if (bearer == nullptr) {
    step.find(Rule::NoChallenge, response->headers.contains("www-authenticate") ? "WWW-Authenticate has no Bearer challenge" : "WWW-Authenticate is missing",
              "send WWW-Authenticate: Bearer resource_metadata=\"https://…/.well-known/oauth-protected-resource…\"");
    co_return step;
  }
  step.received += "; " + bearer->scheme;
  if (const auto scope = bearer->get("scope")) {
    const auto scopes = oauth::parse_scope(*scope);
    if (scopes) patient.wanted_scopes = *scopes;
    step.received += " scope=\"" + printable(*scope, 200) + "\"";
  }
  const auto named = bearer->get("resource_metadata");
  if (!named) {
    step.find(Rule::ChallengeWithoutMetadata, "the challenge has no resource_metadata", "add it; clients then need not guess the URL");
    co_return step;
  }
  auto url = Url::parse(*named);
  if (!url) {
    step.find(Rule::ChallengeWithoutMetadata, "resource_metadata is no URL: " + printable(*named, 200), "give the whole https URL");
    co_return step;
  }
  step.received += " resource_metadata=\"" + printable(*named, 200) + "\"";
  if (url->origin() != patient.server.origin()) {
    step.find(Rule::ChallengeElsewhere, "it is on " + url->origin(), "serve the metadata from the resource's own origin, and name that");
  }
  patient.resource_metadata = *std::move(url);
  co_return step;
}

Task<Step> check_origin(Patient& patient) {
  Step step{.id = "origin", .what = "Ask as a foreign web page"};
  auto request = probe(patient);
  request.headers.set("Origin", "https://vmcpauth-doctor.invalid");
  auto response = co_await look(patient, step, std::move(request));
  if (response && response->status != 403) {
    step.find(Rule::OriginNotChecked, "Origin: https://vmcpauth-doctor.invalid is answered with HTTP " + std::to_string(response->status),
              "refuse requests with an Origin you do not know with 403" +
                  std::string(patient.server.is_loopback() ? "; on loopback this is the only protection" : ""));
  }
  co_return step;
}

}  // namespace vmcpauth::doctor
