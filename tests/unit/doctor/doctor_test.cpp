// A sound server, and the same with one thing broken: each finding appears for its own fault and for no other.
#include <fstream>
#include <set>
#include <sstream>

#include "core/authserver/keys.hpp"
#include "core/doctor/report_shapes.hpp"
#include "core/doctor/steps.hpp"
#include "core/jose/key_ring.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/json_shapes.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

using doctor::Rule;

struct Ward {
  Ward() {
    http.on("https://mcp.test/mcp", [this](const http::ClientRequest& request) -> Result<http::ClientResponse> {
      if (request.headers.contains("Origin") && origin_status != 0) return http::ClientResponse{origin_status, {}, ""};
      auto answer = http::ClientResponse{status, {}, ""};
      answer.headers.set("Date", date);
      if (!challenge.empty()) answer.headers.set("WWW-Authenticate", challenge);
      if (status == 307) answer.headers.set("Location", "https://elsewhere.test/mcp");
      return answer;
    });
    serve("https://mcp.test/.well-known/oauth-protected-resource/mcp", resource);
    serve("https://as.test/.well-known/oauth-authorization-server", metadata);
    serve("https://as.test/jwks", keys);
    http.on("https://as.test/authorize", [this](const http::ClientRequest&) -> Result<http::ClientResponse> {
      http::ClientResponse answer{open_redirect ? 302 : 400, {}, ""};
      if (open_redirect) answer.headers.set("Location", "https://vmcpauth-doctor.invalid/callback?error=unauthorized_client");
      return answer;
    });
    http.on("https://as.test/token",
            [](const http::ClientRequest&) -> Result<http::ClientResponse> { return http::ClientResponse{204, {{"Access-Control-Allow-Origin", "*"}}, ""}; });
    http.on("https://as.test/", [](const http::ClientRequest&) -> Result<http::ClientResponse> { return http::ClientResponse{404, {}, ""}; });
    http.on("https://mcp.test/", [](const http::ClientRequest&) -> Result<http::ClientResponse> { return http::ClientResponse{404, {}, ""}; });
  }

  // A document that the test may change or take away (null).
  void serve(const std::string& url, const Json& document) {
    http.on(url, [this, &document](const http::ClientRequest&) -> Result<http::ClientResponse> {
      if (document.is_null()) return http::ClientResponse{404, {}, ""};
      http::ClientResponse answer{200, {}, document.is_string() ? document.get<std::string>() : document.dump()};
      if (cors) answer.headers.set("Access-Control-Allow-Origin", "*");
      return answer;
    });
  }

  std::string token(Json changes = Json::object()) {
    Json claims{{"iss", "https://as.test"}, {"aud", "https://mcp.test/mcp"},    {"sub", "u"},
                {"scope", "read write"},    {"iat", unix_seconds(clock.now())}, {"exp", unix_seconds(clock.now()) + 600}};
    claims.update(changes);
    return *ring.sign("at+jwt", claims);
  }

  doctor::Report examine(const std::string& url = "https://mcp.test/mcp") {
    doctor::Patient patient{.server = *Url::parse(url), .http = http, .clock = clock, .peer = {}};
    if (!held.empty()) patient.held = doctor::Held{.access_token = Secret(held), .issuer = "https://as.test", .scopes = {"read"}};
    patient.real_request = [this]() -> Task<Result<doctor::RealRequest>> {
      if (mcp_error) co_return std::unexpected(*mcp_error);
      co_return doctor::RealRequest{"2026-07-28", "a server", 3};
    };
    return *run_ready(doctor::examine(patient));
  }

  FakeHttpClient http;
  FakeClock clock;
  CountingRandom random;
  jose::KeyRing ring = make_ring();
  int status = 401, origin_status = 403;
  std::string challenge = R"(Bearer resource_metadata="https://mcp.test/.well-known/oauth-protected-resource/mcp", scope="read")";
  std::string date = "Fri, 15 Jan 2027 08:00:00 GMT";  // the fake clock's
  bool cors = true, open_redirect = false;
  Json resource{{"resource", "https://mcp.test/mcp"}, {"authorization_servers", {"https://as.test"}}};
  Json metadata{{"issuer", "https://as.test"},
                {"authorization_endpoint", "https://as.test/authorize"},
                {"token_endpoint", "https://as.test/token"},
                {"jwks_uri", "https://as.test/jwks"},
                {"registration_endpoint", "https://as.test/register"},
                {"response_types_supported", {"code"}},
                {"code_challenge_methods_supported", {"S256"}},
                {"authorization_response_iss_parameter_supported", true}};
  Json keys = Json::parse(ring.public_keys().to_json_text());
  std::string held;
  std::optional<Error> mcp_error;

 private:
  jose::KeyRing make_ring() {
    const auto made = authserver::EphemeralKeys::make(random);
    std::vector<Secret> pem;
    pem.push_back(made->signing_pem.clone());
    return *jose::KeyRing::from_pem(pem);
  }
};

