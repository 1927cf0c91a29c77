#include "tests/support/catch.hpp"
#include "tests/unit/authserver/world.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

bool is_page(const http::Response& response) {
  return response.headers.get("content-type") == "text/html; charset=utf-8" && !response.headers.contains("location") &&
         response.headers.get("content-security-policy").value_or("").find("default-src 'none'") != std::string_view::npos;
}

std::string plain_challenge() { return oauth::s256_challenge(kVerifier); }

}  // namespace

TEST_CASE("authorize: until client and redirect URI are known good, an error is a page and nobody is redirected") {
  World world;
  world.start();
  const std::string id = world.register_client({{"redirect_uris", {kRedirect, "https://app.example/cb"}}})["client_id"];
  const auto good = world.authorize_query(id);
  struct Case {
    const char* what;
    FormFields query;
  };
  const std::vector<Case> cases{
      {"no client", with(good, "client_id", std::nullopt)},
      {"unknown client", with(good, "client_id", "nobody")},
      {"client_id of a kilobyte", with(good, "client_id", std::string(5000, 'x'))},
      {"no redirect_uri", with(good, "redirect_uri", std::nullopt)},
      {"unregistered redirect", with(good, "redirect_uri", "https://evil.example/cb")},
      {"registered as prefix", with(good, "redirect_uri", "https://app.example/cb/../evil")},
      {"registered with more path", with(good, "redirect_uri", "https://app.example/cb/x")},
      {"registered with a query", with(good, "redirect_uri", "https://app.example/cb?x=1")},
      {"registered with a fragment", with(good, "redirect_uri", "https://app.example/cb#f")},
      {"user information before the host", with(good, "redirect_uri", "https://app.example@evil.example/cb")},
      {"host suffix", with(good, "redirect_uri", "https://app.example.evil.example/cb")},
      {"other port of a web host", with(good, "redirect_uri", "https://app.example:8443/cb")},
      {"scheme downgrade", with(good, "redirect_uri", "http://app.example/cb")},
      {"case of the host", with(good, "redirect_uri", "https://APP.example/cb")},
      {"loopback, other path", with(good, "redirect_uri", "http://127.0.0.1:7777/other")},
      {"loopback by another name", with(good, "redirect_uri", "http://localhost:7777/callback")},
      {"loopback look-alike", with(good, "redirect_uri", "http://127.0.0.1.evil.example:7777/callback")},
      {"javascript", with(good, "redirect_uri", "javascript:alert(1)")},
      {"header injection", with(good, "redirect_uri", "https://app.example/cb\r\nSet-Cookie: a=b")},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    const auto response = world.get("/oauth/authorize", c.query);
    CHECK(response.status == 400);
    CHECK(is_page(response));
    CHECK_FALSE(response.headers.contains("set-cookie"));
  }
  for (const std::string name : {"client_id", "redirect_uri"}) {
    auto query = good;
    query.emplace_back(name, name == "client_id" ? id : "https://evil.example/cb");
    CHECK(is_page(world.get("/oauth/authorize", query)));
  }
  CHECK(world.provider(0).legs.empty());
  CHECK(world.store.sizes().pending == 0);
}

