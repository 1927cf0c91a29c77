#include "tests/support/catch.hpp"
#include "tests/unit/authserver/world.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

struct Session {
  World world;
  std::string client_id, code;

  explicit Session(std::vector<std::string> audiences = {kResource}, const FormFields& authorize = {}) : world({"github"}) {
    world.config.allowed_audiences = std::move(audiences);
    world.start();
    client_id = world.register_client()["client_id"];
    code = world.obtain_code(client_id, authorize);
  }
  std::string session_of(const Tokens& tokens) const { return World::claims_of(tokens.body.at("access_token"))["tsid"]; }
};

}  // namespace

TEST_CASE("code: what is missing is said and does not use the code up") {
  Session s;
  for (const std::string name : {"code", "redirect_uri", "code_verifier"}) {
    const auto tokens = s.world.redeem(s.client_id, s.code, {{name, ""}});
    INFO(name);
    CHECK(tokens.response.status == 400);
    CHECK(tokens.body["error"] == "invalid_request");
  }
  CHECK(s.world.redeem(s.client_id, s.code, {{"resource", "https://other.example/"}}).body["error"] == "invalid_target");
  CHECK(s.world.redeem(s.client_id, s.code).response.status == 200);
}

TEST_CASE("code: used a second time it is refused and everything it led to is revoked") {
  Session s;
  const auto first = s.world.redeem(s.client_id, s.code);
  REQUIRE(first.response.status == 200);
  REQUIRE(s.world.upstream_tokens(s.session_of(first)).size() == 1);
  const auto second = s.world.redeem(s.client_id, s.code);
  CHECK(second.response.status == 400);
  CHECK(second.body["error"] == "invalid_grant");
  CHECK(s.world.upstream_tokens(s.session_of(first)).empty());
  CHECK(s.world.refresh(s.client_id, first.body["refresh_token"]).body["error"] == "invalid_grant");
}

TEST_CASE("code: a wrong verifier, redirect or client is refused and ends the code") {
  struct Case {
    const char* what;
    FormFields more;
  };
  const std::vector<Case> cases{
      {"another verifier", {{"code_verifier", std::string(43, 'x')}}},
      {"the challenge itself", {{"code_verifier", oauth::s256_challenge(kVerifier)}}},
      {"verifier too short", {{"code_verifier", "short"}}},
      {"verifier too long", {{"code_verifier", std::string(129, 'x')}}},
      {"another redirect", {{"redirect_uri", "http://127.0.0.1:1/callback"}}},
  };
  for (const auto& c : cases) {
    Session s;
    INFO(c.what);
    CHECK(s.world.redeem(s.client_id, s.code, c.more).body["error"] == "invalid_grant");
    CHECK(s.world.redeem(s.client_id, s.code).body["error"] == "invalid_grant");
    CHECK(s.world.store.sizes().sessions == 0);
  }
  Session s;
  const std::string thief = s.world.register_client()["client_id"];
  CHECK(s.world.redeem(thief, s.code).body["error"] == "invalid_grant");
  CHECK(s.world.redeem(s.client_id, s.code).body["error"] == "invalid_grant");
}

TEST_CASE("code: made-up, altered, expired or other tokens are no codes") {
  Session s;
  auto altered = s.code;
  altered.back() = altered.back() == 'A' ? 'E' : 'A';
  for (const std::string& code : {std::string("x"), std::string(200, 'a'), altered, s.code + "A", s.code.substr(1), "vrt_" + s.code.substr(4)}) {
    INFO(code);
    CHECK(s.world.redeem(s.client_id, code).body["error"] == "invalid_grant");
  }
  s.world.clock.advance(Seconds(600));
  CHECK(s.world.redeem(s.client_id, s.code).body["error"] == "invalid_grant");
}

