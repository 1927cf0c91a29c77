#include "proxy/demo/token_answer.hpp"
#include "tests/unit/proxy_demo/provider_fixture.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

proxy::IdentityProviderSpec oauth2_spec(proxy::TokenAnswer answer) {
  auto spec = oidc_spec("slack-like");
  spec.kind = proxy::ProviderKind::OAuth2;
  spec.refresh_tokens = proxy::RefreshTokens::Always;
  spec.token_answer = std::move(answer);
  return spec;
}

http::Response redeem(Browser& browser) {
  const auto back = browser.decide(authorize_request("web", "read:user repo"), "slack-like|grace");
  return browser.post("/token", code_request(field(query_of(back), "code")), basic("web", "s3cret+/ %"));
}

}  // namespace

TEST_CASE("answer shape: values land at gjson-style paths") {
  struct Case {
    const char* path;
    const char* want;
  };
  const Case cases[] = {{"a", R"({"a":1})"},
                        {"a.b.c", R"({"a":{"b":{"c":1}}})"},
                        {"a|b", R"({"a":{"b":1}})"},
                        {"a\\.b.c", R"({"a.b":{"c":1}})"},
                        {"d.1.t", R"({"d":[null,{"t":1}]})"},
                        {"https://x/claim", R"({"https://x/claim":1})"}};
  for (const auto& c : cases) {
    INFO(c.path);
    Json root = Json::object();
    REQUIRE(proxy::set_at_path(root, c.path, 1));
    CHECK(dump_json(root) == c.want);
  }
  for (const char* path : {"", ".", "a..b", "a.", "a.#", "a.*", "a?", "@this", "a|@reverse", "{a,b}", "d.99.t\\", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q"}) {
    INFO(path);
    Json root = Json::object();
    CHECK_FALSE(proxy::set_at_path(root, path, 1));
  }
  Json taken = {{"a", "text"}, {"o", {{"x", 1}}}};
  CHECK_FALSE(proxy::set_at_path(taken, "a.b", 1));
  CHECK_FALSE(proxy::set_at_path(taken, "o", 1));
}

TEST_CASE("answer shape: a mapped token response and identity in it") {
  World world;
  Browser browser(world, oauth2_spec({.access_token_path = "authed_user.access_token",
                                      .scope_path = "authed_user.scope",
                                      .refresh_token_path = "authed_user.refresh",
                                      .expires_in_path = "authed_user.ttl",
                                      .subject_path = "authed_user.id",
                                      .name_path = "authed_user.profile.name"}));
  const auto body = json_of(redeem(browser));
  CHECK_FALSE(body.contains("access_token"));
  CHECK_FALSE(body.contains("expires_in"));
  const auto& user = body["authed_user"];
  CHECK(user["id"] == "slack-like|grace");
  CHECK(user["profile"]["name"] == "Grace Hopper");
  CHECK(user["scope"] == "read:user repo");
  CHECK(user["ttl"] == 300);
  CHECK(user["refresh"].is_string());
  CHECK(world.trust.verify(user["access_token"].get<std::string>(), "api://slack-like", world.clock.now()));
}

TEST_CASE("answer shape: identity inside a JWT") {
  World world;
  Browser browser(world, oauth2_spec({.subject_path = "access_token|@upstreamjwt|user.id", .email_path = "tokens.id|@upstreamjwt|mail"}));
  const auto body = json_of(redeem(browser));
  CHECK(claims_of(body["access_token"].get<std::string>())["user"]["id"] == "slack-like|grace");
  CHECK(claims_of(body["tokens"]["id"].get<std::string>())["mail"] == "grace@example.com");
  CHECK_FALSE(body.contains("id_token"));
}

TEST_CASE("answer shape: form-encoded answers and errors that come with 200") {
  World world;
  Browser browser(world, oauth2_spec({.format = proxy::TokenFormat::Form, .errors_with_status_200 = true}));
  const auto answer = redeem(browser);
  CHECK(answer.headers.get("Content-Type") == "application/x-www-form-urlencoded");
  CHECK(field(answer.body, "scope") == "read:user repo");
  CHECK(field(answer.body, "expires_in") == "300");
  CHECK(world.trust.verify(field(answer.body, "access_token"), "api://slack-like", world.clock.now()));
  CHECK_FALSE(field(answer.body, "refresh_token").empty());

  const auto error = browser.post("/token", code_request("made-up"), basic("web", "s3cret+/ %"));
  CHECK(error.status == 200);
  CHECK(field(error.body, "error") == "invalid_grant");
}

TEST_CASE("answer shape: userinfo uses the field names the upstream maps") {
  World world;
  auto spec = oauth2_spec({});
  spec.userinfo_answer = {.subject_fields = {"id", "sub"}, .name_fields = {"login"}, .email_fields = {"mail"}};
  Browser browser(world, std::move(spec));
  const http::Headers bearer{{"Authorization", "Bearer " + json_of(redeem(browser))["access_token"].get<std::string>()}};
  const Json want = {{"id", "slack-like|grace"}, {"login", "Grace Hopper"}, {"mail", "grace@example.com"}, {"email_verified", true}};
  CHECK(json_of(browser.get("/userinfo", "", bearer)) == want);
  CHECK(json_of(browser.post("/userinfo", {}, bearer)) == want);
}

TEST_CASE("answer shape: a further subject claim") {
  World world;
  auto spec = oidc_spec();
  spec.subject_claim = "oid";
  Browser browser(world, std::move(spec));
  CHECK(claims_of(login(browser)["id_token"].get<std::string>())["oid"] == "corporate-idp|ada");
}

TEST_CASE("answer shape: impossible shapes and issuers are refused at construction") {
  World world;
  const auto make = [&](proxy::IdentityProviderSpec spec) {
    return proxy::IdentityProvider::make(std::move(spec), *jose::KeyRing::generate(), world.trust, world.clock, world.random).has_value();
  };
  CHECK(make(oauth2_spec({})));
  CHECK_FALSE(make(oauth2_spec({.access_token_path = "a.#.b"})));
  CHECK_FALSE(make(oauth2_spec({.access_token_path = "a.b", .scope_path = "a.b.c"})));
  CHECK_FALSE(make(oauth2_spec({.subject_path = "access_token|@upstreamjwt"})));
  CHECK_FALSE(make(oauth2_spec({.subject_path = "access_token.@base64"})));
  for (const char* issuer : {"", "127.0.0.1", "http://127.0.0.1:1/", "http://127.0.0.1:1/?x", "http://127.0.0.1:1#x", "ftp://x"}) {
    INFO(issuer);
    CHECK_FALSE(make(oidc_spec("x", issuer)));
  }
}

TEST_CASE("registration: a registered client can log in") {
  World world;
  auto spec = oauth2_spec({});
  spec.registration.emplace();
  spec.registration->initial_access_token = Secret("initial");
  Browser browser(world, std::move(spec));
  const auto send = [&](const std::string& body, const std::string& token = "initial", const std::string& type = "application/json") {
    return browser.send("POST", "/register", "", {{"Content-Type", type}, {"Authorization", "Bearer " + token}}, body);
  };
  const std::string good = R"({"redirect_uris":[")" + kCallback + R"("],"client_name":"x"})";
  const auto answer = send(good);
  REQUIRE(answer.status == 201);
  const auto client = json_of(answer);
  CHECK(client["client_secret_expires_at"] == 0);
  const auto id = client["client_id"].get<std::string>();
  const auto back = browser.decide(authorize_request(id), "slack-like|ada");
  CHECK(browser.post("/token", code_request(field(query_of(back), "code")), basic(id, client["client_secret"].get<std::string>())).status == 200);
  CHECK_FALSE(json_of(send(R"({"redirect_uris":[")" + kCallback + R"("],"token_endpoint_auth_method":"none"})")).contains("client_secret"));

  CHECK(send(good, "wrong").status == 401);
  CHECK(browser.send("POST", "/register", "", {{"Content-Type", "application/json"}}, good).status == 401);
  for (const char* body : {R"({})", R"({"redirect_uris":[]})", R"({"redirect_uris":"x"})", R"({"redirect_uris":["javascript:alert"]})",
                           R"({"redirect_uris":["http://evil.example/"]})", R"({"redirect_uris":["https://a.example/#f"]})"}) {
    INFO(body);
    CHECK(json_of(send(body))["error"] == "invalid_redirect_uri");
  }
  const std::string prefix = R"({"redirect_uris":[")" + kCallback + R"("],"token_endpoint_auth_method":)";
  CHECK(json_of(send(prefix + R"("private_key_jwt"})"))["error"] == "invalid_client_metadata");
  CHECK(json_of(send(prefix + "1}"))["error"] == "invalid_client_metadata");
  CHECK(json_of(send("[]"))["error"] == "invalid_client_metadata");
  CHECK(json_of(send(good, "initial", "text/plain"))["error"] == "invalid_client_metadata");
  CHECK(json_of(send(std::string((64U << 10U) + 1, ' ')))["error"] == "invalid_client_metadata");
}
