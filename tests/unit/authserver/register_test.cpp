#include "tests/support/catch.hpp"
#include "tests/unit/authserver/world.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

Json body_of(const http::Response& response) { return *parse_json_object(response.body); }

const Json kMinimal{{"redirect_uris", {kRedirect}}};

Json with_member(Json object, const char* name, Json value) {
  object[name] = std::move(value);
  return object;
}

http::Response redeem_as(World& world, const std::string& code, const std::string& redirect, FormFields form, const http::Headers& headers = {}) {
  for (const auto& [name, value] : FormFields{{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", redirect}, {"code_verifier", kVerifier}})
    form.emplace_back(name, value);
  return world.post_form("/oauth/token", form, headers);
}

}  // namespace

TEST_CASE("register: a public client gets what it registered, defaults filled in, and no secret") {
  World world;
  world.start();
  const auto response = world.post_json(
      "/oauth/register", R"({"redirect_uris":["cursor://anysphere.cursor-mcp/oauth/callback"],"client_name":"Cursor","unknown_member":{"a":1}})");
  CHECK(response.status == 201);
  CHECK(response.headers.get("cache-control") == "no-store");
  CHECK(response.headers.get("access-control-allow-origin") == "*");
  const auto body = body_of(response);
  CHECK(body["token_endpoint_auth_method"] == "none");
  CHECK(body["grant_types"] == Json::array({"authorization_code", "refresh_token"}));
  CHECK(body["response_types"] == Json::array({"code"}));
  CHECK(body["scope"] == "openid profile email offline_access");
  CHECK(body["client_name"] == "Cursor");
  CHECK(body["client_id_issued_at"] == 1'800'000'000);
  CHECK_FALSE(body.contains("client_secret"));
}

TEST_CASE("register: what is refused, and with which error") {
  World world;
  world.start();
  struct Case {
    const char* what;
    Json metadata;
    const char* error;
  };
  std::vector<std::string> eleven(11, kRedirect);
  const std::vector<Case> cases{
      {"no redirects", Json::object(), "invalid_redirect_uri"},
      {"empty redirects", {{"redirect_uris", Json::array()}}, "invalid_redirect_uri"},
      {"eleven redirects", {{"redirect_uris", eleven}}, "invalid_redirect_uri"},
      {"redirects no array", {{"redirect_uris", kRedirect}}, "invalid_redirect_uri"},
      {"redirects of numbers", {{"redirect_uris", {1, 2}}}, "invalid_redirect_uri"},
      {"http beyond loopback", {{"redirect_uris", {"http://app.example/cb"}}}, "invalid_redirect_uri"},
      {"one bad among good", {{"redirect_uris", {kRedirect, "http://app.example/cb"}}}, "invalid_redirect_uri"},
      {"fragment", {{"redirect_uris", {"https://app.example/cb#x"}}}, "invalid_redirect_uri"},
      {"relative", {{"redirect_uris", {"/cb"}}}, "invalid_redirect_uri"},
      {"javascript", {{"redirect_uris", {"javascript:alert(1)"}}}, "invalid_redirect_uri"},
      {"data", {{"redirect_uris", {"data:text/html,x"}}}, "invalid_redirect_uri"},
      {"file", {{"redirect_uris", {"file:///etc/passwd"}}}, "invalid_redirect_uri"},
      {"long redirect", {{"redirect_uris", {"https://app.example/" + std::string(2100, 'x')}}}, "invalid_redirect_uri"},
      {"long name", with_member(kMinimal, "client_name", std::string(257, 'n')), "invalid_client_metadata"},
      {"name no string", with_member(kMinimal, "client_name", 5), "invalid_client_metadata"},
      {"long software id", with_member(kMinimal, "software_id", std::string(257, 's')), "invalid_client_metadata"},
      {"software id with a newline", with_member(kMinimal, "software_id", "a\nb"), "invalid_client_metadata"},
      {"basic without permission", with_member(kMinimal, "token_endpoint_auth_method", "client_secret_basic"), "invalid_client_metadata"},
      {"private_key_jwt", with_member(kMinimal, "token_endpoint_auth_method", "private_key_jwt"), "invalid_client_metadata"},
      {"refresh_token alone", with_member(kMinimal, "grant_types", {"refresh_token"}), "invalid_client_metadata"},
      {"implicit", with_member(kMinimal, "grant_types", {"authorization_code", "implicit"}), "invalid_client_metadata"},
      {"token exchange", with_member(kMinimal, "grant_types", {"authorization_code", "urn:ietf:params:oauth:grant-type:token-exchange"}),
       "invalid_client_metadata"},
      {"response type token", with_member(kMinimal, "response_types", {"token"}), "invalid_client_metadata"},
      {"unsupported scope", with_member(kMinimal, "scope", "openid admin"), "invalid_client_metadata"},
      {"scope of numbers", with_member(kMinimal, "scope", {1}), "invalid_client_metadata"},
      {"malformed scope", with_member(kMinimal, "scope", "a\\b"), "invalid_client_metadata"},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    const auto response = world.post_json("/oauth/register", c.metadata.dump());
    CHECK(response.status == 400);
    CHECK(body_of(response)["error"] == c.error);
    world.clock.advance(Seconds(1));
  }
  CHECK(world.store.sizes().clients == 0);
}

TEST_CASE("register: bodies that are no registration") {
  World world;
  world.start();
  for (const std::string body : {"", "{", "[]", "null", "\"x\"", "{\"redirect_uris\":[\"a\"],\"redirect_uris\":[\"b\"]}", "\xff\xfe"}) {
    INFO(body);
    CHECK(world.post_json("/oauth/register", body).status == 400);
    world.clock.advance(Seconds(1));
  }
  CHECK(world.post_json("/oauth/register", std::string(100, '[')).status == 400);
  CHECK(world.send({.method = "POST", .path = "/oauth/register", .headers = {{"Content-Type", "text/plain"}}, .body = kMinimal.dump()}).status == 400);
  CHECK(world.send({.method = "POST", .path = "/oauth/register", .body = kMinimal.dump()}).status == 400);
  CHECK(world.send({.method = "GET", .path = "/oauth/register"}).status == 405);
  const std::string padded = R"({"redirect_uris":["http://127.0.0.1:7777/callback"],"x":")";
  const auto exact = padded + std::string(64 * 1024 - padded.size() - 2, 'x') + "\"}";
  world.clock.advance(Seconds(10));
  CHECK(world.post_json("/oauth/register", exact).status == 201);
  CHECK(world.post_json("/oauth/register", exact + " ").status == 413);
}

TEST_CASE("register: five at once, then one a second") {
  World world;
  world.start();
  const auto attempt = [&] { return world.post_json("/oauth/register", kMinimal.dump()); };
  for (int i = 0; i < 5; ++i) CHECK(attempt().status == 201);
  const auto refused = attempt();
  CHECK(refused.status == 429);
  CHECK(refused.headers.get("retry-after") == "1");
  CHECK(world.store.sizes().clients == 5);
  world.clock.advance(Milliseconds(999));
  CHECK(attempt().status == 429);
  world.clock.advance(Milliseconds(1));
  CHECK(attempt().status == 201);
  CHECK(attempt().status == 429);
  world.clock.advance(Seconds(3600));
  for (int i = 0; i < 5; ++i) CHECK(attempt().status == 201);
  CHECK(attempt().status == 429);
}

TEST_CASE("register: scope as an array, and the baseline added to whatever was asked") {
  World world;
  world.config.baseline_client_scopes = {"offline_access", "openid"};
  world.start();
  CHECK(world.register_client({{"redirect_uris", {kRedirect}}, {"scope", {"email", "email", "profile"}}})["scope"] == "email profile offline_access openid");
  const std::string id = world.register_client({{"redirect_uris", {kRedirect}}, {"scope", "email"}})["client_id"];
  Browser browser;
  CHECK(location(browser.visit(world.server(), "/oauth/authorize", with(world.authorize_query(id), "scope", "openid offline_access")))
            .starts_with("https://github.test"));
}

TEST_CASE("register: a default scope the server does not support has to be named instead") {
  World world;
  world.config.scopes_supported = {"mcp:tools"};
  world.start();
  CHECK(world.post_json("/oauth/register", kMinimal.dump()).status == 400);
  CHECK(world.register_client(with_member(kMinimal, "scope", "mcp:tools"))["scope"] == "mcp:tools");
}

TEST_CASE("confidential clients: need permission, https beyond loopback, and use the method they registered") {
  World world({"github"});
  world.config.allow_confidential_client_registration = true;
  world.start();
  const std::string web = "https://app.example/cb";
  for (const std::string redirect : {kRedirect, "https://localhost/cb", "cursor://x/cb"}) {
    CHECK(world.post_json("/oauth/register", Json{{"redirect_uris", {web, redirect}}, {"token_endpoint_auth_method", "client_secret_post"}}.dump()).status ==
          400);
    world.clock.advance(Seconds(1));
  }
  struct Case {
    const char* method;
    bool basic, post;
  };
  for (const auto& c : {Case{"client_secret_basic", true, false}, Case{"client_secret_post", false, true}}) {
    const auto registered = world.register_client({{"redirect_uris", {web}}, {"token_endpoint_auth_method", c.method}});
    const std::string id = registered["client_id"];
    const std::string secret = registered["client_secret"];
    INFO(c.method);
    CHECK(registered["token_endpoint_auth_method"] == c.method);
    CHECK(registered["client_secret_expires_at"] == 0);
    CHECK(secret.size() == 43);
    const auto stored = run_ready(world.store.find_client(id));
    REQUIRE(stored.has_value());
    CHECK((*stored)->value().secret_hash->find(secret) == std::string::npos);
    CHECK(world.log.text->find(secret) == std::string::npos);
    const http::Headers basic{{"Authorization", "Basic " + base64_encode(id + ":" + secret)}};
    const auto code = [&] { return world.obtain_code(id, {{"redirect_uri", web}}); };
    CHECK((redeem_as(world, code(), web, {}, basic).status == 200) == c.basic);
    CHECK((redeem_as(world, code(), web, {{"client_id", id}, {"client_secret", secret}}).status == 200) == c.post);
    CHECK(redeem_as(world, code(), web, {{"client_id", id}}).status == 401);
    CHECK(redeem_as(world, code(), web, {{"client_id", id}, {"client_secret", secret + "x"}}).status == 401);
    CHECK(redeem_as(world, code(), web, {{"client_id", id}, {"client_secret", secret}}, basic).status == 400);
    CHECK(redeem_as(world, code(), web, {}, {{"Authorization", "Basic " + base64_encode(id + ":wrong")}}).status == 401);
    CHECK(redeem_as(world, code(), web, {}, {{"Authorization", "Basic !!!"}}).status == 401);
  }
}

TEST_CASE("forced confidential: an exact redirect URI makes a client keep a secret against its word, by either method") {
  World world({"github"});
  const std::string forced = "https://claude.example/api/mcp/auth_callback";
  world.config.allow_confidential_client_registration = true;
  world.config.force_confidential_redirect_uris = {forced};
  world.start();
  const auto registered = world.register_client({{"redirect_uris", {forced}}, {"token_endpoint_auth_method", "none"}});
  CHECK(registered["token_endpoint_auth_method"] == "client_secret_post");
  const std::string id = registered["client_id"];
  const std::string secret = registered["client_secret"];
  const auto code = [&] { return world.obtain_code(id, {{"redirect_uri", forced}}); };
  CHECK(redeem_as(world, code(), forced, {{"client_id", id}, {"client_secret", secret}}).status == 200);
  CHECK(redeem_as(world, code(), forced, {}, {{"Authorization", "Basic " + base64_encode(id + ":" + secret)}}).status == 200);
  CHECK(redeem_as(world, code(), forced, {{"client_id", id}}).status == 401);
  // Not a prefix, and never for a client that loopback can reach.
  CHECK_FALSE(world.register_client({{"redirect_uris", {forced + "/x"}}}).contains("client_secret"));
  CHECK(world.post_json("/oauth/register", Json{{"redirect_uris", {forced, kRedirect}}}.dump()).status == 400);
}

TEST_CASE("register: a full store answers 503 and says when to come back") {
  struct FullStore final : store::SessionStore {
    store::MemoryStore inner;
    Task<Result<void>> put_client(store::Client) override { co_return fail(ErrorCode::TooLarge, "full"); }
    Task<Result<std::optional<store::Client>>> find_client(std::string id) override { return inner.find_client(std::move(id)); }
    Task<Result<void>> touch_client(std::string id, TimePoint now) override { return inner.touch_client(std::move(id), now); }
    Task<Result<void>> put_pending(store::PendingAuthorization p) override { return inner.put_pending(std::move(p)); }
    Task<Result<std::optional<store::PendingAuthorization>>> take_pending(std::string s, TimePoint now) override {
      return inner.take_pending(std::move(s), now);
    }
    Task<Result<void>> put_code(std::string s, store::AuthorizationCode c) override { return inner.put_code(std::move(s), std::move(c)); }
    Task<Result<store::CodeRedemption>> redeem_code(std::string s, TimePoint now) override { return inner.redeem_code(std::move(s), now); }
    Task<Result<void>> put_refresh(std::string s, store::RefreshToken t) override { return inner.put_refresh(std::move(s), std::move(t)); }
    Task<Result<store::RefreshRotation>> find_refresh(std::string s, TimePoint now) override { return inner.find_refresh(std::move(s), now); }
    Task<Result<store::RefreshRotation>> rotate_refresh(std::string a, std::string b, store::RefreshToken t, TimePoint now) override {
      return inner.rotate_refresh(std::move(a), std::move(b), std::move(t), now);
    }
    Task<Result<void>> revoke_grant(store::Grant g, TimePoint now) override { return inner.revoke_grant(std::move(g), now); }
    Task<Result<bool>> is_grant_revoked(std::string id, TimePoint now) override { return inner.is_grant_revoked(std::move(id), now); }
    Task<Result<void>> put_upstream_tokens(std::string s, store::UpstreamTokens t) override { return inner.put_upstream_tokens(std::move(s), std::move(t)); }
    Task<Result<std::optional<store::UpstreamTokens>>> find_upstream_tokens(std::string s, std::string p, TimePoint now) override {
      return inner.find_upstream_tokens(std::move(s), std::move(p), now);
    }
    Task<Result<std::vector<store::UpstreamTokens>>> list_upstream_tokens(std::string s, TimePoint now) override {
      return inner.list_upstream_tokens(std::move(s), now);
    }
    Task<Result<bool>> replace_upstream_tokens(std::string s, std::string e, store::UpstreamTokens t) override {
      return inner.replace_upstream_tokens(std::move(s), std::move(e), std::move(t));
    }
    Task<Result<bool>> claim_refresh(std::string s, std::string p, std::string owner, TimePoint now, TimePoint until) override {
      return inner.claim_refresh(std::move(s), std::move(p), std::move(owner), now, until);
    }
    Task<Result<void>> end_refresh(std::string s, std::string p, std::string owner, std::optional<store::RefreshReport> report) override {
      return inner.end_refresh(std::move(s), std::move(p), std::move(owner), std::move(report));
    }
    Task<Result<void>> touch_session(std::string s, TimePoint now) override { return inner.touch_session(std::move(s), now); }
    Task<Result<Secret>> keep(std::string name, Secret value) override { return inner.keep(std::move(name), std::move(value)); }
    Task<Result<void>> erase_session(std::string s) override { return inner.erase_session(std::move(s)); }
    Task<Result<store::User>> find_or_create_user(std::string p, std::string s, std::string id, TimePoint now) override {
      return inner.find_or_create_user(std::move(p), std::move(s), std::move(id), now);
    }
    Task<Result<bool>> remember_once(std::string k, TimePoint e, TimePoint now) override { return inner.remember_once(std::move(k), e, now); }
    Task<Result<void>> put_registration(std::string k, store::UpstreamRegistration r) override { return inner.put_registration(std::move(k), std::move(r)); }
    Task<Result<std::optional<store::UpstreamRegistration>>> find_registration(std::string k, TimePoint now) override {
      return inner.find_registration(std::move(k), now);
    }
    Task<Result<void>> sweep(TimePoint now) override { return inner.sweep(now); }
  };
  World world({"github"});
  FullStore full;
  FakeProvider provider("github");
  auto server = authserver::AuthServer::make(world.config, {full, {&provider}, world.clock, world.random, world.http, world.log.logger, world.timeline});
  REQUIRE(server.has_value());
  auto response =
      run_ready((*server)->handle({.method = "POST", .path = "/oauth/register", .headers = {{"Content-Type", "application/json"}}, .body = kMinimal.dump()}));
  REQUIRE(response.has_value());
  CHECK(response->status == 503);
  CHECK(response->headers.get("retry-after") == "3600");
}
