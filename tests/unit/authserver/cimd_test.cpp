#include "tests/support/catch.hpp"
#include "tests/unit/authserver/world.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

constexpr const char* kDocument = "https://client.example/oauth/client.json";

struct Documented {
  World world{{"github"}};
  Documented() {
    world.config.cimd.enabled = true;
    serve(good());
    world.start();
  }
  static Json good() {
    return {{"client_id", kDocument},
            {"client_name", "Documented"},
            {"redirect_uris", {"http://127.0.0.1/callback", "https://client.example/cb"}},
            {"grant_types", {"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"}}};
  }
  void serve(const Json& document, http::Headers headers = {{"Content-Type", "application/json; charset=utf-8"}}, int status = 200) {
    world.http.on("https://client.example/", [body = document.dump(), headers, status](const http::ClientRequest&) -> Result<http::ClientResponse> {
      return http::ClientResponse{status, headers, body};
    });
  }
  http::Response authorize(const std::string& id = kDocument) { return world.get("/oauth/authorize", world.authorize_query(id)); }
  bool is_accepted(const std::string& id = kDocument) { return location(authorize(id)).starts_with("https://github.test/"); }
};

}  // namespace

TEST_CASE("cimd: a client that is a document logs in without registering, and is public") {
  Documented d;
  const auto tokens = d.world.redeem(kDocument, d.world.obtain_code(kDocument));
  REQUIRE(tokens.response.status == 200);
  CHECK(World::claims_of(tokens.body["access_token"])["client_id"] == kDocument);
  CHECK(tokens.body.contains("refresh_token"));
  CHECK(d.world.refresh(kDocument, tokens.body["refresh_token"]).response.status == 200);
  CHECK(d.world.store.sizes().clients == 0);
  const auto& asked = d.world.http.requests.at(0);
  CHECK(asked.url == kDocument);
  CHECK_FALSE(asked.peer.allow_private_addresses);
  CHECK_FALSE(asked.peer.allow_loopback);
  CHECK_FALSE(asked.peer.allow_http);
}

TEST_CASE("cimd: the fetch is small, short and follows no redirect") {
  World world({"github"});
  world.config.cimd.enabled = true;
  std::optional<http::ClientRequest> seen;
  world.http.on("https://client.example/", [&](const http::ClientRequest& request) -> Result<http::ClientResponse> {
    seen = request;
    return fail(ErrorCode::BlockedAddress, "10.0.0.1 is private");
  });
  world.start();
  CHECK(world.get("/oauth/authorize", world.authorize_query(kDocument)).status == 400);
  REQUIRE(seen.has_value());
  CHECK(seen->max_redirects == 0);
  CHECK(seen->max_response_bytes == 10 * 1024);
  CHECK(seen->timeout == Milliseconds(5000));
}

TEST_CASE("cimd: URLs that are no client ids are not even fetched") {
  Documented d;
  for (const std::string id : {"http://client.example/oauth/client.json", "https://client.example", "https://client.example/", "https://client.example/a#f",
                               "https://user@client.example/a", "https://client.example/a/../b", "https://client.example/./a",
                               "https://client.example/%2e%2e/a", "https:///a", "https://localhost:70000/a", "http://127.0.0.1/a"}) {
    INFO(id);
    CHECK(d.authorize(id).status == 400);
  }
  CHECK(d.world.http.requests.empty());
}

TEST_CASE("cimd: documents that are refused") {
  struct Case {
    const char* what;
    Json document;
  };
  const auto with_member = [](const char* name, Json value) {
    auto document = Documented::good();
    document[name] = std::move(value);
    return document;
  };
  const std::vector<Case> cases{
      {"another client_id", with_member("client_id", "https://client.example/other.json")},
      {"client_id with a slash more", with_member("client_id", std::string(kDocument) + "/")},
      {"no client_id", with_member("client_id", nullptr)},
      {"no name", with_member("client_name", nullptr)},
      {"an empty name", with_member("client_name", "")},
      {"no redirects", with_member("redirect_uris", Json::array())},
      {"a private-use redirect", with_member("redirect_uris", {"cursor://x/y"})},
      {"an http redirect", with_member("redirect_uris", {"http://client.example/cb"})},
      {"a shared secret method", with_member("token_endpoint_auth_method", "client_secret_post")},
      {"a method we cannot check", with_member("token_endpoint_auth_method", "private_key_jwt")},
      {"a secret", with_member("client_secret", "x")},
      {"no grant of ours", with_member("grant_types", {"client_credentials"})},
      {"no response type of ours", with_member("response_types", {"token"})},
      {"a scope we do not have", with_member("scope", "admin")},
      {"no object", Json::array({1})},
  };
  for (const auto& c : cases) {
    Documented d;
    d.serve(c.document);
    INFO(c.what);
    const auto response = d.authorize();
    CHECK(response.status == 400);
    CHECK_FALSE(response.headers.contains("location"));
  }
}

