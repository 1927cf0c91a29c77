#include "core/authserver/login_cookie.hpp"
#include "core/jose/verifier.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/authserver/world.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

TEST_CASE("login: two upstreams one after the other, then a code, then a token that leads to both") {
  World world;
  world.start();
  const std::string id = world.register_client()["client_id"];
  Browser browser;

  auto response = browser.visit(world.server(), "/oauth/authorize", world.authorize_query(id));
  CHECK(response.status == 303);
  CHECK(location(response).starts_with("https://github.test/authorize?"));
  CHECK(browser.cookies.size() == 1);
  CHECK(browser.cookies.begin()->first.starts_with("__Host-vmcpauth-login-"));

  response = world.answer(browser, 0);
  INFO(response.body << *world.log.text);
  CHECK(response.status == 303);
  CHECK(location(response).starts_with("https://slack.test/authorize?"));

  response = world.answer(browser, 1);
  CHECK(response.status == 303);
  CHECK(location(response).starts_with(std::string(kRedirect) + "?"));
  CHECK(browser.cookies.empty());
  auto answer = query_of(location(response));
  CHECK(answer["state"] == "client-state");
  CHECK(answer["iss"] == kIssuer);
  CHECK_FALSE(answer.contains("error"));

  const auto tokens = world.redeem(id, answer["code"]);
  REQUIRE(tokens.response.status == 200);
  CHECK(tokens.response.headers.get("Cache-Control") == "no-store");
  CHECK(tokens.body["token_type"] == "Bearer");
  CHECK(tokens.body["expires_in"] == 3600);
  CHECK(tokens.body["scope"] == "openid offline_access");
  CHECK(tokens.body.contains("refresh_token"));

  const auto rows = world.upstream_tokens(World::claims_of(tokens.body["access_token"])["tsid"]);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].access_token.reveal() == "github-access-1");
  CHECK(rows[1].access_token.reveal() == "slack-access-1");
  CHECK(rows[0].upstream_subject == "github-user");
  CHECK(rows[1].upstream_subject == "slack-user");
  CHECK(rows[0].user_id == rows[1].user_id);
}

TEST_CASE("login: the access token is an RFC 9068 JWT with ToolHive's claims, and verifies with the published keys") {
  World world({"github"});
  world.start();
  const std::string id = world.register_client()["client_id"];
  const auto tokens = world.redeem(id, world.obtain_code(id));
  const std::string jwt = tokens.body["access_token"];
  const auto parsed = jose::UnverifiedToken::parse(jwt);
  REQUIRE(parsed.has_value());
  CHECK(parsed->header().at("typ") == "at+jwt");
  CHECK(parsed->header().at("alg") == "ES256");
  const auto verified = jose::verify(*parsed, {{jose::Algorithm::Es256}, kIssuer, {kResource}}, world.server().public_keys(), world.clock.now());
  REQUIRE(verified.has_value());
  const auto& claims = verified->claims();
  CHECK(claims.at("iss") == kIssuer);
  CHECK(claims.at("aud") == kResource);
  CHECK(claims.at("client_id") == id);
  CHECK(claims.at("scope") == "openid offline_access");
  CHECK(claims.at("scp") == Json::array({"openid", "offline_access"}));
  CHECK(claims.at("name") == "Ada");
  CHECK(claims.at("email") == "ada@example.test");
  CHECK(claims.at("exp").get<std::int64_t>() - claims.at("iat").get<std::int64_t>() == 3600);
  CHECK(claims.at("sub").get<std::string>().size() == 36);
  CHECK(claims.at("tsid").get<std::string>().size() == 43);
  CHECK(claims.contains("jti"));
}

TEST_CASE("login: every leg has its own state, nonce and PKCE verifier, and they come back to the provider") {
  World world({"a", "b", "c"});
  world.start();
  const std::string id = world.register_client()["client_id"];
  Browser browser;
  const auto response = world.log_in(browser, world.authorize_query(id));
  REQUIRE(query_of(location(response)).contains("code"));
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& leg = world.provider(i).legs.at(0);
    CHECK(oauth::is_code_verifier(leg.pkce_verifier.reveal()));
    CHECK(leg.state.size() == 43);
    for (const auto& value : {leg.state, leg.nonce, leg.pkce_verifier.reveal()}) {
      CHECK(std::find(seen.begin(), seen.end(), value) == seen.end());
      seen.push_back(value);
    }
    const auto& finished = world.provider(i).finished.at(0);
    CHECK(finished.state == leg.state);
    CHECK(finished.nonce == leg.nonce);
    CHECK(finished.pkce_verifier.reveal() == leg.pkce_verifier.reveal());
  }
}

TEST_CASE("login: the same first-leg subject is the same user, another subject another") {
  World world({"github"});
  world.start();
  const std::string id = world.register_client()["client_id"];
  const auto subject = [&] { return World::claims_of(world.redeem(id, world.obtain_code(id)).body["access_token"])["sub"].get<std::string>(); };
  const auto first = subject();
  CHECK(subject() == first);
  world.provider(0).subject = "somebody-else";
  CHECK(subject() != first);
}

TEST_CASE("login: a later leg may belong to another account, the first leg still decides the user") {
  World world;
  world.start();
  const std::string id = world.register_client()["client_id"];
  const auto first = World::claims_of(world.redeem(id, world.obtain_code(id)).body["access_token"]);
  world.provider(1).subject = "a-second-account";
  world.provider(1).user_name = "Mallory";
  const auto second = World::claims_of(world.redeem(id, world.obtain_code(id)).body["access_token"]);
  CHECK(first["sub"] == second["sub"]);
  CHECK(second["name"] == "Ada");
  CHECK(first["tsid"] != second["tsid"]);
}

