// What the credential says and what it is worth: the token decoded, a real request, the session's providers.
#include <algorithm>

#include "core/base/duration.hpp"
#include "core/base/encoding.hpp"
#include "core/doctor/steps.hpp"
#include "core/identity/token_facts.hpp"
#include "core/jose/verifier.hpp"
#include "core/oauth/scope.hpp"

namespace vmcpauth::doctor {
namespace {

constexpr Seconds kLeeway{30};

bool skip_without_credential(const Patient& patient, Step& step) {
  if (patient.held) return false;
  step.skipped = true;
  step.received = "not signed in; `vmcpauth login " + patient.server.text() + "` first";
  return true;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + printable(word, 200);
  return out.empty() ? "nothing" : out;
}

std::optional<TimePoint> time_claim(const Json& claims, const char* name) {
  const auto it = claims.find(name);
  if (it == claims.end() || !it->is_number()) return std::nullopt;
  const double seconds = it->get<double>();
  if (!(seconds > -1e11 && seconds < 1e11)) return std::nullopt;
  return from_unix_seconds(static_cast<std::int64_t>(seconds));
}

std::vector<std::string> scopes_of(const Json& claims) {
  for (const auto* name : {"scope", "scp"}) {
    const auto it = claims.find(name);
    if (it == claims.end()) continue;
    if (it->is_string()) {
      const auto parsed = oauth::parse_scope(it->get_ref<const std::string&>());
      if (parsed) return *parsed;
    }
    std::vector<std::string> out;
    if (it->is_array()) {
      for (const auto& scope : *it) {
        if (scope.is_string()) out.push_back(scope.get<std::string>());
      }
    }
    return out;
  }
  return {};
}

void check_times(const Patient& patient, const Json& claims, Step& step) {
  const auto now = patient.clock.now();
  const auto since = [&](TimePoint at) { return human_duration(std::chrono::duration_cast<Seconds>(now - at)); };
  if (const auto exp = time_claim(claims, "exp"); exp && *exp <= now) {
    step.find(Rule::TokenOverdue, "it expired " + since(*exp) + " ago",
              patient.held->renewable ? "the next `vmcpauth call` renews it" : "sign in again: vmcpauth login " + patient.server.text());
  }
  for (const auto* name : {"nbf", "iat"}) {
    const auto at = time_claim(claims, name);
    if (at && *at > now + kLeeway)
      step.find(Rule::TokenTooEarly, std::string(name) + " is in the future", "compare the clocks of this machine and of the issuer");
  }
}

void check_audience(const Patient& patient, const Json& claims, Step& step) {
  const auto audiences = identity::audiences_of(claims);
  step.received += "; aud " + joined(audiences);
  if (!patient.resource) return;
  if (std::ranges::find(audiences, patient.resource->resource) != audiences.end()) return;
  step.find(Rule::TokenElsewhere, "aud is " + joined(audiences) + ", the resource is " + printable(patient.resource->resource, 200),
            "sign in again, so that the token is asked for this resource; an issuer that ignores `resource` needs an audience setting");
}

void check_issuer(const Patient& patient, const Json& claims, Step& step) {
  const auto issuer = optional_string(claims, "iss");
  const auto named = issuer && *issuer ? **issuer : std::string();
  step.received += "; iss " + printable(named, 200);
  if (!patient.resource) return;
  const auto& trusted = patient.resource->authorization_servers;
  if (std::ranges::find(trusted, named) != trusted.end()) return;
  step.find(Rule::TokenOfAnotherIssuer, "iss is " + printable(named, 200) + ", the resource names " + joined(trusted),
            "make the authorization server's issuer and the resource's authorization_servers the same, byte for byte");
}

void check_scopes(const Patient& patient, const std::vector<std::string>& scopes, Step& step) {
  step.received += "; scope " + joined(scopes);
  const auto* missing = oauth::first_missing(patient.wanted_scopes, scopes);
  if (missing == nullptr) return;
  step.find(Rule::TokenLacksScopes, "the challenge asks for " + joined(patient.wanted_scopes) + ", the token lacks " + printable(*missing, 100),
            "vmcpauth login " + patient.server.text() + " --scope '" + oauth::join_scope(patient.wanted_scopes) + "'");
}

void check_signature(const Patient& patient, const jose::UnverifiedToken& token, Step& step) {
  const auto issuer = optional_string(token.claims(), "iss");
  if (!patient.keys || !issuer || !*issuer || **issuer != patient.keys_of) return;
  using enum jose::Algorithm;
  jose::VerifyPolicy policy{.algorithms = {Rs256, Rs384, Rs512, Ps256, Ps384, Ps512, Es256, Es384, Es512, EdDsa},
                            .issuer = **issuer,
                            .audiences = identity::audiences_of(token.claims())};
  if (policy.audiences.empty()) return;
  const auto verified = jose::verify(token, policy, *patient.keys, patient.clock.now());
  if (verified || verified.error().code() != ErrorCode::BadSignature) return;
  step.find(Rule::TokenUnverifiable, verified.error().describe(), "sign in again; when that does not help the issuer's jwks_uri lacks its signing key");
}

}  // namespace

Task<Step> read_token(Patient& patient) {
  Step step{.id = "token", .what = "Read the stored token"};
  if (skip_without_credential(patient, step)) co_return step;
  const auto token = jose::UnverifiedToken::parse(patient.held->access_token.reveal());
  if (!token) {
    step.received = "an opaque token";
    check_scopes(patient, patient.held->scopes, step);
    if (patient.held->expires_at && *patient.held->expires_at <= patient.clock.now()) {
      step.find(Rule::TokenOverdue, "it has expired", patient.held->renewable ? "the next `vmcpauth call` renews it" : "sign in again");
    }
    co_return step;
  }
  const auto algorithm = token->header().find("alg");
  step.received =
      "a JWT, alg " + (algorithm != token->header().end() && algorithm->is_string() ? printable(algorithm->get<std::string>(), 20) : std::string("?"));
  check_issuer(patient, token->claims(), step);
  check_audience(patient, token->claims(), step);
  check_scopes(patient, scopes_of(token->claims()), step);
  check_times(patient, token->claims(), step);
  check_signature(patient, *token, step);
  co_return step;
}

Task<Step> make_real_request(Patient& patient) {
  Step step{.id = "request", .what = "Make a real request"};
  if (!patient.open && skip_without_credential(patient, step)) co_return step;
  step.sent = "MCP: the server's revision, then tools/list" + std::string(patient.held ? ", with the credential" : "");
  auto made = co_await patient.real_request();
  if (made) {
    step.received = printable(made->server, 100) + ", revision " + made->revision + ", " + std::to_string(made->tools) + " tools";
    co_return step;
  }
  step.received = made.error().describe();
  const auto code = made.error().code();
  if (code == ErrorCode::Unauthenticated || code == ErrorCode::Forbidden) {
    step.find(Rule::CredentialRefused, made.error().describe(), "compare the token above with what the resource wants, then sign in again");
  } else if (code == ErrorCode::UpstreamToken) {
    step.find(Rule::BackendRefuses, made.error().describe(), "sign in again, so that every provider is asked anew");
  } else {
    step.find(Rule::McpRequestFails, made.error().describe(), "read the server's log for this request");
  }
  co_return step;
}

Task<Step> look_at_providers(Patient& patient) {
  Step step{.id = "providers", .what = "Look at the session's identity providers"};
  if (skip_without_credential(patient, step)) co_return step;
  std::optional<Url> endpoint;
  for (const auto& server : patient.servers) {
    const auto named = optional_string(server.document, "vmcpauth_session_endpoint");
    if (server.issuer != patient.held->issuer || !named || !*named) continue;
    if (auto url = Url::parse(**named); url && url->origin() == Url::parse(server.issuer)->origin()) endpoint = *std::move(url);
  }
  if (!endpoint) {
    step.skipped = true;
    step.received = "only `vmcpauth serve` tells";
    co_return step;
  }
  http::ClientRequest request{.method = "GET", .url = *std::move(endpoint)};
  request.headers = {{"Authorization", "Bearer " + patient.held->access_token.reveal()}};
  request.peer = patient.peer;
  auto response = co_await look(patient, step, std::move(request));
  const auto body = response && response->status == 200 ? parse_json_object(response->body) : fail(ErrorCode::BadResponse, "no session");
  if (!body || !body->contains("providers") || !(*body)["providers"].is_array()) co_return step;
  for (const auto& provider : (*body)["providers"]) {
    const auto name = optional_string(provider, "provider");
    const auto status = optional_string(provider, "status");
    if (!name || !*name || !status || !*status) continue;
    step.received += "; " + printable(**name, 60) + " " + printable(**status, 20);
    if (**status == "live" || **status == "renewable") continue;
    step.find(Rule::ProviderTokenMissing, printable(**name, 60) + " is " + printable(**status, 20), "sign in again: vmcpauth login " + patient.server.text());
  }
  co_return step;
}

}  // namespace vmcpauth::doctor