TEST_CASE("authorize: the client's mistakes are sent back to it with state and iss") {
  World world;
  world.config.scopes_supported = {"openid", "profile", "email", "offline_access", "admin"};
  world.start();
  const std::string id = world.register_client()["client_id"];
  const auto good = world.authorize_query(id);
  struct Case {
    const char* what;
    FormFields query;
    const char* error;
  };
  const std::vector<Case> cases{
      {"no response_type", with(good, "response_type", std::nullopt), "invalid_request"},
      {"token", with(good, "response_type", "token"), "unsupported_response_type"},
      {"hybrid", with(good, "response_type", "code id_token"), "unsupported_response_type"},
      {"no PKCE", with(good, "code_challenge", std::nullopt), "invalid_request"},
      {"empty challenge", with(good, "code_challenge", ""), "invalid_request"},
      {"plain PKCE", with(good, "code_challenge_method", "plain"), "invalid_request"},
      {"method left to its default, plain", with(good, "code_challenge_method", std::nullopt), "invalid_request"},
      {"method in lower case", with(good, "code_challenge_method", "s256"), "invalid_request"},
      {"short challenge", with(good, "code_challenge", plain_challenge().substr(1)), "invalid_request"},
      {"padded challenge", with(good, "code_challenge", plain_challenge() + "="), "invalid_request"},
      {"a verifier as challenge", with(good, "code_challenge", kVerifier), "invalid_request"},
      {"scope not registered", with(good, "scope", "openid admin"), "invalid_scope"},
      {"scope unknown", with(good, "scope", "nonsense"), "invalid_scope"},
      {"scope malformed", with(good, "scope", "open\"id"), "invalid_scope"},
      {"foreign resource", with(good, "resource", "https://other.example/mcp"), "invalid_target"},
      {"resource with a slash more", with(good, "resource", std::string(kResource) + "/"), "invalid_target"},
      {"resource with fragment", with(good, "resource", std::string(kResource) + "#x"), "invalid_target"},
      {"relative resource", with(good, "resource", "/mcp"), "invalid_target"},
      {"prompt=none", with(good, "prompt", "none"), "login_required"},
      {"prompt=none and more", with(good, "prompt", "none login"), "invalid_request"},
      {"request object", with(good, "request", "eyJ"), "request_not_supported"},
      {"request_uri", with(good, "request_uri", "https://a.example/r"), "request_uri_not_supported"},
      {"registration", with(good, "registration", "{}"), "registration_not_supported"},
      {"fragment mode", with(good, "response_mode", "fragment"), "invalid_request"},
      {"form_post mode", with(good, "response_mode", "form_post"), "invalid_request"},
      {"huge state", with(good, "state", std::string(3000, 's')), "invalid_request"},
      {"huge nonce", with(good, "nonce", std::string(2000, 'n')), "invalid_request"},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    const auto response = world.get("/oauth/authorize", c.query);
    REQUIRE(response.status == 303);
    REQUIRE(location(response).starts_with(std::string(kRedirect) + "?"));
    auto answer = query_of(location(response));
    CHECK(answer["error"] == c.error);
    CHECK(answer["iss"] == kIssuer);
    CHECK_FALSE(answer["error_description"].empty());
    CHECK_FALSE(answer.contains("code"));
    if (std::string(c.what) != "huge state") CHECK(answer["state"] == "client-state");
  }
  CHECK(world.store.sizes().pending == 0);
}

TEST_CASE("authorize: a parameter given twice is refused, whatever its value") {
  World world;
  world.start();
  const std::string id = world.register_client()["client_id"];
  for (const std::string name : {"response_type", "scope", "state", "code_challenge", "code_challenge_method", "prompt", "anything"}) {
    auto query = with(world.authorize_query(id), name, "code");
    query.emplace_back(name, "code");
    auto answer = query_of(location(world.get("/oauth/authorize", query)));
    INFO(name);
    CHECK(answer["error"] == "invalid_request");
    CHECK(answer.contains("state") == (name != "state"));
  }
  auto two = world.authorize_query(id);
  two.emplace_back("resource", kResource);
  CHECK(query_of(location(world.get("/oauth/authorize", two)))["error"] == "invalid_target");
}

TEST_CASE("authorize: loopback redirects match on any port, for all three names") {
  World world({"github"});
  world.start();
  for (const std::string host : {"127.0.0.1", "[::1]", "localhost"}) {
    const std::string id = world.register_client({{"redirect_uris", {"http://" + host + "/cb?fixed=1"}}})["client_id"];
    const auto redirect = "http://" + host + ":54321/cb?fixed=1";
    Browser browser;
    const auto response = world.log_in(browser, with(world.authorize_query(id), "redirect_uri", redirect));
    INFO(redirect);
    CHECK(location(response).starts_with(redirect + "&code="));
    CHECK(world.redeem(id, query_of(location(response))["code"], {{"redirect_uri", redirect}}).response.status == 200);
    CHECK(world.get("/oauth/authorize", with(world.authorize_query(id), "redirect_uri", "http://" + host + ":54321/cb?fixed=2")).status == 400);
  }
}