TEST_CASE("token: requests that are no token requests") {
  Session s;
  const auto error = [&](const http::Response& response) { return parse_json_object(response.body)->at("error").get<std::string>(); };
  CHECK(error(s.world.post_form("/oauth/token", {})) == "invalid_request");
  CHECK(error(s.world.post_form("/oauth/token", {{"grant_type", "password"}, {"client_id", s.client_id}})) == "unsupported_grant_type");
  CHECK(error(s.world.post_form("/oauth/token", {{"grant_type", "client_credentials"}, {"client_id", s.client_id}})) == "unsupported_grant_type");
  CHECK(error(s.world.post_form("/oauth/token", {{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", "x"}})) ==
        "unsupported_grant_type");
  CHECK(error(s.world.post_json("/oauth/token", R"({"grant_type":"authorization_code"})")) == "invalid_request");
  CHECK(error(s.world.post_form("/oauth/token", {{"grant_type", "authorization_code"}, {"grant_type", "refresh_token"}, {"client_id", s.client_id}})) ==
        "invalid_request");
  CHECK(error(s.world.post_form("/oauth/token", {{"grant_type", "authorization_code"}, {"client_id", s.client_id}, {"code", "a"}, {"code", "b"}})) ==
        "invalid_request");
  const auto get = s.world.get("/oauth/token", {{"grant_type", "authorization_code"}});
  CHECK(get.status == 405);
  CHECK(get.headers.get("allow") == "POST, OPTIONS");
  const auto big = s.world.send(
      {.method = "POST", .path = "/oauth/token", .headers = {{"Content-Type", "application/x-www-form-urlencoded"}}, .body = std::string(64 * 1024 + 1, 'a')});
  CHECK(big.status == 413);
  CHECK(error(s.world.send({.method = "POST",
                            .path = "/oauth/token",
                            .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                            .body = std::string(64 * 1024, 'a')})) == "invalid_request");
}

TEST_CASE("token: who the client is, is checked first") {
  Session s;
  const FormFields form{{"grant_type", "authorization_code"}, {"code", s.code}, {"redirect_uri", kRedirect}, {"code_verifier", kVerifier}};
  const auto anonymous = s.world.post_form("/oauth/token", form);
  CHECK(anonymous.status == 401);
  CHECK(anonymous.headers.get("cache-control") == "no-store");
  CHECK_FALSE(anonymous.headers.contains("www-authenticate"));
  CHECK(s.world.post_form("/oauth/token", with(form, "client_id", "nobody")).status == 401);
  CHECK(s.world.post_form("/oauth/token", with(with(form, "client_id", s.client_id), "client_secret", "guess")).status == 401);
  CHECK(s.world.post_form("/oauth/token", with(with(form, "client_id", s.client_id), "client_assertion", "jwt")).status == 401);
  const auto bearer = s.world.post_form("/oauth/token", with(form, "client_id", s.client_id), {{"Authorization", "Bearer x"}});
  CHECK(bearer.status == 401);
  CHECK(bearer.headers.get("www-authenticate") == "Basic realm=\"vmcpauth\"");
  CHECK(s.world.post_form("/oauth/token", with(form, "client_id", "other"), {{"Authorization", "Basic " + base64_encode(s.client_id + ":")}}).status == 400);
  CHECK(s.world.redeem(s.client_id, s.code).response.status == 200);
}

TEST_CASE("token: the audience is the resource asked for, at authorization or now, and never another") {
  const std::string other = "https://vmcp.example/other";
  SECTION("asked at authorization, silent now") {
    Session s({kResource, other}, {{"resource", other}});
    CHECK(World::claims_of(s.world.redeem(s.client_id, s.code).body["access_token"])["aud"] == other);
  }
  SECTION("asked at authorization, another now") {
    Session s({kResource, other}, {{"resource", other}});
    CHECK(s.world.redeem(s.client_id, s.code, {{"resource", kResource}}).body["error"] == "invalid_target");
  }
  SECTION("asked now only") {
    Session s({kResource, other}, {{"resource", ""}});
    CHECK(World::claims_of(s.world.redeem(s.client_id, s.code, {{"resource", other}}).body["access_token"])["aud"] == other);
  }
  SECTION("never asked, one audience") {
    Session s({kResource}, {{"resource", ""}});
    CHECK(World::claims_of(s.world.redeem(s.client_id, s.code).body["access_token"])["aud"] == kResource);
  }
  SECTION("never asked, several audiences") {
    Session s({kResource, other}, {{"resource", ""}});
    CHECK(s.world.redeem(s.client_id, s.code).body["error"] == "invalid_target");
  }
}

TEST_CASE("refresh: every use rotates; an old one ends the family") {
  Session s;
  const auto first = s.world.redeem(s.client_id, s.code);
  const auto second = s.world.refresh(s.client_id, first.body["refresh_token"]);
  REQUIRE(second.response.status == 200);
  CHECK(second.response.headers.get("cache-control") == "no-store");
  CHECK(second.body["refresh_token"] != first.body["refresh_token"]);
  CHECK(s.session_of(second) == s.session_of(first));
  const auto third = s.world.refresh(s.client_id, second.body["refresh_token"]);
  REQUIRE(third.response.status == 200);

  CHECK(s.world.refresh(s.client_id, first.body["refresh_token"]).body["error"] == "invalid_grant");
  CHECK(s.world.refresh(s.client_id, third.body["refresh_token"]).body["error"] == "invalid_grant");
  CHECK(s.world.upstream_tokens(s.session_of(first)).empty());
  CHECK(s.world.log.text->find("grant_revoked") != std::string::npos);
}

TEST_CASE("refresh: belongs to its client, lives a week, and is not a code") {
  Session s;
  const auto tokens = s.world.redeem(s.client_id, s.code);
  const std::string token = tokens.body["refresh_token"];
  const std::string other = s.world.register_client()["client_id"];
  CHECK(s.world.refresh(other, token).body["error"] == "invalid_grant");
  CHECK(s.world.refresh(s.client_id, "vrt_made.up").body["error"] == "invalid_grant");
  CHECK(s.world.refresh(s.client_id, s.code).body["error"] == "invalid_grant");
  CHECK(s.world.redeem(s.client_id, token).body["error"] == "invalid_grant");
  CHECK(s.world.refresh(s.client_id, "").body["error"] == "invalid_request");
  // Somebody else's try did not end it.
  const auto again = s.world.refresh(s.client_id, token);
  REQUIRE(again.response.status == 200);
  s.world.clock.advance(std::chrono::hours(168));
  CHECK(s.world.refresh(s.client_id, again.body["refresh_token"]).body["error"] == "invalid_grant");
}

TEST_CASE("refresh: scope may shrink for one access token, never grow; the grant keeps its whole") {
  Session s;
  const auto tokens = s.world.redeem(s.client_id, s.code);
  CHECK(s.world.refresh(s.client_id, tokens.body["refresh_token"], {{"scope", "openid profile"}}).body["error"] == "invalid_scope");
  const auto narrow = s.world.refresh(s.client_id, tokens.body["refresh_token"], {{"scope", "openid"}});
  CHECK(narrow.body["scope"] == "openid");
  CHECK(World::claims_of(narrow.body["access_token"])["scp"] == Json::array({"openid"}));
  const auto whole = s.world.refresh(s.client_id, narrow.body["refresh_token"]);
  CHECK(whole.body["scope"] == "openid offline_access");
}

TEST_CASE("refresh: the resource stays the grant's") {
  const std::string other = "https://vmcp.example/other";
  Session s({kResource, other}, {{"resource", kResource}});
  const auto tokens = s.world.redeem(s.client_id, s.code);
  CHECK(s.world.refresh(s.client_id, tokens.body["refresh_token"], {{"resource", other}}).body["error"] == "invalid_target");
  CHECK(s.world.refresh(s.client_id, tokens.body["refresh_token"], {{"resource", "https://x.example"}}).body["error"] == "invalid_target");
  const auto same = s.world.refresh(s.client_id, tokens.body["refresh_token"], {{"resource", kResource}});
  REQUIRE(same.response.status == 200);
  CHECK(World::claims_of(same.body["access_token"])["aud"] == kResource);
}

TEST_CASE("refresh: only with offline_access, and only for clients registered for it") {
  Session s({kResource}, {{"scope", "openid"}});
  CHECK_FALSE(s.world.redeem(s.client_id, s.code).body.contains("refresh_token"));
  const std::string no_refresh = s.world.register_client({{"redirect_uris", {kRedirect}}, {"grant_types", {"authorization_code"}}})["client_id"];
  const auto tokens = s.world.redeem(no_refresh, s.world.obtain_code(no_refresh));
  CHECK(tokens.body["scope"] == "openid offline_access");
  CHECK_FALSE(tokens.body.contains("refresh_token"));
  CHECK(s.world.refresh(no_refresh, "vrt_x").body["error"] == "unauthorized_client");
}

TEST_CASE("refresh: keeps a provider's never-expiring tokens as long as the session is used") {
  Session s;
  auto tokens = s.world.redeem(s.client_id, s.code);
  for (int week = 0; week < 8; ++week) {
    s.world.clock.advance(std::chrono::hours(160));
    REQUIRE(run_ready(s.world.store.sweep(s.world.clock.now())).has_value());
    tokens = s.world.refresh(s.client_id, tokens.body["refresh_token"]);
    REQUIRE(tokens.response.status == 200);
  }
  CHECK(s.world.upstream_tokens(s.session_of(tokens)).size() == 1);
}

TEST_CASE("hmac rotation: codes and refresh tokens of the previous secret stay good, those of a dropped one do not") {
  World world({"github"});
  world.config.hmac_secrets.push_back(Secret(std::string(32, 'a')));
  world.start();
  const std::string id = world.register_client()["client_id"];
  const auto tokens = world.redeem(id, world.obtain_code(id));
  world.config.hmac_secrets.insert(world.config.hmac_secrets.begin(), Secret(std::string(32, 'b')));
  world.start();
  const auto rotated = world.refresh(id, tokens.body["refresh_token"]);
  REQUIRE(rotated.response.status == 200);
  world.config.hmac_secrets.erase(world.config.hmac_secrets.begin());  // "b", which signed it, is gone
  world.start();
  CHECK(world.refresh(id, rotated.body["refresh_token"]).body["error"] == "invalid_grant");
}
