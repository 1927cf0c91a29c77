#include "tests/support/catch.hpp"
#include "tests/unit/authserver/world.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

constexpr const char* kSecret = "0123456789-0123456789-0123456789-0123456789-watch";

struct Watched {
  World world;
  Browser browser;
  std::string client_id;

  Watched() {
    world.start();
    client_id = world.register_client()["client_id"];
  }
  http::Response begin() {
    return browser.visit(world.server(), "/oauth/authorize",
                         with(world.authorize_query(client_id), "vmcpauth_progress_challenge", oauth::s256_challenge(kSecret)));
  }
  http::Response ask(const std::string& secret = kSecret) { return world.post_form("/oauth/progress", {{"progress_secret", secret}}); }
  Json progress() {
    const auto response = ask();
    INFO(response.body);
    REQUIRE(response.status == 200);
    CHECK(response.headers.get("Cache-Control") == "no-store");
    CHECK_FALSE(response.headers.contains("Access-Control-Allow-Origin"));
    return *parse_json_object(response.body);
  }
};

}  // namespace

TEST_CASE("progress: the client that began the login sees each leg as it happens") {
  Watched login;
  CHECK(login.ask().status == 404);
  login.begin();
  auto seen = login.progress();
  CHECK(seen["status"] == "running");
  CHECK(seen["legs"] == Json::parse(R"([{"provider":"github","status":"running"},{"provider":"slack","status":"waiting"}])"));

  login.world.clock.advance(Seconds(2));
  login.world.provider(0).expires_at = login.world.clock.now() + Seconds(60);
  login.world.answer(login.browser, 0);
  seen = login.progress();
  CHECK(seen["legs"][0]["status"] == "done");
  CHECK(seen["legs"][0]["seconds"] == 2.0);
  CHECK(seen["legs"][0]["expires_at"] == unix_seconds(login.world.clock.now()) + 60);
  CHECK(seen["legs"][1]["status"] == "running");

  const auto code = query_of(location(login.world.answer(login.browser, 1)))["code"];
  CHECK(login.progress()["status"] == "code_issued");
  const auto tokens = login.world.redeem(login.client_id, code);
  // After the login too: the receiver's last page needs it.
  seen = login.progress();
  CHECK(seen["legs"][1]["status"] == "done");
  const auto tsid = World::claims_of(tokens.body["access_token"])["tsid"].get<std::string>();
  CHECK(seen.dump().find(tsid) == std::string::npos);
  CHECK(seen.dump().find("github-access") == std::string::npos);
}

TEST_CASE("progress: a failed login says where, with the client's own error code and no more") {
  Watched login;
  login.begin();
  login.world.answer(login.browser, 0);
  login.world.answer(login.browser, 1, {{"error", "access_denied"}, {"error_description", "secret words"}});
  const auto seen = login.progress();
  CHECK(seen["status"] == "failed");
  CHECK(seen["error"] == "access_denied");
  CHECK(seen["failed_at"] == "slack");
  CHECK(seen["legs"][1]["status"] == "failed");
  CHECK(seen.dump().find("secret words") == std::string::npos);
}

TEST_CASE("progress: nobody without the secret, nothing malformed, not for ever") {
  Watched login;
  login.begin();
  CHECK(login.ask(std::string(43, 'x')).status == 404);
  CHECK(login.ask(oauth::s256_challenge(kSecret)).status == 404);  // what the authorization URL shows opens nothing
  for (const std::string secret : {"", "short", "with space 0123456789-0123456789-0123456789-0123456789"}) CHECK(login.ask(secret).status == 400);
  CHECK(login.world.post_form("/oauth/progress", {{"progress_secret", kSecret}, {"progress_secret", kSecret}}).status == 400);
  CHECK(login.world.post_json("/oauth/progress", R"({"progress_secret":"x"})").status == 400);
  CHECK(login.world.get("/oauth/progress").status == 405);
  login.world.clock.advance(Seconds(1799));
  CHECK(login.ask().status == 200);
  login.world.clock.advance(Seconds(1));
  CHECK(login.ask().status == 404);
}

TEST_CASE("progress: a challenge that is none is ignored, and one used again watches the newer login") {
  Watched login;
  const auto query = with(login.world.authorize_query(login.client_id), "vmcpauth_progress_challenge", "nonsense");
  CHECK(location(login.browser.visit(login.world.server(), "/oauth/authorize", query)).starts_with("https://github.test/"));
  login.begin();
  login.world.answer(login.browser, 0);
  CHECK(login.progress()["legs"][0]["status"] == "done");
  login.begin();
  CHECK(login.progress()["legs"][0]["status"] == "running");
}

TEST_CASE("progress: the metadata names the endpoint") {
  Watched login;
  const auto metadata = parse_json_object(login.world.get("/.well-known/oauth-authorization-server").body);
  CHECK(metadata->at("vmcpauth_login_progress_endpoint") == "https://vmcp.example/oauth/progress");
}

TEST_CASE("session status: whoever holds a good token of ours sees how each provider stands") {
  World world;
  world.start();
  world.provider(0).expires_at = world.clock.now() + Seconds(100);
  world.provider(1).expires_at = world.clock.now() + Seconds(100);
  world.provider(1).gives_refresh_token = false;
  const std::string id = world.register_client()["client_id"];
  const std::string token = world.redeem(id, world.obtain_code(id)).body["access_token"];
  const auto ask = [&](const http::Headers& headers) { return world.send({.method = "GET", .path = "/oauth/session", .headers = headers}); };
  const auto statuses = [&] {
    const auto body = parse_json_object(ask({{"Authorization", "Bearer " + token}}).body);
    std::vector<std::string> out;
    for (const auto& provider : (*body)["providers"]) out.push_back(provider["provider"].get<std::string>() + " " + provider["status"].get<std::string>());
    return out;
  };
  CHECK(statuses() == std::vector<std::string>{"github live", "slack live"});
  world.clock.advance(Seconds(200));
  CHECK(statuses() == std::vector<std::string>{"github renewable", "slack expired"});

  CHECK(ask({}).status == 401);
  CHECK(ask({{"Authorization", "Basic " + token}}).status == 401);
  CHECK(ask({{"Authorization", "Bearer " + token + "x"}}).status == 401);
  CHECK(ask({{"Authorization", "Bearer " + token.substr(0, token.rfind('.') + 1)}}).status == 401);
  CHECK(ask({{"Authorization", "Bearer x"}, {"Authorization", "Bearer " + token}}).status == 401);
  world.clock.advance(Seconds(4000));
  CHECK(ask({{"Authorization", "Bearer " + token}}).status == 401);
}
