#include "core/outgoing/token_exchange.hpp"

#include "core/base/encoding.hpp"
#include "core/base/json.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/held_http_client.hpp"

using namespace vmcpauth;

namespace {

constexpr const char* kUrl = "https://sts.example.com/token";

std::map<std::string, std::string> form_of(const test::FakeHttpClient::Seen& seen) {
  const auto fields = form_decode(seen.body).value();
  return {fields.begin(), fields.end()};
}

struct Surroundings {
  test::FakeHttpClient http;
  test::FakeClock clock;
  test::RecordingLog log;
  Json answer{
      {"access_token", "exchanged-1"}, {"issued_token_type", "urn:ietf:params:oauth:token-type:access_token"}, {"token_type", "Bearer"}, {"expires_in", 600}};
  int status = 200;

  Surroundings() {
    http.on(kUrl, [this](const auto&) { return Result<http::ClientResponse>({status, {{"Content-Type", "application/json"}}, dump_json(answer)}); });
  }
  std::unique_ptr<outgoing::TokenExchange> make(const config::TokenExchange& settings, http::HttpClient* client = nullptr) {
    return outgoing::TokenExchange::make(settings, {client != nullptr ? *client : http, clock, log.logger, "", false}).value();
  }
};

config::TokenExchange settings() {
  config::TokenExchange out{.token_url = Url::parse(kUrl).value(), .client_id = "client-1", .audience = "https://api.example.com", .scopes = {"read", "write"}};
  out.client_secret.emplace("secret-marker");
  out.subject_provider_name = "okta";
  return out;
}

identity::IdentityPtr an_identity(std::string access_token, std::string id_token = "id-1", std::string bearer = "bearer-1") {
  auto identity = std::make_shared<identity::Identity>();
  identity->session_id = "session-1";
  identity->bearer = Secret(std::move(bearer));
  identity->upstream_tokens["okta"] = {Secret(std::move(access_token)), Secret(std::move(id_token))};
  return identity;
}

Result<http::Headers> applied(outgoing::TokenExchange& strategy, identity::IdentityPtr identity) {
  return run_ready(strategy.apply(std::move(identity))).value();
}

}  // namespace

TEST_CASE("token exchange: sends every parameter of RFC 8693 it has and injects what it gets") {
  Surroundings around;
  const auto strategy = around.make(settings());
  CHECK(strategy->strategy() == "token_exchange");
  CHECK(strategy->provider() == "okta");
  const auto headers = applied(*strategy, an_identity("at-1"));
  REQUIRE(headers);
  CHECK(headers->size() == 1);
  CHECK(headers->get("authorization") == "Bearer exchanged-1");
  REQUIRE(around.http.requests.size() == 1);
  const auto& seen = around.http.requests[0];
  CHECK(form_of(seen) == std::map<std::string, std::string>{{"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"},
                                                            {"subject_token", "at-1"},
                                                            {"subject_token_type", "urn:ietf:params:oauth:token-type:access_token"},
                                                            {"requested_token_type", "urn:ietf:params:oauth:token-type:access_token"},
                                                            {"audience", "https://api.example.com"},
                                                            {"scope", "read write"}});
  CHECK(seen.headers.get("authorization") == "Basic Y2xpZW50LTE6c2VjcmV0LW1hcmtlcg==");
  CHECK(seen.peer.allow_private_addresses);
  CHECK_FALSE(seen.peer.allow_http);
}

TEST_CASE("token exchange: the subject is the provider's token of the right kind, or the incoming token") {
  struct Case {
    bool provider;
    config::SubjectTokenType type;
    const char* subject;
    const char* urn;
  };
  using Type = config::SubjectTokenType;
  const auto [provider, type, subject, urn] = GENERATE(Case{true, Type::AccessToken, "at-1", "access_token"}, Case{true, Type::IdToken, "id-1", "id_token"},
                                                       Case{true, Type::Jwt, "at-1", "jwt"}, Case{false, Type::AccessToken, "bearer-1", "access_token"},
                                                       Case{false, Type::IdToken, "bearer-1", "id_token"}, Case{false, Type::Jwt, "bearer-1", "jwt"});
  Surroundings around;
  auto config = settings();
  config.subject_token_type = type;
  if (!provider) config.subject_provider_name.reset();
  const auto strategy = around.make(config);
  REQUIRE(applied(*strategy, an_identity("at-1")));
  CHECK(form_of(around.http.requests[0]).at("subject_token") == subject);
  CHECK(form_of(around.http.requests[0]).at("subject_token_type") == "urn:ietf:params:oauth:token-type:" + std::string(urn));
  CHECK(strategy->provider() == (provider ? "okta" : ""));
}

