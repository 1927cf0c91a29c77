#include "tests/unit/client/login_world.hpp"

using namespace vmcpauth;
using test::json_response;
using test::LoginWorld;

TEST_CASE("server tokens: an expired token is refreshed before it is sent") {
  LoginWorld world;
  REQUIRE(world.call().has_value());
  world.clock.advance(Seconds(4000));
  world.restart();
  REQUIRE(world.call().has_value());
  CHECK(world.agent.asked.size() == 1);
  REQUIRE(world.token_bodies.size() == 2);
  const auto request = world.token_request(1);
  CHECK(request.get("grant_type") == "refresh_token");
  CHECK(request.get("refresh_token") == "refresh-1");
  CHECK(request.get("resource") == "https://mcp.test/mcp");
  CHECK(world.store->current("https://mcp.test/mcp")->value().refresh_token.reveal() == "refresh-2");
}

TEST_CASE("server tokens: a refresh token that is not rotated is kept") {
  LoginWorld world;
  REQUIRE(world.call().has_value());
  world.clock.advance(Seconds(4000));
  world.token_answers = {json_response(200, {{"access_token", "access-1"}, {"token_type", "Bearer"}, {"expires_in", 60}})};
  world.restart();
  REQUIRE(world.call().has_value());
  CHECK(world.store->current("https://mcp.test/mcp")->value().refresh_token.reveal() == "refresh-1");
}

TEST_CASE("server tokens: a token another process renewed is taken, not renewed again") {
  LoginWorld world;
  REQUIRE(world.call().has_value());
  // Another process refreshes; this one still holds access-1 in memory.
  auto other = world.store->current("https://mcp.test/mcp")->value().clone();
  other.access_token = Secret("access-2");
  other.refresh_token = Secret("refresh-2");
  other.obtained_at += Seconds(1);
  REQUIRE(world.store->put(other).has_value());
  world.issued = 2;
  REQUIRE(world.call().has_value());
  CHECK(world.token_bodies.size() == 1);
}

TEST_CASE("server tokens: a dead refresh token leads to a login, and only when that is allowed") {
  LoginWorld world;
  REQUIRE(world.call().has_value());
  world.clock.advance(Seconds(4000));
  world.token_answers = {json_response(400, {{"error", "invalid_grant"}})};
  world.restart(false, client::Asking::Never);
  const auto refused = world.call();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code() == ErrorCode::Unauthenticated);
  CHECK(refused.error().describe() == "not logged in to https://mcp.test/mcp: run 'vmcpauth login https://mcp.test/mcp'");
  CHECK(world.agent.asked.size() == 1);

  world.restart();
  REQUIRE(world.call().has_value());
  CHECK(world.agent.asked.size() == 2);
  CHECK(world.count("https://as.test/register") == 1);
}

TEST_CASE("server tokens: trouble while refreshing is an error, not a login, and loses nothing") {
  LoginWorld world;
  REQUIRE(world.call().has_value());
  world.clock.advance(Seconds(4000));
  world.token_answers = {{503, {}, ""}, {503, {}, ""}};
  world.restart();
  CHECK(world.call().error().code() == ErrorCode::UpstreamError);
  CHECK(world.agent.asked.size() == 1);
  CHECK(world.store->current("https://mcp.test/mcp")->value().refresh_token.reveal() == "refresh-1");
}

TEST_CASE("server tokens: old credentials are not sent to an issuer the server moved to") {
  LoginWorld world;
  REQUIRE(world.call().has_value());
  auto moved = world.metadata;
  moved["issuer"] = "https://new.test";
  for (const auto* name : {"authorization_endpoint", "token_endpoint", "registration_endpoint"}) {
    std::string text = moved[name];
    moved[name] = text.replace(8, 7, "new.test");
  }
  world.resource["authorization_servers"] = {"https://new.test"};
  world.good_token = "access-new";
  world.agent.answer = "code=x&iss=https%3A%2F%2Fnew.test";
  world.http.on("https://new.test/.well-known/oauth-authorization-server",
                [&](const http::ClientRequest&) -> Result<http::ClientResponse> { return json_response(200, moved); });
  world.http.on("https://new.test/register",
                [](const http::ClientRequest&) -> Result<http::ClientResponse> { return json_response(201, {{"client_id", "new-client"}}); });
  world.http.on("https://new.test/token", [](const http::ClientRequest&) -> Result<http::ClientResponse> {
    return json_response(200, {{"access_token", "access-new"}, {"token_type", "bearer"}});
  });
  world.restart();
  REQUIRE(world.call().has_value());
  CHECK(world.progress.said("now sends its users to https://new.test"));
  CHECK(world.token_bodies.size() == 1);  // nothing more was sent to the old one
  CHECK(world.agent.asked.back().get("client_id") == "new-client");
  for (const auto& request : world.http.requests) {
    if (!request.url.starts_with("https://new.test")) continue;
    CHECK(request.body.find("refresh-1") == std::string::npos);
    CHECK(request.body.find("registered") == std::string::npos);
  }
}

TEST_CASE("server tokens: more scopes are asked for with those of before") {
  LoginWorld world;
  world.challenge += ", scope=\"read\"";
  REQUIRE(world.call().has_value());
  client::Refusal refusal;
  refusal.scopes = {"write"};
  refusal.error = "insufficient_scope";
  auto stepped = world.tokens->step_up(refusal);
  REQUIRE(run_ready(std::move(stepped))->has_value());
  CHECK(world.agent.asked.back().get("scope") == "read write");

  world.restart(false, client::Asking::Never);
  auto not_allowed = world.tokens->step_up(refusal);
  const auto refused = run_ready(std::move(not_allowed));
  REQUIRE_FALSE(refused->has_value());
  CHECK(refused->error().code() == ErrorCode::Forbidden);
  CHECK_THAT(refused->error().describe(), ContainsSubstring("--scope \"write\""));
}

TEST_CASE("server tokens: grants without a person need nobody to allow them") {
  LoginWorld world;
  world.settings.grant = client::GrantKind::ClientCredentials;
  world.settings.client.emplace();
  world.settings.client->id = "robot";
  world.settings.client->secret = Secret("robot-secret");
  world.restart(false, client::Asking::Never);
  REQUIRE(world.call().has_value());
  CHECK(world.agent.asked.empty());
  CHECK(world.token_request(0).get("grant_type") == "client_credentials");

  // Later and without the options: what is stored is enough to do the same again.
  world.settings.grant = client::GrantKind::AuthorizationCode;
  world.settings.client.reset();
  world.clock.advance(Seconds(4000));
  world.token_answers = {json_response(400, {{"error", "invalid_grant"}})};
  world.restart(false, client::Asking::Never);
  REQUIRE(world.call().has_value());
  CHECK(world.agent.asked.empty());
  CHECK(world.token_request(2).get("grant_type") == "client_credentials");
  CHECK(world.count("https://as.test/register") == 0);
}
