#include "core/oauth/pkce.hpp"
#include "tests/unit/client/login_world.hpp"

using namespace vmcpauth;
using test::json_response;
using test::LoginWorld;

TEST_CASE("login: from the challenge to a stored credential") {
  LoginWorld world;
  world.challenge += ", scope=\"read\"";
  world.metadata["scopes_supported"] = {"read", "offline_access"};
  const auto answer = world.call();
  REQUIRE(answer.has_value());
  CHECK(answer->body == "fine");

  REQUIRE(world.agent.asked.size() == 1);
  const auto& asked = world.agent.asked[0];
  CHECK(asked.get("client_id") == "registered");
  CHECK(asked.get("redirect_uri") == world.agent.uri);
  CHECK(asked.get("resource") == "https://mcp.test/mcp");
  CHECK(asked.get("scope") == "read offline_access");
  CHECK(asked.get("code_challenge_method") == "S256");
  const auto redeemed = world.token_request(0);
  CHECK(redeemed.get("grant_type") == "authorization_code");
  CHECK(redeemed.get("code") == "the-code");
  CHECK(redeemed.get("resource") == "https://mcp.test/mcp");
  CHECK(redeemed.get("redirect_uri") == world.agent.uri);
  CHECK(oauth::s256_challenge(redeemed.get("code_verifier")) == asked.get("code_challenge"));

  // The browser is told only after the credential was stored and taken.
  REQUIRE(world.agent.outcomes.size() == 1);
  CHECK_FALSE(world.agent.outcomes[0].failure.has_value());
  CHECK(world.agent.outcomes[0].can_refresh);
  const auto kept = world.store->current("https://mcp.test/mcp");
  CHECK(kept->value().access_token.reveal() == "access-1");
  CHECK(kept->value().client.id == "registered");

  world.restart();
  REQUIRE(world.call().has_value());
  CHECK(world.agent.asked.size() == 1);
  CHECK(world.token_bodies.size() == 1);
}

TEST_CASE("login: servers that may not be trusted are refused before the browser is sent away") {
  struct Case {
    const char* name;
    void (*change)(LoginWorld&);
    ErrorCode code;
    const char* says;
  };
  const Case cases[] = {
      {"another resource", [](LoginWorld& w) { w.resource["resource"] = "https://evil.test/mcp"; }, ErrorCode::BadResponse, "another resource"},
      {"no authorization server", [](LoginWorld& w) { w.resource.erase("authorization_servers"); }, ErrorCode::BadResponse, "names no authorization server"},
      {"another issuer", [](LoginWorld& w) { w.metadata["issuer"] = "https://evil.test"; }, ErrorCode::BadResponse, "another issuer"},
      {"no PKCE", [](LoginWorld& w) { w.metadata.erase("code_challenge_methods_supported"); }, ErrorCode::Unsupported, "PKCE"},
      {"plain PKCE", [](LoginWorld& w) { w.metadata["code_challenge_methods_supported"] = {"plain"}; }, ErrorCode::Unsupported, "PKCE"},
      {"endpoint in the clear", [](LoginWorld& w) { w.metadata["token_endpoint"] = "http://as.test/token"; }, ErrorCode::BadResponse, "not an https URL"},
      {"a browser trap", [](LoginWorld& w) { w.metadata["authorization_endpoint"] = "http://127.0.0.1:631/"; }, ErrorCode::Unsupported, "on this machine"},
      {"no registration", [](LoginWorld& w) { w.metadata.erase("registration_endpoint"); }, ErrorCode::Unsupported, "--client-id"},
      {"metadata in the clear", [](LoginWorld& w) { w.challenge = "Bearer resource_metadata=\"http://mcp.test/meta\""; }, ErrorCode::BadResponse, "not https"},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    LoginWorld world;
    c.change(world);
    const auto answer = world.call();
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code() == c.code);
    CHECK_THAT(answer.error().describe(), ContainsSubstring(c.says));
    CHECK(world.agent.asked.empty());
    CHECK(world.token_bodies.empty());
  }
}

TEST_CASE("login: wrong answers of the authorization server end it") {
  struct Case {
    const char* answer;
    ErrorCode code;
  };
  const Case cases[] = {
      {"code=x&iss=https%3A%2F%2Fevil.test", ErrorCode::BadResponse},
      {"code=x", ErrorCode::BadResponse},
      {"error=access_denied&iss=https%3A%2F%2Fas.test", ErrorCode::Denied},
      {"error=server_error&iss=https%3A%2F%2Fas.test", ErrorCode::UpstreamError},
      {"iss=https%3A%2F%2Fas.test", ErrorCode::BadResponse},
  };
  for (const auto& c : cases) {
    INFO(c.answer);
    LoginWorld world;
    world.agent.answer = c.answer;
    const auto answer = world.call();
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code() == c.code);
    CHECK(world.token_bodies.empty());
    REQUIRE(world.agent.outcomes.size() == 1);
    CHECK(world.agent.outcomes[0].failure.has_value());
    CHECK_FALSE(world.store->current("https://mcp.test/mcp")->has_value());
  }
}

TEST_CASE("login: a server on the internet cannot send us into our own network") {
  LoginWorld world;
  world.resource["authorization_servers"] = {"https://internal.test"};
  REQUIRE_FALSE(world.call().has_value());
  bool seen = false;
  for (const auto& request : world.http.requests) {
    if (!request.url.starts_with("https://internal.test")) continue;
    seen = true;
    CHECK_FALSE(request.peer.allow_private_addresses);
    CHECK_FALSE(request.peer.allow_loopback);
  }
  CHECK(seen);
}