TEST_CASE("token exchange: no subject token, no request") {
  Surroundings around;
  auto config = settings();
  const auto by_provider = around.make(config);
  auto nobody = std::make_shared<identity::Identity>();
  const auto missing = applied(*by_provider, nobody);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code() == ErrorCode::UpstreamToken);
  CHECK_THAT(missing.error().message(), ContainsSubstring("\"okta\""));
  config.subject_token_type = config::SubjectTokenType::IdToken;
  const auto no_id_token = applied(*around.make(config), an_identity("at-1", ""));
  REQUIRE_FALSE(no_id_token);
  CHECK(no_id_token.error().code() == ErrorCode::UpstreamToken);
  CHECK_THAT(no_id_token.error().describe(), ContainsSubstring("openid"));
  config.subject_provider_name.reset();
  const auto no_bearer = applied(*around.make(config), nobody);
  REQUIRE_FALSE(no_bearer);
  CHECK(no_bearer.error().code() == ErrorCode::Unauthenticated);
  CHECK(around.http.requests.empty());
}

TEST_CASE("token exchange: client authentication by Basic, by Post when that is refused, by name only, or not at all") {
  Surroundings around;
  auto config = settings();
  config.client_secret.reset();
  REQUIRE(applied(*around.make(config), an_identity("at-1")));
  CHECK_FALSE(around.http.requests[0].headers.contains("authorization"));
  CHECK(form_of(around.http.requests[0]).at("client_id") == "client-1");
  config.client_id.clear();
  REQUIRE(applied(*around.make(config), an_identity("at-1")));
  CHECK_FALSE(form_of(around.http.requests[1]).contains("client_id"));
  around.http.on(kUrl, [&](const http::ClientRequest& request) -> Result<http::ClientResponse> {
    if (request.headers.contains("authorization")) return http::ClientResponse{401, {}, R"({"error":"invalid_client"})"};
    return http::ClientResponse{200, {}, dump_json(around.answer)};
  });
  REQUIRE(applied(*around.make(settings()), an_identity("at-1")));
  CHECK(form_of(around.http.requests.back()).at("client_secret") == "secret-marker");
}

TEST_CASE("token exchange: kept a subject until shortly before its end") {
  Surroundings around;
  const auto strategy = around.make(settings());
  REQUIRE(applied(*strategy, an_identity("at-1")));
  REQUIRE(applied(*strategy, an_identity("at-1")));
  CHECK(around.http.requests.size() == 1);
  around.answer["access_token"] = "exchanged-2";
  CHECK(applied(*strategy, an_identity("at-2"))->get("authorization") == "Bearer exchanged-2");
  CHECK(around.http.requests.size() == 2);
  around.clock.advance(std::chrono::seconds(569));
  CHECK(applied(*strategy, an_identity("at-1"))->get("authorization") == "Bearer exchanged-1");
  CHECK(around.http.requests.size() == 2);
  around.clock.advance(std::chrono::seconds(1));
  CHECK(applied(*strategy, an_identity("at-1"))->get("authorization") == "Bearer exchanged-2");
  CHECK(around.http.requests.size() == 3);
}

TEST_CASE("token exchange: an answer without expiry is kept for a minute at most, a short one for less than its life") {
  Surroundings around;
  around.answer.erase("expires_in");
  const auto strategy = around.make(settings());
  REQUIRE(applied(*strategy, an_identity("at-1")));
  around.clock.advance(std::chrono::seconds(40));
  REQUIRE(applied(*strategy, an_identity("at-1")));
  CHECK(around.http.requests.size() == 1);
  around.clock.advance(std::chrono::seconds(20));
  around.answer["expires_in"] = 10;
  REQUIRE(applied(*strategy, an_identity("at-1")));
  CHECK(around.http.requests.size() == 2);
  around.clock.advance(std::chrono::seconds(7));
  REQUIRE(applied(*strategy, an_identity("at-1")));
  CHECK(around.http.requests.size() == 2);
  around.clock.advance(std::chrono::seconds(2));
  REQUIRE(applied(*strategy, an_identity("at-1")));
  CHECK(around.http.requests.size() == 3);
}

TEST_CASE("token exchange: concurrent requests of one subject share an exchange, others do not wait for it") {
  Surroundings around;
  test::HeldHttpClient held(around.http);
  const auto strategy = around.make(settings(), &held);
  std::vector<std::shared_ptr<std::optional<Result<http::Headers>>>> requests;
  for (int i = 0; i < 40; ++i) requests.push_back(test::start_waiting(strategy->apply(an_identity("at-1"))));
  requests.push_back(test::start_waiting(strategy->apply(an_identity("at-2"))));
  CHECK(held.waiting() == 2);
  held.release();
  for (const auto& request : requests) {
    REQUIRE(request->has_value());
    CHECK((*request)->has_value());
  }
  CHECK(around.http.requests.size() == 2);
}