TEST_CASE("cimd: answers that are no documents") {
  Documented d;
  d.serve(Documented::good(), {{"Content-Type", "text/html"}});
  CHECK(d.authorize().status == 400);
  d.serve(Documented::good(), {});
  CHECK(d.authorize().status == 400);
  d.serve(Documented::good(), {{"Content-Type", "application/json"}, {"Location", "https://evil.example/"}}, 302);
  CHECK(d.authorize().status == 400);
  d.serve(Documented::good(), {{"Content-Type", "application/json"}}, 500);
  CHECK(d.authorize().status == 400);
  d.serve(Documented::good(), {{"Content-Type", "application/client-metadata+json"}});
  CHECK(d.is_accepted());
}

TEST_CASE("cimd: kept as long as it says, five minutes when silent, failures not at all") {
  struct Case {
    const char* cache_control;
    Seconds still, gone;
  };
  for (const auto& c :
       {Case{"", Seconds(299), Seconds(300)}, Case{"max-age=60", Seconds(59), Seconds(60)}, Case{"public, max-age=99999999", Seconds(86'399), Seconds(86'400)},
        Case{"no-store", Seconds(-1), Seconds(0)}, Case{"max-age=-5", Seconds(299), Seconds(300)}, Case{"max-age=x", Seconds(299), Seconds(300)}}) {
    Documented d;
    http::Headers headers{{"Content-Type", "application/json"}};
    if (*c.cache_control != '\0') headers.set("Cache-Control", c.cache_control);
    d.serve(Documented::good(), headers);
    INFO(c.cache_control);
    REQUIRE(d.is_accepted());
    if (c.still >= Seconds(0)) {
      d.world.clock.advance(c.still);
      CHECK(d.is_accepted());
      CHECK(d.world.http.requests.size() == 1);
      d.world.clock.advance(c.gone - c.still);
    }
    CHECK(d.is_accepted());
    CHECK(d.world.http.requests.size() == 2);
  }
  Documented d;
  d.serve(Documented::good(), {}, 500);
  CHECK_FALSE(d.is_accepted());
  d.serve(Documented::good());
  CHECK(d.is_accepted());
}

TEST_CASE("cimd: the cache is bounded and strangers cannot make us fetch without end") {
  World world({"github"});
  world.config.cimd.enabled = true;
  world.config.cimd.cache_max_size = 2;
  world.http.on("https://client.example/", [](const http::ClientRequest& request) -> Result<http::ClientResponse> {
    const Json document{{"client_id", request.url.text()}, {"redirect_uris", {kRedirect}}};
    return http::ClientResponse{200, {{"Content-Type", "application/json"}}, document.dump()};
  });
  world.start();
  int pages = 0;
  for (int i = 0; i < 100; ++i)
    pages += world.get("/oauth/authorize", world.authorize_query("https://client.example/" + std::to_string(i))).status == 503 ? 1 : 0;
  CHECK(world.http.requests.size() == 20);
  CHECK(pages == 80);
}

TEST_CASE("cimd: switched off, a URL is just an unknown client") {
  World world({"github"});
  world.start();
  CHECK(world.get("/oauth/authorize", world.authorize_query(kDocument)).status == 400);
  CHECK(world.http.requests.empty());
}

TEST_CASE("cimd: loopback documents are for servers on loopback") {
  World world({"github"});
  world.config.issuer = "http://localhost:4000";
  world.config.upstreams[0].redirect_uri = "http://localhost:4000/oauth/callback";
  world.config.cimd.enabled = true;
  const std::string id = "http://localhost:5000/client.json";
  world.http.on("http://localhost:5000/", [&](const http::ClientRequest&) -> Result<http::ClientResponse> {
    return http::ClientResponse{
        200, {{"Content-Type", "application/json"}}, Json{{"client_id", id}, {"client_name", "local"}, {"redirect_uris", {kRedirect}}}.dump()};
  });
  world.start();
  CHECK(location(world.get("/oauth/authorize", world.authorize_query(id))).starts_with("https://github.test/"));
  CHECK(world.http.requests.at(0).peer.allow_loopback);
  CHECK_FALSE(world.http.requests.at(0).peer.allow_private_addresses);
}

TEST_CASE("cimd: a document whose URL is an audience of ours is no client") {
  Documented d;
  d.world.config.allowed_audiences = {kResource, kDocument};
  d.world.start();
  CHECK(d.authorize().status == 400);
}
