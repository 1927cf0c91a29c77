#include "tests/unit/proxy_demo/provider_fixture.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

const std::string kAccessType = "urn:ietf:params:oauth:token-type:access_token";
const std::string kIdType = "urn:ietf:params:oauth:token-type:id_token";
const std::string kJwtType = "urn:ietf:params:oauth:token-type:jwt";

FormFields exchange_request(const std::string& subject) {
  return {{"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"},
          {"subject_token", subject},
          {"subject_token_type", kAccessType},
          {"audience", "api://reports"},
          {"scope", "reports:read"}};
}

http::Headers sts() { return basic("sts", "sts-secret"); }

std::string error_of(const http::Response& response) { return json_of(response).value("error", ""); }

// An authorization server the demo trusts, as the embedded one is.
jose::KeyRing trusted_server(World& world) {
  auto keys = jose::KeyRing::generate();
  REQUIRE(keys);
  world.trust.add("http://127.0.0.1:8080", "vmcp", [set = keys->public_keys()] { return set; });
  return *std::move(keys);
}

std::string server_token(World& world, const jose::KeyRing& keys, Seconds lifetime, Json extra = Json::object()) {
  Json claims = {{"iss", "http://127.0.0.1:8080"},     {"sub", "user-1"},
                 {"aud", "http://127.0.0.1:8080/mcp"}, {"exp", unix_seconds(world.clock.now() + lifetime)},
                 {"email", "ada@example.com"},         {"scp", {"openid", "notes"}}};
  claims.update(extra);
  auto token = keys.sign("JWT", claims);
  REQUIRE(token);
  return *token;
}

}  // namespace

TEST_CASE("token exchange: subject kept, audience as asked, client and origin named") {
  World world;
  Browser browser(world, oidc_spec());
  const auto subject = login(browser)["access_token"].get<std::string>();
  const auto answer = browser.post("/token", exchange_request(subject), sts());
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  const auto body = json_of(answer);
  CHECK(body["issued_token_type"] == kAccessType);
  CHECK(body["token_type"] == "Bearer");
  CHECK(body["scope"] == "reports:read");
  CHECK(body["expires_in"] == 300);
  const auto token = world.trust.verify(body["access_token"].get<std::string>(), "api://reports", world.clock.now());
  REQUIRE(token);
  CHECK(token->subject() == "corporate-idp|ada");
  CHECK(token->claims()["client_id"] == "sts");
  CHECK(token->claims()["exchanged_from"] == kIssuer);
  CHECK(token->claims()["email"] == "ada@example.com");
  CHECK_FALSE(token->claims().contains("act"));
  CHECK(browser.get("/userinfo", "", {{"Authorization", "Bearer " + body["access_token"].get<std::string>()}}).status == 401);
}

TEST_CASE("token exchange: never outlives its subject token") {
  World world;
  Browser browser(world, oidc_spec());
  const auto subject = login(browser)["access_token"].get<std::string>();
  world.clock.advance(std::chrono::minutes(4));
  CHECK(json_of(browser.post("/token", exchange_request(subject), sts()))["expires_in"] == 60);
  world.clock.advance(std::chrono::seconds(61));
  CHECK(error_of(browser.post("/token", exchange_request(subject), sts())) == "invalid_request");
}

TEST_CASE("token exchange: takes tokens of issuers it trusts, as what they are") {
  World world;
  Browser browser(world, oidc_spec());
  Browser other(world, oidc_spec("other", "http://127.0.0.1:9002"));
  const auto keys = trusted_server(world);
  const auto from_other = login(other);
  const auto own = login(browser);
  const auto ask = [&](const std::string& token, const std::string& type) {
    return browser.post("/token", with(exchange_request(token), "subject_token_type", type), sts());
  };
  CHECK(ask(from_other["access_token"].get<std::string>(), kAccessType).status == 200);
  CHECK(ask(own["id_token"].get<std::string>(), kIdType).status == 200);
  CHECK(ask(own["access_token"].get<std::string>(), kJwtType).status == 200);
  CHECK(ask(own["id_token"].get<std::string>(), kAccessType).status == 400);
  CHECK(ask(own["access_token"].get<std::string>(), kIdType).status == 400);

  const auto body = json_of(ask(server_token(world, keys, Seconds(600), {{"act", {{"sub", "agent"}}}}), kAccessType));
  const auto claims = claims_of(body["access_token"].get<std::string>());
  CHECK(claims["sub"] == "user-1");
  CHECK(claims["act"] == Json{{"sub", "agent"}});
  CHECK(claims["exchanged_from"] == "http://127.0.0.1:8080");
}