TEST_CASE("token exchange: failures are told to all that wait and not remembered") {
  Surroundings around;
  test::HeldHttpClient held(around.http);
  around.status = 400;
  around.answer = {{"error", "invalid_target"}, {"error_description", "unknown audience for at-marker-1 by secret-marker"}};
  const auto strategy = around.make(settings(), &held);
  const auto first = test::start_waiting(strategy->apply(an_identity("at-marker-1")));
  const auto second = test::start_waiting(strategy->apply(an_identity("at-marker-1")));
  held.release();
  for (const auto& request : {first, second}) {
    REQUIRE(request->has_value());
    REQUIRE_FALSE((*request)->has_value());
    const auto& error = (*request)->error();
    CHECK(error.code() == ErrorCode::UpstreamError);
    CHECK(error.oauth_code() == "invalid_target");
    CHECK_THAT(error.describe(), ContainsSubstring("token service sts.example.com answered invalid_target"));
    CHECK_THAT(error.describe(), ContainsSubstring("unknown audience for [redacted] by [redacted]"));
  }
  CHECK(around.http.requests.size() == 1);
  around.status = 200;
  around.answer = Surroundings().answer;
  CHECK(applied(*strategy, an_identity("at-marker-1")));
}

TEST_CASE("token exchange: answers that cannot be used are refused") {
  struct Case {
    const char* member;
    Json value;
  };
  const std::vector<Case> cases{
      {"access_token", nullptr},
      {"access_token", "a\r\nX-Evil: 1"},
      {"access_token", {"a"}},
      {"issued_token_type", nullptr},
      {"issued_token_type", ""},
      {"issued_token_type", "access_token"},
      {"issued_token_type", "urn:ietf:params:oauth:token-type:refresh_token"},
      {"issued_token_type", "urn:ietf:params:oauth:token-type:saml2"},
      {"token_type", nullptr},
      {"token_type", "DPoP"},
      {"token_type", "N_A"},
      {"token_type", 1},
      {"expires_in", "soon"},
  };
  for (const auto& c : cases) {
    INFO(c.member << " = " << dump_json(c.value));
    Surroundings around;
    around.answer[c.member] = c.value;
    const auto headers = applied(*around.make(settings()), an_identity("at-1"));
    REQUIRE_FALSE(headers);
    CHECK(headers.error().code() == ErrorCode::BadResponse);
    CHECK_THAT(headers.error().describe(), ContainsSubstring("sts.example.com"));
  }
  Surroundings around;
  around.answer["issued_token_type"] = "urn:ietf:params:oauth:token-type:jwt";
  around.answer["token_type"] = "N_A";
  CHECK(applied(*around.make(settings()), an_identity("at-1")));
}

TEST_CASE("token exchange: a service that hangs is named") {
  Surroundings around;
  around.http.on(kUrl, [](const auto&) -> Result<http::ClientResponse> { return fail(ErrorCode::Timeout, "no answer in 10 s"); });
  const auto headers = applied(*around.make(settings()), an_identity("at-1"));
  REQUIRE_FALSE(headers);
  CHECK(headers.error().code() == ErrorCode::Timeout);
  CHECK_THAT(headers.error().describe(), ContainsSubstring("https://sts.example.com/token"));
}

TEST_CASE("token exchange: the token may go into another field") {
  Surroundings around;
  auto config = settings();
  config.external_token_header_name = "X-Backend-Token";
  const auto headers = applied(*around.make(config), an_identity("at-1"));
  REQUIRE(headers);
  CHECK(headers->get("x-backend-token") == "Bearer exchanged-1");
  CHECK_FALSE(headers->contains("authorization"));
}

TEST_CASE("exchange cache: bounded, least recently used out first, nothing served past its time") {
  outgoing::ExchangeCache cache(3);
  const TimePoint now = from_unix_seconds(1'000);
  const auto key = [](int i) { return crypto::sha256_array(std::to_string(i)); };
  const auto token = [&](const char* text, int seconds) {
    return std::make_shared<const outgoing::ExchangedToken>(outgoing::ExchangedToken{Secret(text), now + Seconds(seconds)});
  };
  cache.put(key(0), token("expired", 0), now);
  CHECK(cache.size() == 0);
  for (int i = 1; i <= 3; ++i) cache.put(key(i), token("t", 100), now);
  CHECK(cache.find(key(1), now) != nullptr);
  cache.put(key(4), token("t", 100), now);
  CHECK(cache.size() == 3);
  CHECK(cache.find(key(2), now) == nullptr);
  CHECK(cache.find(key(1), now) != nullptr);
  cache.put(key(1), token("newer", 50), now);
  CHECK(cache.size() == 3);
  CHECK(cache.find(key(1), now)->token.reveal() == "newer");
  CHECK(cache.find(key(1), now + Seconds(50)) == nullptr);
  CHECK(cache.size() == 2);
  for (int i = 0; i < 10'000; ++i) cache.put(key(i), token("t", 100), now);
  CHECK(cache.size() == 3);
}
