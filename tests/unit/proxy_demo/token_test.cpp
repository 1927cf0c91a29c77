#include "proxy/demo/provider_state.hpp"
#include "tests/unit/proxy_demo/provider_fixture.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

std::string code_of(Browser& browser, const std::string& client = "web") {
  return field(query_of(browser.decide(authorize_request(client), "corporate-idp|ada")), "code");
}

std::string error_of(const http::Response& response) {
  const auto body = json_of(response);
  CHECK(response.headers.get("Cache-Control") == "no-store");
  return body.value("error", "");
}

FormFields refresh_request(const Json& tokens) { return {{"grant_type", "refresh_token"}, {"refresh_token", tokens.at("refresh_token").get<std::string>()}}; }

const auto kWeb = [] { return basic("web", "s3cret+/ %"); };

}  // namespace

TEST_CASE("demo idp: the code flow gives verifiable tokens") {
  World world;
  Browser browser(world, oidc_spec());
  const auto tokens = login(browser);
  CHECK(tokens["token_type"] == "Bearer");
  CHECK(tokens["expires_in"] == 300);
  CHECK(tokens["scope"] == "openid email offline_access");

  const auto id = world.trust.verify(tokens["id_token"].get<std::string>(), "web", world.clock.now());
  REQUIRE(id);
  CHECK(id->subject() == "corporate-idp|ada");
  CHECK(id->claims()["nonce"] == "n-1");
  CHECK(id->claims()["auth_time"] == unix_seconds(world.clock.now()));
  CHECK(id->claims()["email"] == "ada@example.com");
  const auto hash = crypto::sha256(tokens["access_token"].get<std::string>());
  CHECK(id->claims()["at_hash"] == base64url_encode(hash.substr(0, 16)));

  const auto access = world.trust.verify(tokens["access_token"].get<std::string>(), "api://corporate-idp", world.clock.now());
  REQUIRE(access);
  CHECK(access->header()["typ"] == "at+jwt");
  for (const char* name : {"iss", "sub", "aud", "email", "name", "scope", "client_id", "idp", "jti"}) CHECK(access->claims().contains(name));
  CHECK(access->claims()["idp"] == "corporate-idp");
}

TEST_CASE("demo idp: a code is good once, for its client, redirect URI and verifier, for a minute") {
  World world;
  Browser browser(world, oidc_spec());
  SECTION("wrong verifier, and then the code is gone") {
    const auto code = code_of(browser);
    for (const std::string& verifier : {std::string("x") + kVerifier.substr(1), kChallenge, std::string(), std::string("short"), std::string(129, 'a')}) {
      CHECK(error_of(browser.post("/token", with(code_request(code), "code_verifier", verifier), kWeb())) == "invalid_grant");
    }
    CHECK(error_of(browser.post("/token", code_request(code), kWeb())) == "invalid_grant");
  }
  SECTION("wrong redirect URI") {
    CHECK(error_of(browser.post("/token", with(code_request(code_of(browser)), "redirect_uri", kCallback + "/"), kWeb())) == "invalid_grant");
  }
  SECTION("another client cannot use it, nor use it up") {
    const auto code = code_of(browser);
    CHECK(error_of(browser.post("/token", with(code_request(code), "client_id", "public"))) == "invalid_grant");
    CHECK(browser.post("/token", code_request(code), kWeb()).status == 200);
  }
  SECTION("too late") {
    const auto code = code_of(browser);
    world.clock.advance(std::chrono::seconds(60));
    CHECK(error_of(browser.post("/token", code_request(code), kWeb())) == "invalid_grant");
  }
  SECTION("a replay also ends what the first use gave") {
    const auto code = code_of(browser);
    const auto tokens = json_of(browser.post("/token", code_request(code), kWeb()));
    const http::Headers bearer{{"Authorization", "Bearer " + tokens["access_token"].get<std::string>()}};
    CHECK(browser.get("/userinfo", "", bearer).status == 200);
    CHECK(error_of(browser.post("/token", code_request(code), kWeb())) == "invalid_grant");
    CHECK(browser.get("/userinfo", "", bearer).status == 401);
    CHECK(error_of(browser.post("/token", refresh_request(tokens), kWeb())) == "invalid_grant");
  }
  SECTION("made up or missing") {
    CHECK(error_of(browser.post("/token", code_request("made-up"), kWeb())) == "invalid_grant");
    CHECK(error_of(browser.post("/token", code_request(""), kWeb())) == "invalid_request");
  }
}