TEST_CASE("token exchange: scopes default to the subject's, an actor is put in front of the chain") {
  World world;
  Browser browser(world, oidc_spec());
  const auto keys = trusted_server(world);
  auto request = exchange_request(server_token(world, keys, Seconds(600), {{"act", {{"sub", "first"}}}}));
  std::erase_if(request, [](const auto& f) { return f.first == "scope"; });
  request.emplace_back("actor_token", server_token(world, keys, Seconds(600), {{"sub", "second"}}));
  CHECK(error_of(browser.post("/token", request, sts())) == "invalid_request");  // actor_token_type is required
  request.emplace_back("actor_token_type", kJwtType);
  const auto body = json_of(browser.post("/token", request, sts()));
  CHECK(body["scope"] == "openid notes");
  const auto act = claims_of(body["access_token"].get<std::string>())["act"];
  CHECK(act == Json{{"sub", "second"}, {"iss", "http://127.0.0.1:8080"}, {"act", {{"sub", "first"}}}});
}

TEST_CASE("token exchange: what is refused") {
  World world;
  Browser browser(world, oidc_spec());
  const auto subject = login(browser)["access_token"].get<std::string>();
  auto stranger = jose::KeyRing::generate();
  REQUIRE(stranger);
  const auto forged = stranger->sign("at+jwt", claims_of(subject));
  const auto unknown = stranger->sign("at+jwt", {{"iss", "https://evil.example"}, {"sub", "x"}, {"aud", "y"}, {"exp", unix_seconds(world.clock.now()) + 60}});
  auto half = subject;
  half[half.size() - 10] = half[half.size() - 10] == 'A' ? 'B' : 'A';
  const auto good = exchange_request(subject);
  struct Case {
    FormFields form;
    http::Headers headers;
    const char* error;
  };
  const std::vector<Case> cases{{with(good, "subject_token", *forged), sts(), "invalid_request"},
                                {with(good, "subject_token", *unknown), sts(), "invalid_request"},
                                {with(good, "subject_token", half), sts(), "invalid_request"},
                                {with(good, "subject_token", "opaque"), sts(), "invalid_request"},
                                {with(good, "subject_token", ""), sts(), "invalid_request"},
                                {with(good, "subject_token_type", ""), sts(), "invalid_request"},
                                {with(good, "subject_token_type", "urn:ietf:params:oauth:token-type:saml2"), sts(), "invalid_request"},
                                {with(good, "requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token"), sts(), "invalid_request"},
                                {with(good, "actor_token_type", kJwtType), sts(), "invalid_request"},
                                {with(good, "audience", "api://payroll"), sts(), "invalid_target"},
                                {with(good, "audience", ""), sts(), "invalid_target"},
                                {with(good, "resource", "https://elsewhere.example/"), sts(), "invalid_target"},
                                {with(good, "scope", "a\\b"), sts(), "invalid_scope"},
                                {good, basic("sts", "wrong"), "invalid_client"},
                                {good, basic("web", "s3cret+/ %"), "unauthorized_client"},
                                {good, {}, "invalid_client"}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    INFO(i);
    const auto response = browser.post("/token", cases[i].form, cases[i].headers);
    CHECK(response.status >= 400);
    CHECK(error_of(response) == cases[i].error);
  }
}

TEST_CASE("token exchange: a revoked token cannot be exchanged") {
  World world;
  Browser browser(world, oidc_spec());
  const auto subject = login(browser)["access_token"].get<std::string>();
  CHECK(browser.post("/revoke", {{"token", subject}}, basic("web", "s3cret+/ %")).status == 200);
  CHECK(error_of(browser.post("/token", exchange_request(subject), sts())) == "invalid_request");
}

TEST_CASE("token exchange: without a client only where that is configured") {
  World world;
  auto spec = oidc_spec();
  spec.anonymous_exchange = true;
  Browser browser(world, std::move(spec));
  const auto subject = login(browser)["access_token"].get<std::string>();
  CHECK(browser.post("/token", exchange_request(subject)).status == 200);
  CHECK(error_of(browser.post("/token", exchange_request(subject), basic("sts", "wrong"))) == "invalid_client");
  CHECK(error_of(browser.post("/token", {{"grant_type", "refresh_token"}, {"refresh_token", "x.y"}})) == "invalid_client");
}