TEST_CASE("login: a synthetic identity makes no user row") {
  World world({"github"});
  world.provider(0).synthetic = true;
  world.provider(0).subject = "tk-00112233445566778899aabbccddeeff";
  world.start();
  const std::string id = world.register_client()["client_id"];
  const auto claims = World::claims_of(world.redeem(id, world.obtain_code(id)).body["access_token"]);
  CHECK(claims["sub"] == "tk-00112233445566778899aabbccddeeff");
  CHECK(world.store.sizes().users == 0);
}

TEST_CASE("login: a first leg that expired during the second is refreshed, not asked again") {
  World world;
  world.start();
  world.provider(0).expires_at = world.clock.now() + Seconds(60);
  world.provider(0).refreshed_expires_at = world.clock.now() + Seconds(3600);
  const std::string id = world.register_client()["client_id"];
  Browser browser;
  browser.visit(world.server(), "/oauth/authorize", world.authorize_query(id));
  world.answer(browser, 0);
  world.clock.advance(Seconds(120));
  const auto response = world.answer(browser, 1);
  REQUIRE(query_of(location(response)).contains("code"));
  CHECK(world.provider(0).refreshed == std::vector<std::string>{"github-refresh-1"});
  const auto rows = world.upstream_tokens(World::claims_of(world.redeem(id, query_of(location(response))["code"]).body["access_token"])["tsid"]);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].access_token.reveal() == "github-refreshed");
  CHECK(rows[0].refresh_token.reveal() == "github-refresh-1");  // the answer had none: the old one is kept
  CHECK(rows[0].id_token.reveal() == "github-id");
}

TEST_CASE("login: an expired leg whose refresh fails is asked again, and must be the same user when it is the first") {
  World world;
  world.start();
  world.provider(0).expires_at = world.clock.now() + Seconds(60);
  world.provider(0).refresh_error = Error(ErrorCode::UpstreamError, "revoked").with_oauth_code("invalid_grant");
  const std::string id = world.register_client()["client_id"];
  Browser browser;
  browser.visit(world.server(), "/oauth/authorize", world.authorize_query(id));
  world.answer(browser, 0);
  world.clock.advance(Seconds(120));
  world.provider(0).expires_at = world.clock.now() + Seconds(600);
  auto response = world.answer(browser, 1);
  REQUIRE(location(response).starts_with("https://github.test/"));
  SECTION("same user") {
    response = world.answer(browser, 0);
    CHECK(query_of(location(response)).contains("code"));
  }
  SECTION("another user") {
    world.provider(0).subject = "intruder";
    response = world.answer(browser, 0);
    CHECK(query_of(location(response))["error"] == "access_denied");
    CHECK(world.store.sizes().sessions == 0);
  }
}

TEST_CASE("login: tokens that die faster than the chain walks do not send the browser round for ever") {
  World world;
  world.start();
  const std::string id = world.register_client()["client_id"];
  for (std::size_t i = 0; i < 2; ++i) {
    world.provider(i).expires_at = world.clock.now() - Seconds(1);
    world.provider(i).gives_refresh_token = false;
  }
  Browser browser;
  const auto response = world.log_in(browser, world.authorize_query(id));
  CHECK(query_of(location(response))["error"] == "server_error");
  CHECK(world.provider(0).legs.size() + world.provider(1).legs.size() == 4);
}

TEST_CASE("login: several at once in one browser do not disturb each other") {
  World world({"github"});
  world.start();
  const std::string id = world.register_client()["client_id"];
  Browser browser;
  for (const std::string state : {"one", "two", "three"}) browser.visit(world.server(), "/oauth/authorize", with(world.authorize_query(id), "state", state));
  CHECK(browser.cookies.size() == 3);
  for (const std::size_t i : {1U, 0U, 2U}) {
    const auto response = browser.visit(world.server(), "/oauth/callback", {{"state", world.provider(0).legs[i].state}, {"code", "c"}});
    CHECK(query_of(location(response)).contains("code"));
  }
  CHECK(browser.cookies.empty());
}

TEST_CASE("login: a browser that never finishes carries a bounded number of cookies") {
  World world({"github"});
  world.start();
  const std::string id = world.register_client()["client_id"];
  Browser browser;
  for (int i = 0; i < 40; ++i) browser.visit(world.server(), "/oauth/authorize", world.authorize_query(id));
  CHECK(browser.cookies.size() <= 16);
  // The newest login is among those kept, however the jar is ordered.
  const auto response = world.answer(browser, 0);
  CHECK(response.status == 303);
}

TEST_CASE("login cookie: over plain http on loopback it has no __Host- prefix and a narrow path") {
  http::Headers headers;
  authserver::LoginCookie("abc", {false, "/oauth"}).set(headers, "value", Seconds(600));
  CHECK(headers.get("set-cookie") == "vmcpauth-login-abc=value; Path=/oauth; HttpOnly; SameSite=Lax; Max-Age=600");
  http::Headers secure;
  authserver::LoginCookie("abc", {true, "/oauth"}).set(secure, "value", Seconds(600));
  CHECK(secure.get("set-cookie") == "__Host-vmcpauth-login-abc=value; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600");
}