std::set<std::string> rules_of(const doctor::Report& report) {
  std::set<std::string> out;
  for (const auto& step : report.steps) {
    for (const auto& finding : step.findings) {
      out.insert(doctor::rule_id(finding.rule));
      CHECK_FALSE(finding.detail.empty());
      CHECK_FALSE(finding.hint.empty());
    }
  }
  return out;
}

}  // namespace

TEST_CASE("doctor: nothing is found at a sound server, with and without a credential") {
  Ward ward;
  auto report = ward.examine();
  CHECK(rules_of(report).empty());
  CHECK_FALSE(report.bad());
  CHECK(report.count(doctor::Verdict::Skip) == 3);
  ward.held = ward.token();
  report = ward.examine();
  CHECK(rules_of(report).empty());
  CHECK(report.count(doctor::Verdict::Skip) == 1);  // the session's providers: not our serve
  CHECK(to_json(report).dump().find(ward.held) == std::string::npos);
  // The credential goes to nobody here: the real request is made by the caller's client.
  for (const auto& seen : ward.http.requests) CHECK_FALSE(seen.headers.contains("Authorization"));
}

TEST_CASE("doctor: each fault has its finding") {
  struct Case {
    Rule rule;
    std::function<void(Ward&)> harm;
    std::set<std::string> also = {};  // what cannot but follow
  };
  const std::vector<Case> cases{
      {Rule::ServerUnreachable,
       [](Ward& w) {
         w.http.on("https://mcp.test/mcp",
                   [](const http::ClientRequest&) -> Result<http::ClientResponse> { return fail(ErrorCode::Unreachable, "TLS: certificate has expired"); });
       }},
      {Rule::ClockSkew, [](Ward& w) { w.date = "Fri, 15 Jan 2027 09:00:00 GMT"; }},
      {Rule::ServerRedirects, [](Ward& w) { w.status = 307; }, {"VMA838"}},
      {Rule::OpenServer, [](Ward& w) { w.status = 200; }},
      {Rule::NoChallenge, [](Ward& w) { w.challenge.clear(); }},
      {Rule::NoChallenge, [](Ward& w) { w.challenge = "Basic realm=\"x\""; }},
      {Rule::ChallengeWithoutMetadata, [](Ward& w) { w.challenge = "Bearer"; }},
      {Rule::ChallengeWithoutMetadata, [](Ward& w) { w.challenge = R"(Bearer resource_metadata="/relative")"; }},
      {Rule::ChallengeElsewhere, [](Ward& w) { w.challenge = R"(Bearer resource_metadata="https://evil.test/x")"; }},
      {Rule::UnexpectedRefusal, [](Ward& w) { w.status = 403; }},
      {Rule::UnexpectedRefusal, [](Ward& w) { w.status = 500; }},
      {Rule::NoResourceMetadata, [](Ward& w) { w.resource = nullptr; }, {"VMA843"}},
      {Rule::BadResourceMetadata, [](Ward& w) { w.resource = "<html>"; }, {"VMA843"}},
      {Rule::BadResourceMetadata, [](Ward& w) { w.resource.erase("authorization_servers"); }, {"VMA843"}},
      {Rule::ResourceMismatch, [](Ward& w) { w.resource["resource"] = "https://other.test/mcp"; }},
      {Rule::MetadataWithoutCors, [](Ward& w) { w.cors = false; }},
      {Rule::NoServerMetadata, [](Ward& w) { w.metadata = nullptr; }},
      {Rule::WrongMetadataIssuer, [](Ward& w) { w.metadata["issuer"] = "https://as.test/"; }},
      {Rule::BadServerMetadata, [](Ward& w) { w.metadata.erase("token_endpoint"); }},
      {Rule::BadServerMetadata, [](Ward& w) { w.metadata = "[]"; }},
      {Rule::PkceNotAdvertised, [](Ward& w) { w.metadata.erase("code_challenge_methods_supported"); }},
      {Rule::PkceNotAdvertised, [](Ward& w) { w.metadata["code_challenge_methods_supported"] = {"plain"}; }},
      {Rule::NoRegistrationWay, [](Ward& w) { w.metadata.erase("registration_endpoint"); }},
      {Rule::IssuerNotReturned, [](Ward& w) { w.metadata.erase("authorization_response_iss_parameter_supported"); }},
      {Rule::BadKeys, [](Ward& w) { w.keys = {{"keys", Json::array()}}; }},
      {Rule::BadKeys, [](Ward& w) { w.keys = nullptr; }},
      {Rule::OriginNotChecked, [](Ward& w) { w.origin_status = 0; }},
      {Rule::OpenRedirect, [](Ward& w) { w.open_redirect = true; }},
      {Rule::TokenElsewhere, [](Ward& w) { w.held = w.token({{"aud", "https://other.test"}}); }},
      {Rule::TokenOfAnotherIssuer, [](Ward& w) { w.held = w.token({{"iss", "https://as.test/"}}); }},
      {Rule::TokenOverdue, [](Ward& w) { w.held = w.token({{"exp", unix_seconds(w.clock.now()) - 1}}); }},
      {Rule::TokenTooEarly, [](Ward& w) { w.held = w.token({{"iat", unix_seconds(w.clock.now()) + 3600}}); }},
      {Rule::TokenLacksScopes, [](Ward& w) { w.held = w.token({{"scope", "write"}}); }},
      {Rule::TokenUnverifiable,
       [](Ward& w) {
         w.keys = Json::parse(
             R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
         w.held = w.token();
       }},
      {Rule::CredentialRefused,
       [](Ward& w) {
         w.held = w.token();
         w.mcp_error = Error(ErrorCode::Unauthenticated, "the server refuses the token");
       }},
      {Rule::BackendRefuses,
       [](Ward& w) {
         w.held = w.token();
         w.mcp_error = Error(ErrorCode::UpstreamToken, "no token of github");
       }},
      {Rule::McpRequestFails,
       [](Ward& w) {
         w.held = w.token();
         w.mcp_error = Error(ErrorCode::BadResponse, "no JSON");
       }},
      {Rule::ProviderTokenMissing,
       [](Ward& w) {
         w.held = w.token();
         w.metadata["vmcpauth_session_endpoint"] = "https://as.test/session";
         w.http.on_json("https://as.test/session", 200, R"({"providers":[{"provider":"github","status":"live"},{"provider":"slack","status":"expired"}]})");
       }},
  };
  for (const auto& c : cases) {
    INFO(doctor::rule_id(c.rule));
    Ward ward;
    c.harm(ward);
    auto found = rules_of(ward.examine());
    CHECK(found.contains(doctor::rule_id(c.rule)));
    auto expected = c.also;
    expected.insert(doctor::rule_id(c.rule));
    CHECK(found == expected);
  }
}

TEST_CASE("doctor: plain http beyond this machine is a finding") {
  Ward ward;
  CHECK(rules_of(ward.examine("http://mcp.test/mcp")) == std::set<std::string>{"VMA830", "VMA831"});
}

TEST_CASE("doctor: an opaque token is judged by what is stored with it") {
  Ward ward;
  ward.held = "opaque";
  CHECK(rules_of(ward.examine()).empty());
  ward.challenge = R"(Bearer resource_metadata="https://mcp.test/.well-known/oauth-protected-resource/mcp", scope="admin")";
  CHECK(rules_of(ward.examine()) == std::set<std::string>{"VMA856"});
}

TEST_CASE("doctor: the session endpoint is believed only on the issuer's own origin") {
  Ward ward;
  ward.held = ward.token();
  ward.metadata["vmcpauth_session_endpoint"] = "https://evil.test/session";
  CHECK(ward.examine().count(doctor::Verdict::Skip) == 1);
  CHECK(ward.http.count("https://evil.test") == 0);
}

TEST_CASE("doctor: the JSON has one shape") {
  Ward ward;
  ward.metadata.erase("registration_endpoint");
  const auto json = to_json(ward.examine());
  CHECK(json["verdict"] == "warn");
  for (const auto& step : json["steps"]) {
    for (const auto* member : {"id", "verdict", "what", "sent", "received", "findings"}) CHECK(step.contains(member));
  }
  CHECK(json.dump().find("\"rule\":\"VMA847\"") != std::string::npos);
}

TEST_CASE("doctor: the guide lists every rule as it is") {
  std::ifstream file(VMCPAUTH_SOURCE_DIR "/docs/guides/call-and-doctor.md");
  std::ostringstream text;
  text << file.rdbuf();
  unsigned last = 829;
  for (const auto& rule : config::catalogue::doctor_rules()) {
    CHECK(static_cast<unsigned>(rule.rule) > last);
    last = static_cast<unsigned>(rule.rule);
    const auto row = "| " + config::rule_id(rule.rule) + " | " + std::string(config::to_string(rule.severity)) + " | " + std::string(rule.title) + " | " +
                     std::string(rule.why) + " | " + std::string(rule.source) + " |";
    INFO(row);
    CHECK(text.str().find(row) != std::string::npos);
  }
  CHECK(last < 870);
}

TEST_CASE("doctor: the JSON report has the members of the tables, and no table has another") {
  Ward ward;
  ward.challenge.clear();
  JsonShapes shapes;
  const std::vector<std::string> nothing;
  CHECK(shapes.problems(to_json(ward.examine()), doctor::kReportShape) == nothing);
  CHECK(shapes.never_seen({&doctor::kReportShape, &doctor::kStepShape, &doctor::kFindingShape}) == nothing);
}