TEST_CASE("login: the token endpoint may stumble once") {
  LoginWorld world;
  world.token_answers = {{500, {}, ""}};
  REQUIRE(world.call().has_value());
  CHECK(world.token_bodies.size() == 2);

  LoginWorld broken;
  broken.token_answers = {{500, {}, ""}, {502, {}, ""}};
  CHECK(broken.call().error().code() == ErrorCode::UpstreamError);

  LoginWorld skewed;
  skewed.token_answers = {{400, {{"Content-Type", "application/json"}, {"Date", "Fri, 15 Jan 2027 07:00:00 GMT"}}, R"({"error":"invalid_client"})"}};
  CHECK_THAT(skewed.call().error().describe(), ContainsSubstring("clock is 60 minutes ahead"));
}

TEST_CASE("login: clients in the order of the specification") {
  LoginWorld given;
  given.settings.client.emplace();
  given.settings.client->id = "mine";
  given.settings.client->secret = Secret("secret-marker");
  given.settings.client_metadata_url = "https://app.test/client.json";
  given.metadata["client_id_metadata_document_supported"] = true;
  given.restart();
  REQUIRE(given.call().has_value());
  CHECK(given.agent.asked[0].get("client_id") == "mine");
  CHECK(given.count("https://as.test/register") == 0);

  LoginWorld document;
  document.settings.client_metadata_url = "https://app.test/client.json";
  document.metadata["client_id_metadata_document_supported"] = true;
  document.restart();
  REQUIRE(document.call().has_value());
  CHECK(document.agent.asked[0].get("client_id") == "https://app.test/client.json");

  document.metadata.erase("client_id_metadata_document_supported");
  document.restart(true);
  REQUIRE(document.call().has_value());  // the client of the earlier login
  CHECK(document.count("https://as.test/register") == 0);

  LoginWorld again;
  REQUIRE(again.call().has_value());
  again.restart(true);
  REQUIRE(again.call().has_value());
  CHECK(again.count("https://as.test/register") == 1);
  again.agent.uri = "http://127.0.0.1:7001/callback";  // the port was taken
  again.restart(true);
  REQUIRE(again.call().has_value());
  CHECK(again.count("https://as.test/register") == 2);

  LoginWorld refused;
  refused.http.on("https://as.test/register", [](const http::ClientRequest&) -> Result<http::ClientResponse> { return http::ClientResponse{403, {}, ""}; });
  CHECK_THAT(refused.call().error().describe(), ContainsSubstring("--client-id"));
}

TEST_CASE("login: the 2025-03-26 revision has no resource metadata") {
  LoginWorld world;
  world.resource = nullptr;
  world.challenge = "Bearer";
  world.metadata["issuer"] = "https://mcp.test";
  world.metadata.erase("authorization_response_iss_parameter_supported");
  world.agent.answer = "code=x";
  world.http.on("https://mcp.test/.well-known/oauth-authorization-server",
                [&](const http::ClientRequest&) -> Result<http::ClientResponse> { return json_response(200, world.metadata); });
  REQUIRE(world.call().has_value());
  CHECK(world.store->current("https://mcp.test/mcp")->value().issuer == "https://mcp.test");

  LoginWorld bare;
  bare.resource = nullptr;
  bare.challenge = "Bearer";
  bare.agent.answer = "code=x";
  bare.http.on("https://mcp.test/register",
               [](const http::ClientRequest&) -> Result<http::ClientResponse> { return json_response(201, {{"client_id", "r"}}); });
  bare.http.on("https://mcp.test/token", [&](const http::ClientRequest&) -> Result<http::ClientResponse> {
    bare.issued = 7;
    return json_response(200, {{"access_token", "access-7"}, {"token_type", "Bearer"}});
  });
  REQUIRE(bare.call().has_value());
  CHECK(bare.count("https://mcp.test/token") == 1);
}

TEST_CASE("login: on another device, polling as slowly as told") {
  LoginWorld world;
  world.settings.grant = client::GrantKind::DeviceCode;
  world.metadata["device_authorization_endpoint"] = "https://as.test/device";
  world.http.on("https://as.test/device", [](const http::ClientRequest&) -> Result<http::ClientResponse> {
    return json_response(200,
                         {{"device_code", "dc"}, {"user_code", "ABCD"}, {"verification_uri", "https://as.test/enter"}, {"expires_in", 60}, {"interval", 2}});
  });
  world.token_answers = {json_response(400, {{"error", "authorization_pending"}}), json_response(400, {{"error", "slow_down"}})};
  world.restart();
  REQUIRE(world.call().has_value());
  REQUIRE(world.agent.devices.size() == 1);
  CHECK(world.agent.devices[0].user_code == "ABCD");
  CHECK(world.timer.pauses == std::vector<Milliseconds>{Milliseconds(2000), Milliseconds(2000), Milliseconds(7000)});

  world.restart(true);
  world.token_answers = {json_response(400, {{"error", "access_denied"}})};
  CHECK(world.call().error().code() == ErrorCode::Denied);
  world.restart(true);
  for (int i = 0; i < 40; ++i) world.token_answers.push_back(json_response(400, {{"error", "authorization_pending"}}));
  CHECK(world.call().error().code() == ErrorCode::Expired);

  world.metadata.erase("device_authorization_endpoint");
  world.restart(true);
  CHECK(world.call().error().code() == ErrorCode::Unsupported);
}