TEST_CASE("demo idp: clients authenticate as they are configured") {
  World world;
  Browser browser(world, oidc_spec());
  const auto try_with = [&](FormFields extra, http::Headers headers) {
    auto form = code_request(code_of(browser));
    form.insert(form.end(), extra.begin(), extra.end());
    return browser.post("/token", form, std::move(headers));
  };
  CHECK(try_with({}, kWeb()).status == 200);
  CHECK(try_with({{"client_id", "web"}}, kWeb()).status == 200);
  CHECK(try_with({{"client_id", "web"}, {"client_secret", "s3cret+/ %"}}, {}).status == 200);
  CHECK(browser.post("/token", with(code_request(code_of(browser, "public")), "client_id", "public")).status == 200);

  const auto refused = try_with({}, basic("web", "wrong"));
  CHECK(refused.status == 401);
  CHECK(error_of(refused) == "invalid_client");
  CHECK(refused.headers.contains("WWW-Authenticate"));
  CHECK(error_of(try_with({{"client_id", "web"}}, {})) == "invalid_client");
  CHECK(error_of(try_with({{"client_id", "web"}, {"client_secret", "s3cret"}}, {})) == "invalid_client");
  CHECK(error_of(try_with({{"client_id", "public"}, {"client_secret", "x"}}, {})) == "invalid_client");
  CHECK(error_of(try_with({{"client_id", "nobody"}}, {})) == "invalid_client");
  CHECK(error_of(try_with({}, {})) == "invalid_client");
  CHECK(error_of(try_with({{"client_secret", "s3cret+/ %"}}, kWeb())) == "invalid_request");
  CHECK(error_of(try_with({{"client_id", "public"}}, kWeb())) == "invalid_request");
  for (const std::string& value :
       {std::string("Basic"), std::string("Basic !"), std::string("Bearer x"), "Basic " + base64_encode("web"), "Basic " + base64_encode("web:%zz")}) {
    CHECK(error_of(try_with({}, {{"Authorization", value}})) == "invalid_client");
  }
}

TEST_CASE("demo idp: the token endpoint refuses what is no proper request") {
  World world;
  Browser browser(world, oidc_spec());
  CHECK(error_of(browser.send("POST", "/token", "", {{"Content-Type", "application/json"}}, "{}")) == "invalid_request");
  CHECK(error_of(browser.send("POST", "/token", "", {{"Content-Type", "application/x-www-form-urlencoded"}}, std::string((64U << 10U) + 1, 'a'))) ==
        "invalid_request");
  CHECK(error_of(browser.send("POST", "/token", "", {{"Content-Type", "application/x-www-form-urlencoded"}}, "a=%zz")) == "invalid_request");
  CHECK(error_of(browser.post("/token", {{"grant_type", "password"}, {"grant_type", "password"}}, kWeb())) == "invalid_request");
  CHECK(error_of(browser.post("/token", {{"grant_type", "password"}}, kWeb())) == "unsupported_grant_type");
  CHECK(error_of(browser.post("/token", {{"grant_type", ""}}, kWeb())) == "invalid_request");
}

TEST_CASE("demo idp: refresh tokens rotate, and reuse ends the family") {
  World world;
  Browser browser(world, oidc_spec());
  const auto first = login(browser);
  world.clock.advance(std::chrono::minutes(6));
  const auto second = json_of(browser.post("/token", refresh_request(first), kWeb()));
  CHECK(second["refresh_token"] != first["refresh_token"]);
  CHECK(claims_of(second["id_token"].get<std::string>())["auth_time"] == claims_of(first["id_token"].get<std::string>())["auth_time"]);
  CHECK_FALSE(claims_of(second["id_token"].get<std::string>()).contains("nonce"));
  CHECK(world.trust.verify(second["access_token"].get<std::string>(), "api://corporate-idp", world.clock.now()));

  CHECK(error_of(browser.post("/token", refresh_request(first), kWeb())) == "invalid_grant");
  CHECK(error_of(browser.post("/token", refresh_request(second), kWeb())) == "invalid_grant");
  CHECK(browser.get("/userinfo", "", {{"Authorization", "Bearer " + second["access_token"].get<std::string>()}}).status == 401);
}

TEST_CASE("demo idp: a refresh may narrow the scope, never widen it") {
  World world;
  Browser browser(world, oidc_spec());
  const auto first = login(browser);
  CHECK(error_of(browser.post("/token", with(refresh_request(first), "scope", "openid admin"), kWeb())) == "invalid_scope");
  const auto narrow = json_of(browser.post("/token", with(refresh_request(first), "scope", "email"), kWeb()));
  CHECK(narrow["scope"] == "email");
  CHECK_FALSE(narrow.contains("id_token"));
  CHECK(json_of(browser.post("/token", refresh_request(narrow), kWeb()))["scope"] == "openid email offline_access");
}

