#include "tests/support/catch.hpp"
#include "tests/unit/authserver/world.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

// A client that logged in and holds a refresh token.
struct LoggedIn {
  World world{{"github", "slack"}};
  std::string client_id, refresh_token, access_token, session_id;

  LoggedIn() {
    world.config.allowed_audiences = {kResource};
    world.config.allow_confidential_client_registration = true;
    world.start();
    client_id = world.register_client()["client_id"];
    const auto tokens = world.redeem(client_id, world.obtain_code(client_id));
    refresh_token = tokens.body.at("refresh_token");
    access_token = tokens.body.at("access_token");
    session_id = World::claims_of(access_token)["tsid"];
  }
  http::Response revoke(const FormFields& form, const http::Headers& headers = {}) { return world.post_form("/oauth/revoke", form, headers); }
  bool alive() { return world.upstream_tokens(session_id).size() == 2; }
};

std::string error_of(const http::Response& response) {
  const auto body = parse_json_object(response.body);
  return body ? body->value("error", "") : "";
}

}  // namespace

TEST_CASE("revocation: a refresh token given back ends its family and the session's upstream tokens") {
  LoggedIn in;
  REQUIRE(in.alive());
  const auto response = in.revoke({{"token", in.refresh_token}, {"client_id", in.client_id}});
  CHECK(response.status == 200);
  CHECK(response.body.empty());
  CHECK(response.headers.get("cache-control") == "no-store");
  CHECK(in.world.upstream_tokens(in.session_id).empty());
  CHECK(in.world.refresh(in.client_id, in.refresh_token).body["error"] == "invalid_grant");
  // RFC 7009 §2.2: once more is as good as once.
  CHECK(in.revoke({{"token", in.refresh_token}, {"client_id", in.client_id}}).status == 200);
  CHECK(in.world.timeline.recent().back().kind == authserver::EventKind::GrantRevoked);
}

TEST_CASE("revocation: a token of the family that was used before ends it as well") {
  LoggedIn in;
  const auto next = in.world.refresh(in.client_id, in.refresh_token);
  REQUIRE(next.response.status == 200);
  CHECK(in.revoke({{"token", in.refresh_token}, {"client_id", in.client_id}, {"token_type_hint", "refresh_token"}}).status == 200);
  CHECK(in.world.refresh(in.client_id, next.body["refresh_token"]).body["error"] == "invalid_grant");
  CHECK(in.world.upstream_tokens(in.session_id).empty());
}

TEST_CASE("revocation: what means nothing here is answered like what did, and changes nothing") {
  LoggedIn in;
  auto altered = in.refresh_token;
  altered.back() = altered.back() == 'A' ? 'E' : 'A';
  for (const std::string& token : {std::string("x"), std::string(300, 'a'), altered, "vac_" + in.refresh_token.substr(4), std::string("a.b.c")}) {
    INFO(token);
    const auto response = in.revoke({{"token", token}, {"client_id", in.client_id}, {"token_type_hint", "no_such_hint"}});
    CHECK(response.status == 200);
    CHECK(in.alive());
  }
  in.world.clock.advance(std::chrono::hours(24 * 31));
  CHECK(in.revoke({{"token", in.refresh_token}, {"client_id", in.client_id}}).status == 200);
}

TEST_CASE("revocation: refusals leave the session alone") {
  LoggedIn in;
  const std::string thief = in.world.register_client()["client_id"];
  const Json secret_client = in.world.register_client(
      {{"redirect_uris", {"https://client.example/callback"}}, {"client_name", "with a secret"}, {"token_endpoint_auth_method", "client_secret_post"}});
  REQUIRE(secret_client.contains("client_secret"));
  struct Case {
    const char* what;
    FormFields form;
    int status;
    const char* error;
  };
  const std::vector<Case> cases{
      {"no client", {{"token", in.refresh_token}}, 401, "invalid_client"},
      {"unknown client", {{"token", in.refresh_token}, {"client_id", "nobody"}}, 401, "invalid_client"},
      {"secret of a public client", {{"token", in.refresh_token}, {"client_id", in.client_id}, {"client_secret", "x"}}, 401, "invalid_client"},
      {"no secret", {{"token", "x"}, {"client_id", secret_client["client_id"]}}, 401, "invalid_client"},
      {"wrong secret", {{"token", "x"}, {"client_id", secret_client["client_id"]}, {"client_secret", "wrong"}}, 401, "invalid_client"},
      {"another's token", {{"token", in.refresh_token}, {"client_id", thief}}, 400, "invalid_grant"},
      {"no token", {{"client_id", in.client_id}}, 400, "invalid_request"},
      {"empty token", {{"token", ""}, {"client_id", in.client_id}}, 400, "invalid_request"},
      {"two tokens", {{"token", in.refresh_token}, {"token", in.refresh_token}, {"client_id", in.client_id}}, 400, "invalid_request"},
      {"an access token", {{"token", in.access_token}, {"client_id", in.client_id}}, 400, "unsupported_token_type"},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    const auto response = in.revoke(c.form);
    CHECK(response.status == c.status);
    CHECK(error_of(response) == c.error);
    CHECK(response.headers.get("cache-control") == "no-store");
    CHECK(in.alive());
  }
  CHECK(in.world.get("/oauth/revoke").status == 405);
  CHECK(error_of(in.world.post_json("/oauth/revoke", R"({"token":"x"})")) == "invalid_request");
  CHECK(in.world.refresh(in.client_id, in.refresh_token).response.status == 200);
  CHECK(in.world.log.text->find(in.refresh_token) == std::string::npos);
}

TEST_CASE("revocation: a confidential client proves itself by the method it registered for") {
  LoggedIn in;
  const Json client = in.world.register_client(
      {{"redirect_uris", {"https://client.example/callback"}}, {"client_name", "with a secret"}, {"token_endpoint_auth_method", "client_secret_basic"}});
  const std::string basic = "Basic " + base64_encode(client["client_id"].get<std::string>() + ":" + client["client_secret"].get<std::string>());
  CHECK(in.revoke({{"token", "vrt_unknown"}}, {{"Authorization", basic}}).status == 200);
  const auto refused = in.revoke({{"token", "vrt_unknown"}}, {{"Authorization", basic + "eA=="}});
  CHECK(refused.status == 401);
  CHECK(refused.headers.contains("www-authenticate"));
}

TEST_CASE("revocation: web pages of any origin may ask, as at the token endpoint") {
  LoggedIn in;
  const auto preflight = in.world.send({.method = "OPTIONS", .path = "/oauth/revoke", .headers = {{"Origin", "https://app.example"}}});
  CHECK(preflight.status == 204);
  CHECK(in.revoke({{"token", "x"}, {"client_id", in.client_id}}).headers.get("access-control-allow-origin") == "*");
}
