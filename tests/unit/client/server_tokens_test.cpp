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
  CHECK(refused.error().describe() ==
        "the login to https://mcp.test/mcp is over: its token is no longer taken and cannot be renewed: run 'vmcpauth login https://mcp.test/mcp'");
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

namespace {

// A workload's login with the token its platform puts into a file.
void log_in_with_file(LoginWorld& world) {
  world.settings.grant = client::GrantKind::JwtBearer;
  world.settings.assertion = Secret("first-assertion");
  world.settings.source.emplace();
  world.settings.source->assertion = {client::SecretSource::Kind::File, "/var/run/token"};
  world.settings.scopes = {"tools"};
  world.restart(false, client::Asking::Never);
  REQUIRE(world.call().has_value());
  world.settings = client::LoginSettings{.server = world.settings.server};
  world.clock.advance(Seconds(4000));
  world.restart(false, client::Asking::Never);
}

}  // namespace

TEST_CASE("server tokens: a workload's grant runs again with what lies there now") {
  LoginWorld world;
  std::vector<client::SecretSource> read;
  world.read_secret = [&](const client::SecretSource& source) -> Result<Secret> {
    read.push_back(source);
    return Secret("second-assertion");
  };
  world.give_refresh_tokens = false;
  log_in_with_file(world);
  REQUIRE(world.call().has_value());
  CHECK(read == std::vector<client::SecretSource>{{client::SecretSource::Kind::File, "/var/run/token"}});
  CHECK(world.token_request(0).get("assertion") == "first-assertion");
  CHECK(world.token_request(1).get("assertion") == "second-assertion");
  CHECK(world.token_request(1).get("scope") == "tools");
  CHECK(world.agent.asked.empty());
}

TEST_CASE("server tokens: a grant that cannot run again says what to run") {
  LoginWorld world;
  world.give_refresh_tokens = false;
  SECTION("what it began with is gone") {
    world.read_secret = [](const client::SecretSource& source) -> Result<Secret> { return fail(ErrorCode::NotFound, source.text() + " is empty"); };
    log_in_with_file(world);
    const auto refused = world.call();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code() == ErrorCode::Unauthenticated);
    CHECK_THAT(refused.error().describe(), ContainsSubstring("the file /var/run/token is empty"));
    CHECK_THAT(refused.error().describe(), ContainsSubstring("--assertion-file /var/run/token"));
  }
  SECTION("the server no longer takes it") {
    world.read_secret = [](const client::SecretSource& /*source*/) -> Result<Secret> { return Secret("stale-assertion"); };
    log_in_with_file(world);
    world.token_answers = {json_response(400, {{"error", "invalid_grant"}})};
    const auto refused = world.call();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code() == ErrorCode::Unauthenticated);
    CHECK_THAT(refused.error().describe(), ContainsSubstring("does not take what is in the file /var/run/token"));
    CHECK_THAT(refused.error().describe(), !ContainsSubstring("stale-assertion"));
  }
  SECTION("the server is in trouble, which is not the credential's fault") {
    world.read_secret = [](const client::SecretSource& /*source*/) -> Result<Secret> { return Secret("good-assertion"); };
    log_in_with_file(world);
    world.token_answers = {json_response(503, {}), json_response(503, {})};
    const auto refused = world.call();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code() == ErrorCode::UpstreamError);
  }
}

TEST_CASE("server tokens: a person is no longer signed in by what a program left behind") {
  LoginWorld world;
  world.settings.grant = client::GrantKind::ClientCredentials;
  world.settings.client.emplace();
  world.settings.client->id = "robot";
  world.settings.client->secret = Secret("robot-secret");
  world.restart(true);
  REQUIRE(world.call().has_value());
  world.settings = client::LoginSettings{.server = world.settings.server};
  world.restart(true);
  REQUIRE(world.call().has_value());
  REQUIRE(world.agent.asked.size() == 1);
  CHECK(world.agent.asked.front().get("client_id") != "robot");
}

TEST_CASE("server tokens: among several authorization servers the user chooses, once") {
  LoginWorld world;
  world.resource["authorization_servers"] = {"https://other.test", "https://as.test"};
  world.agent.choice = 1;
  world.restart(true);
  REQUIRE(world.call().has_value());
  REQUIRE(world.agent.choices.size() == 1);
  CHECK(world.agent.choices.front() == std::vector<std::string>{"https://other.test", "https://as.test"});
  CHECK(world.tokens->credential()->issuer == "https://as.test");
  world.restart(true);
  REQUIRE(world.call().has_value());
  CHECK(world.agent.choices.size() == 1);

  world.settings.issuer = "https://third.test";
  world.restart(true);
  const auto refused = world.call();
  REQUIRE_FALSE(refused.has_value());
  CHECK_THAT(refused.error().describe(), ContainsSubstring("it names https://other.test, https://as.test"));
}