TEST_CASE("authorize: a POSTed form does the same as a query") {
  World world;
  world.start();
  const std::string id = world.register_client()["client_id"];
  CHECK(location(world.post_form("/oauth/authorize", world.authorize_query(id))).starts_with("https://github.test/"));
  auto wrong_type = world.send(
      {.method = "POST", .path = "/oauth/authorize", .headers = {{"Content-Type", "application/json"}}, .body = form_encode(world.authorize_query(id))});
  CHECK(wrong_type.status == 400);
  // What is in the query of a POST is not a parameter.
  http::Request mixed{.method = "POST",
                      .path = "/oauth/authorize",
                      .query = form_encode(world.authorize_query(id)),
                      .headers = {{"Content-Type", "application/x-www-form-urlencoded"}}};
  CHECK(world.send(std::move(mixed)).status == 400);
}

TEST_CASE("authorize: a session id sent by a client is ignored") {
  World world({"github"});
  world.start();
  const std::string id = world.register_client()["client_id"];
  auto query = world.authorize_query(id);
  for (const std::string name : {"tsid", "session_id", "SessionID", "session"}) query.emplace_back(name, "attacker-chosen");
  Browser browser;
  auto response = world.log_in(browser, query);
  auto tokens = world.redeem(id, query_of(location(response))["code"], {{"tsid", "attacker-chosen"}, {"session_id", "attacker-chosen"}});
  REQUIRE(tokens.response.status == 200);
  CHECK(World::claims_of(tokens.body["access_token"])["tsid"] != "attacker-chosen");
  CHECK(world.upstream_tokens("attacker-chosen").empty());
  CHECK(world.log.text->find("attacker-chosen") == std::string::npos);
}

TEST_CASE("authorize: without a scope the client gets what it registered, but not offline_access") {
  World world({"github"});
  world.start();
  const std::string id = world.register_client()["client_id"];
  const auto tokens = world.redeem(id, world.obtain_code(id, {{"scope", ""}}));
  CHECK(tokens.body["scope"] == "openid profile email");
  CHECK_FALSE(tokens.body.contains("refresh_token"));
}

TEST_CASE("authorize: without PKCE's S256 nothing is stored, and garbage in the query is a page") {
  World world;
  world.start();
  for (const std::string query : {"client_id=%zz", "client_id=%00", "client_id=%ff%fe", "=&=&=", "&&&&", "client_id"}) {
    const auto response = world.send({.method = "GET", .path = "/oauth/authorize", .query = query});
    INFO(query);
    CHECK(response.status == 400);
  }
  CHECK(world.send({.method = "GET", .path = "/oauth/authorize", .query = std::string(20'000, 'a')}).status == 400);
  std::string many;
  for (int i = 0; i < 101; ++i) many += "a" + std::to_string(i) + "=1&";
  CHECK(world.send({.method = "GET", .path = "/oauth/authorize", .query = many}).status == 400);
}

TEST_CASE("authorize: an upstream that cannot start a leg is reported to the client, and to the developer in its words") {
  World world;
  world.provider(0).url_error = Error(ErrorCode::Unreachable, "discovery of https://github.test failed").note("connection refused");
  world.start();
  const std::string id = world.register_client()["client_id"];
  Browser browser;
  auto answer = query_of(location(browser.visit(world.server(), "/oauth/authorize", world.authorize_query(id))));
  CHECK(answer["error"] == "temporarily_unavailable");
  CHECK(answer["error_description"].find("connection refused") == std::string::npos);
  CHECK(world.log.text->find("connection refused") != std::string::npos);
  CHECK(world.store.sizes().pending == 0);
}
