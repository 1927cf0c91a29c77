#include "core/identity/external_authenticator.hpp"

#include "core/jose/key_ring.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fakes.hpp"
#include "tests/unit/identity/fakes.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using namespace std::chrono_literals;
using identity::ExternalAuthenticator;
using identity::Outcome;

namespace {

struct Fixture {
  FakeHttpClient client;
  FakeClock clock;
  RecordingLog log;
  jose::KeyRing ring = *jose::KeyRing::generate();
  oauth::JwksSource keys{{.location = *Url::parse("https://idp.example/jwks"), .peer = {}, .timing = {}}, client, clock};
  identity::ExternalSettings settings{.issuer = "https://idp.example", .audiences = {"https://mcp.example"}, .required_scopes = {}};
  ExternalAuthenticator authenticator{settings, keys, nullptr, clock, log.logger};

  Fixture() { publish(ring); }
  void publish(const jose::KeyRing& published) { client.on_json("https://idp.example/jwks", 200, published.public_keys().to_json_text()); }
  Json claims() const {
    const auto now = unix_seconds(clock.now());
    return {{"iss", "https://idp.example"}, {"aud", Json::array({"https://mcp.example", "other"})}, {"sub", "user-1"}, {"exp", now + 3600}, {"scope", "mcp"}};
  }
  Outcome ask(const std::string& token) { return now_of(authenticator.authenticate(http::Headers{{"Authorization", "Bearer " + token}})); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "external: a token of the issuer is verified once and cached", "[identity]") {
  const auto token = *ring.sign("JWT", claims());
  const auto first = ask(token);
  REQUIRE(first.has_value());
  CHECK((*first)->subject == "user-1");
  CHECK((*first)->session_id.empty());
  CHECK((*first)->bearer.reveal() == token);
  CHECK((*first)->audiences == std::vector<std::string>{"https://mcp.example", "other"});
  CHECK((*first)->upstream_tokens.empty());
  const auto second = ask(token);
  REQUIRE(second.has_value());
  CHECK(second->get() == first->get());
}

TEST_CASE_METHOD(Fixture, "external: a tsid claim of a stranger means nothing", "[identity]") {
  auto body = claims();
  body["tsid"] = "somebody-else";
  const auto outcome = ask(*ring.sign("JWT", body));
  REQUIRE(outcome.has_value());
  CHECK((*outcome)->session_id.empty());
}

TEST_CASE_METHOD(Fixture, "external: a rotated key is fetched", "[identity]") {
  REQUIRE(ask(*ring.sign("JWT", claims())).has_value());
  const auto next = *jose::KeyRing::generate();
  publish(next);
  clock.advance(10s);
  CHECK(ask(*next.sign("JWT", claims())).has_value());
}

TEST_CASE_METHOD(Fixture, "external: refuses what the issuer did not sign for us", "[identity]") {
  const auto stranger = *jose::KeyRing::generate();
  auto other_issuer = claims();
  other_issuer["iss"] = "https://idp.example/";
  auto other_audience = claims();
  other_audience["aud"] = "https://mcp.example/";
  auto expired = claims();
  expired["exp"] = unix_seconds(clock.now()) - 31;
  auto nobody = claims();
  nobody["sub"] = "";
  for (const auto& token : {*stranger.sign("JWT", claims()), *ring.sign("JWT", other_issuer), *ring.sign("JWT", other_audience), *ring.sign("JWT", expired),
                            *ring.sign("JWT", nobody), std::string("opaque"), std::string("a.b.c")}) {
    const auto outcome = ask(token);
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().status == 401);
  }
}

TEST_CASE_METHOD(Fixture, "external: an issuer whose keys cannot be had is 503, not the token's fault", "[identity]") {
  client.on("https://idp.example/jwks", [](const auto&) -> Result<http::ClientResponse> { return fail(ErrorCode::BlockedAddress, "private address"); });
  const auto outcome = ask(*ring.sign("JWT", claims()));
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().status == 503);
  CHECK(outcome.error().cause.describe() == "keys of the issuer are not available: private address");
}

TEST_CASE_METHOD(Fixture, "external: demanded scopes", "[identity]") {
  settings.required_scopes = {"mcp", "admin"};
  ExternalAuthenticator strict(settings, keys, nullptr, clock, log.logger);
  const auto outcome = now_of(strict.authenticate(http::Headers{{"Authorization", "Bearer " + *ring.sign("JWT", claims())}}));
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().status == 403);
}

TEST_CASE_METHOD(Fixture, "external: tokens that are no JWT are introspected, JWTs never", "[identity]") {
  identity::Introspector introspector({.endpoint = *Url::parse("https://idp.example/introspect"),
                                       .client_id = "c",
                                       .client_secret = Secret("s"),
                                       .issuer = "https://idp.example",
                                       .audiences = {"https://mcp.example"},
                                       .peer = {}},
                                      client, clock);
  ExternalAuthenticator with(settings, keys, &introspector, clock, log.logger);
  client.on_json("https://idp.example/introspect", 200,
                 dump_json({{"active", true},
                            {"iss", "https://idp.example"},
                            {"aud", "https://mcp.example"},
                            {"sub", "user-2"},
                            {"exp", unix_seconds(clock.now()) + 60},
                            {"scope", "a b"}}));
  const auto opaque = now_of(with.authenticate(http::Headers{{"Authorization", "Bearer opaque"}}));
  REQUIRE(opaque.has_value());
  CHECK((*opaque)->subject == "user-2");
  CHECK((*opaque)->bearer.reveal() == "opaque");
  CHECK(client.count("https://idp.example/introspect") == 1);
  // A JWT with a bad signature is not given a second chance at the endpoint.
  CHECK_FALSE(now_of(with.authenticate(http::Headers{{"Authorization", "Bearer " + *jose::KeyRing::generate()->sign("JWT", claims())}})).has_value());
  CHECK(client.count("https://idp.example/introspect") == 1);
}
