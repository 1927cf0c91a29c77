// What each strategy gives a request on nobody's behalf, and the client-credentials grant behind token_exchange's answer.
#include "core/base/encoding.hpp"
#include "core/base/json.hpp"
#include "core/outgoing/make_outgoing.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/held_http_client.hpp"

using namespace vmcpauth;

namespace {

constexpr const char* kUrl = "https://sts.example.com/token";

struct Surroundings {
  test::FakeHttpClient http;
  test::FakeClock clock;
  test::RecordingLog log;
  Json answer{{"access_token", "own-1"}, {"token_type", "Bearer"}, {"expires_in", 600}};
  int status = 200;

  Surroundings() {
    http.on(kUrl, [this](const auto&) { return Result<http::ClientResponse>({status, {{"Content-Type", "application/json"}}, dump_json(answer)}); });
  }
  std::unique_ptr<outgoing::OutgoingAuth> make(const config::Strategy& strategy, http::HttpClient* client = nullptr) {
    return outgoing::make_outgoing(strategy, {client != nullptr ? *client : http, clock, log.logger, "", false}).value();
  }
};

config::TokenExchange exchange(bool with_secret = true) {
  config::TokenExchange out{.token_url = Url::parse(kUrl).value(), .client_id = "client-1", .audience = "https://api.example.com", .scopes = {"read", "write"}};
  if (with_secret) out.client_secret.emplace("secret-marker");
  out.subject_provider_name = "okta";
  return out;
}

Result<http::Headers> applied(outgoing::OutgoingAuth& strategy) { return run_ready(strategy.apply_without_identity()).value(); }

}  // namespace

TEST_CASE("without an identity: only what is the operator's own is sent, and nobody is asked") {
  Surroundings around;
  CHECK(applied(*around.make(config::Unauthenticated{}))->size() == 0);
  CHECK(applied(*around.make(config::UpstreamInject{"github"}))->size() == 0);
  CHECK(applied(*around.make(config::HeaderInjection{"X-Api-Key", Secret("k")}))->get("x-api-key") == "k");
  CHECK(applied(*around.make(exchange(false)))->size() == 0);
  auto nameless = exchange(false);
  nameless.client_id.clear();
  CHECK(applied(*around.make(std::move(nameless)))->size() == 0);
  CHECK(around.http.requests.empty());
}

TEST_CASE("without an identity: token exchange asks for a token of its own (RFC 6749 §4.4)") {
  Surroundings around;
  const auto strategy = around.make(exchange());
  const auto headers = applied(*strategy);
  REQUIRE(headers);
  CHECK(headers->size() == 1);
  CHECK(headers->get("authorization") == "Bearer own-1");
  REQUIRE(around.http.requests.size() == 1);
  const auto& seen = around.http.requests[0];
  const auto fields = form_decode(seen.body).value();
  CHECK(std::map<std::string, std::string>(fields.begin(), fields.end()) ==
        std::map<std::string, std::string>{{"grant_type", "client_credentials"}, {"audience", "https://api.example.com"}, {"scope", "read write"}});
  CHECK(seen.headers.get("authorization") == "Basic Y2xpZW50LTE6c2VjcmV0LW1hcmtlcg==");
  CHECK_FALSE(seen.peer.allow_http);
}

TEST_CASE("without an identity: the configured header carries the token, and absent settings are not sent") {
  Surroundings around;
  auto settings = exchange();
  settings.external_token_header_name = "X-Token";
  settings.audience.clear();
  settings.scopes.clear();
  const auto headers = applied(*around.make(std::move(settings)));
  REQUIRE(headers);
  CHECK(headers->get("x-token") == "Bearer own-1");
  CHECK_FALSE(headers->contains("authorization"));
  CHECK(around.http.requests.at(0).body == "grant_type=client_credentials");
}

TEST_CASE("without an identity: the token is used again until shortly before it expires") {
  Surroundings around;
  const auto strategy = around.make(exchange());
  REQUIRE(applied(*strategy));
  around.clock.advance(Seconds(569));
  REQUIRE(applied(*strategy));
  CHECK(around.http.requests.size() == 1);
  around.answer["access_token"] = "own-2";
  around.clock.advance(Seconds(1));
  CHECK(applied(*strategy)->get("authorization") == "Bearer own-2");
  CHECK(around.http.requests.size() == 2);
}

TEST_CASE("without an identity: probes at the same time share one request") {
  Surroundings around;
  test::HeldHttpClient held(around.http);
  const auto strategy = around.make(exchange(), &held);
  const auto first = test::start_waiting(strategy->apply_without_identity());
  const auto second = test::start_waiting(strategy->apply_without_identity());
  CHECK(held.waiting() == 1);
  held.release();
  REQUIRE((first->has_value() && second->has_value()));
  CHECK((*first)->value().get("authorization") == "Bearer own-1");
  CHECK((*second)->value().get("authorization") == "Bearer own-1");
}

TEST_CASE("without an identity: the probe's token is never a user's, and a user's never the probe's") {
  Surroundings around;
  const auto strategy = around.make(exchange());
  REQUIRE(applied(*strategy));
  around.answer = {
      {"access_token", "users"}, {"issued_token_type", "urn:ietf:params:oauth:token-type:access_token"}, {"token_type", "Bearer"}, {"expires_in", 600}};
  auto identity = std::make_shared<identity::Identity>();
  identity->session_id = "session-1";
  identity->upstream_tokens["okta"].access_token = Secret("at-1");
  CHECK(run_ready(strategy->apply(identity)).value()->get("authorization") == "Bearer users");
  CHECK(applied(*strategy)->get("authorization") == "Bearer own-1");
}

TEST_CASE("without an identity: a refusal is an error that names the service and no secret, and is not kept") {
  Surroundings around;
  const auto strategy = around.make(exchange());
  struct Case {
    int status;
    Json answer;
    ErrorCode code;
  };
  const std::vector<Case> cases{
      {400, {{"error", "unauthorized_client"}, {"error_description", "no secret-marker here"}}, ErrorCode::UpstreamError},
      {401, {{"error", "invalid_client"}}, ErrorCode::UpstreamError},
      {200, {{"error", "invalid_scope"}}, ErrorCode::UpstreamError},
      {200, {{"token_type", "Bearer"}}, ErrorCode::BadResponse},
      {200, {{"access_token", "a b\r\nX-Evil: 1"}, {"token_type", "Bearer"}}, ErrorCode::BadResponse},
      {200, {{"access_token", "own"}, {"token_type", "DPoP"}}, ErrorCode::BadResponse},
  };
  for (const auto& c : cases) {
    around.status = c.status;
    around.answer = c.answer;
    const auto headers = applied(*strategy);
    INFO(dump_json(c.answer));
    REQUIRE_FALSE(headers);
    CHECK(headers.error().code() == c.code);
    CHECK_THAT(headers.error().describe(), ContainsSubstring("sts.example.com") && !ContainsSubstring("secret-marker") && !ContainsSubstring("X-Evil"));
  }
  around.status = 200;
  around.answer = {{"access_token", "own-3"}, {"token_type", "Bearer"}};
  CHECK(applied(*strategy)->get("authorization") == "Bearer own-3");
}