TEST_CASE("demo idp: refresh tokens are the client's own, wanted, and end") {
  World world;
  Browser browser(world, oidc_spec());
  CHECK_FALSE(login(browser, "openid email").contains("refresh_token"));
  const auto tokens = login(browser);
  CHECK(error_of(browser.post("/token", with(refresh_request(tokens), "client_id", "public"))) == "invalid_grant");
  CHECK(error_of(browser.post("/token", {{"grant_type", "refresh_token"}, {"refresh_token", "a.b"}}, kWeb())) == "invalid_grant");
  CHECK(error_of(browser.post("/token", {{"grant_type", "refresh_token"}, {"refresh_token", std::string(600, '.')}}, kWeb())) == "invalid_grant");
  CHECK(error_of(browser.post("/token", {{"grant_type", "refresh_token"}}, kWeb())) == "invalid_request");
  world.clock.advance(std::chrono::hours(8));
  CHECK(error_of(browser.post("/token", refresh_request(tokens), kWeb())) == "invalid_grant");
}

TEST_CASE("demo idp: userinfo opens for its own living access tokens only") {
  World world;
  Browser browser(world, oidc_spec());
  Browser other(world, oidc_spec("other", "http://127.0.0.1:9002"));
  const auto tokens = login(browser);
  const auto ask = [&](const std::string& token) { return browser.get("/userinfo", "", {{"Authorization", "Bearer " + token}}); };
  const auto good = ask(tokens["access_token"].get<std::string>());
  REQUIRE(good.status == 200);
  CHECK(json_of(good) == Json{{"sub", "corporate-idp|ada"}, {"name", "Ada Lovelace"}, {"email", "ada@example.com"}, {"email_verified", true}});

  CHECK(ask(tokens["id_token"].get<std::string>()).status == 401);
  CHECK(ask(tokens["refresh_token"].get<std::string>()).status == 401);
  CHECK(ask(login(other)["access_token"].get<std::string>()).status == 401);
  CHECK(ask(login(browser, "email")["access_token"].get<std::string>()).status == 403);
  CHECK(browser.get("/userinfo").headers.get("WWW-Authenticate") == "Bearer");
  CHECK(browser.get("/userinfo", "", {{"Authorization", "Bearer a b"}}).status == 400);
  world.clock.advance(std::chrono::minutes(6));
  CHECK(ask(tokens["access_token"].get<std::string>()).status == 401);
}

TEST_CASE("demo idp: revocation ends the grant, of its own client only") {
  World world;
  Browser browser(world, oidc_spec());
  for (const char* kind : {"access_token", "refresh_token"}) {
    const auto tokens = login(browser);
    const std::string token = tokens[kind].get<std::string>();
    CHECK(error_of(browser.post("/revoke", {{"token", token}, {"client_id", "public"}})) == "unauthorized_client");
    CHECK(browser.post("/revoke", {{"token", token}}, basic("web", "wrong")).status == 401);
    CHECK(browser.get("/userinfo", "", {{"Authorization", "Bearer " + tokens["access_token"].get<std::string>()}}).status == 200);
    CHECK(browser.post("/revoke", {{"token", token}}, kWeb()).status == 200);
    CHECK(browser.get("/userinfo", "", {{"Authorization", "Bearer " + tokens["access_token"].get<std::string>()}}).status == 401);
    CHECK(error_of(browser.post("/token", refresh_request(tokens), kWeb())) == "invalid_grant");
  }
  CHECK(browser.post("/revoke", {{"token", "made-up"}}, kWeb()).status == 200);
  CHECK(error_of(browser.post("/revoke", {}, kWeb())) == "invalid_request");
}

TEST_CASE("demo idp: introspection tells living tokens from dead ones") {
  World world;
  Browser browser(world, oidc_spec());
  const auto tokens = login(browser);
  const auto ask = [&](const std::string& token) { return json_of(browser.post("/introspect", {{"token", token}}, kWeb())); };
  const auto active = ask(tokens["access_token"].get<std::string>());
  CHECK(active["active"] == true);
  CHECK(active["sub"] == "corporate-idp|ada");
  CHECK(active["scope"] == "openid email offline_access");
  CHECK(ask(tokens["refresh_token"].get<std::string>())["active"] == true);
  CHECK(ask("nonsense") == Json{{"active", false}});
  CHECK(ask(tokens["id_token"].get<std::string>()) == Json{{"active", false}});
  CHECK(browser.post("/introspect", {{"token", "x"}, {"client_id", "public"}}).status == 401);
  CHECK(browser.post("/introspect", {{"token", "x"}}).status == 401);
  CHECK(browser.post("/revoke", {{"token", tokens["refresh_token"].get<std::string>()}}, kWeb()).status == 200);
  CHECK(ask(tokens["access_token"].get<std::string>()) == Json{{"active", false}});
}

TEST_CASE("demo idp: ten thousand abandoned sign-ins are bounded and the newest still works") {
  World world;
  proxy::ProviderState state(world.clock, world.random, Seconds(300), Seconds(3600));
  std::string last;
  for (int i = 0; i < 10'050; ++i) {
    world.clock.advance(std::chrono::microseconds(1));
    last = state.add_code({.grant = {.client_id = "web"}, .redirect_uri = kCallback, .code_challenge = kChallenge});
  }
  CHECK(state.redeem({last, "web", kCallback, kVerifier}, proxy::RefreshTokens::Always));
}
