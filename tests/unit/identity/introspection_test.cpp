#include "core/identity/introspection.hpp"

#include "core/base/encoding.hpp"
#include "core/base/json.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fakes.hpp"
#include "tests/unit/identity/fakes.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using namespace std::chrono_literals;
using identity::Introspector;

namespace {

struct Fixture {
  FakeHttpClient client;
  FakeClock clock;
  Introspector introspector{{.endpoint = *Url::parse("https://idp.example/introspect"),
                             .client_id = "client:1",
                             .client_secret = Secret("p w"),
                             .issuer = "https://idp.example",
                             .audiences = {"https://mcp.example"},
                             .peer = {}},
                            client,
                            clock};

  Json good() const {
    return {{"active", true}, {"iss", "https://idp.example"}, {"aud", "https://mcp.example"}, {"sub", "user"}, {"exp", unix_seconds(clock.now()) + 3600},
            {"scope", "a  b"}};
  }
  void answer(const Json& body, int status = 200) { client.on_json("https://idp.example/introspect", status, dump_json(body)); }
  Result<identity::TokenFactsPtr> ask(const std::string& token) { return now_of(introspector.introspect(Secret(token))); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "introspection: asks as RFC 7662 says, with the client's credentials", "[identity]") {
  answer(good());
  const auto facts = ask("tok+en/=");
  REQUIRE(facts.has_value());
  CHECK((*facts)->subject == "user");
  CHECK((*facts)->scopes == std::vector<std::string>{"a", "b"});
  CHECK((*facts)->identity->bearer.reveal() == "tok+en/=");
  REQUIRE(client.requests.size() == 1);
  const auto& request = client.requests[0];
  CHECK(request.method == "POST");
  CHECK(request.body == "token=tok%2Ben%2F%3D&token_type_hint=access_token");
  CHECK(*request.headers.get("content-type") == "application/x-www-form-urlencoded");
  CHECK(*request.headers.get("authorization") == "Basic " + base64_encode("client%3A1:p+w"));
}

TEST_CASE_METHOD(Fixture, "introspection: an answer is kept briefly, and no longer than the token lives", "[identity]") {
  answer(good());
  for (int i = 0; i < 3; ++i) CHECK(ask("t").has_value());
  CHECK(client.requests.size() == 1);
  clock.advance(30s);
  CHECK(ask("t").has_value());
  CHECK(client.requests.size() == 2);
  auto short_lived = good();
  short_lived["exp"] = unix_seconds(clock.now()) + 5;
  answer(short_lived);
  CHECK(ask("u").has_value());
  clock.advance(5s);
  answer({{"active", false}});
  CHECK_FALSE(ask("u").has_value());
}

TEST_CASE_METHOD(Fixture, "introspection: a refusal is kept briefly too", "[identity]") {
  answer({{"active", false}});
  for (int i = 0; i < 3; ++i) CHECK(ask("t").error().code() == ErrorCode::Unauthenticated);
  CHECK(client.requests.size() == 1);
  clock.advance(10s);
  answer(good());
  CHECK(ask("t").has_value());
}

TEST_CASE_METHOD(Fixture, "introspection: answers that do not let anybody in", "[identity]") {
  using enum ErrorCode;
  const auto now = unix_seconds(clock.now());
  const auto with = [&](const char* name, Json value) {
    auto body = good();
    body[name] = std::move(value);
    return body;
  };
  const auto without = [&](const char* name) {
    auto body = good();
    body.erase(name);
    return body;
  };
  const std::pair<Json, ErrorCode> cases[] = {
      {with("active", false), Unauthenticated},
      {with("active", "true"), Unavailable},
      {with("active", 1), Unavailable},
      {without("active"), Unavailable},
      {without("exp"), Unauthenticated},
      {with("exp", std::to_string(now + 60)), Unauthenticated},
      {with("exp", now - 30), Expired},
      {with("nbf", now + 31), Unauthenticated},
      {without("iss"), Unauthenticated},
      {with("iss", "https://idp.example/"), Unauthenticated},
      {without("aud"), Unauthenticated},
      {with("aud", "https://other.example"), Unauthenticated},
      {with("aud", Json::array()), Unauthenticated},
      {with("aud", Json{{"https://mcp.example", 1}}), Unauthenticated},
      {without("sub"), Unauthenticated},
      {with("sub", ""), Unauthenticated},
      {with("sub", 7), InvalidInput},
      {with("scope", 7), InvalidInput},
      {Json::array(), Unavailable},
      {Json("text"), Unavailable},
  };
  int number = 0;
  for (const auto& [body, code] : cases) {
    INFO(dump_json(body));
    answer(body);
    const auto facts = ask("token-" + std::to_string(number++));
    REQUIRE_FALSE(facts.has_value());
    CHECK(facts.error().code() == code);
  }
}

TEST_CASE_METHOD(Fixture, "introspection: trouble with the endpoint is not the token's fault and not remembered", "[identity]") {
  for (const int status : {302, 400, 401, 404, 500}) {
    answer(good(), status);
    CHECK(ask("t").error().code() == ErrorCode::Unavailable);
  }
  client.on("https://idp.example/introspect", [](const auto&) -> Result<http::ClientResponse> { return fail(ErrorCode::Timeout, "slow"); });
  CHECK(ask("t").error().code() == ErrorCode::Unavailable);
  answer(good());
  CHECK(ask("t").has_value());
}

TEST_CASE("introspection: the endpoint may come from the issuer's metadata; a public client names itself", "[identity]") {
  FakeHttpClient client;
  FakeClock clock;
  auto metadata = std::make_shared<oauth::MetadataSource>(oauth::DiscoverySettings{.issuer = "https://idp.example"}, client, clock);
  Introspector introspector(
      {.endpoint = metadata, .client_id = "public", .client_secret = std::nullopt, .issuer = "https://idp.example", .audiences = {"a"}, .peer = {}}, client,
      clock);
  client.on_json("https://idp.example/.well-known/openid-configuration", 200,
                 R"({"issuer":"https://idp.example","introspection_endpoint":"https://idp.example/ask"})");
  client.on_json("https://idp.example/ask", 200,
                 dump_json({{"active", true}, {"iss", "https://idp.example"}, {"aud", "a"}, {"sub", "u"}, {"exp", unix_seconds(clock.now()) + 60}}));
  CHECK(now_of(introspector.introspect(Secret("t"))).has_value());
  CHECK(client.requests.back().body == "token=t&token_type_hint=access_token&client_id=public");
  CHECK_FALSE(client.requests.back().headers.contains("authorization"));
}
