#include "core/authserver/keys.hpp"
#include "core/jose/key_ring.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/authserver/world.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

Json document(World& world, const std::string& path) {
  const auto response = world.get(path);
  INFO(path);
  REQUIRE(response.status == 200);
  CHECK(response.headers.get("cache-control") == "public, max-age=3600");
  CHECK(response.headers.get("x-content-type-options") == "nosniff");
  CHECK(response.headers.get("content-type") == "application/json");
  CHECK(response.headers.get("access-control-allow-origin") == "*");
  return *parse_json_object(response.body);
}

}  // namespace

TEST_CASE("discovery: both documents say the same, at their paths and below them") {
  World world;
  world.config.authorization_endpoint_base = "https://login.example";
  world.start();
  const auto metadata = document(world, "/.well-known/oauth-authorization-server");
  CHECK(metadata == Json{{"issuer", kIssuer},
                         {"authorization_endpoint", "https://login.example/oauth/authorize"},
                         {"token_endpoint", "https://vmcp.example/oauth/token"},
                         {"revocation_endpoint", "https://vmcp.example/oauth/revoke"},
                         {"jwks_uri", "https://vmcp.example/.well-known/jwks.json"},
                         {"registration_endpoint", "https://vmcp.example/oauth/register"},
                         {"scopes_supported", {"openid", "profile", "email", "offline_access"}},
                         {"response_types_supported", Json::array({"code"})},
                         {"response_modes_supported", Json::array({"query"})},
                         {"grant_types_supported", {"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"}},
                         {"code_challenge_methods_supported", Json::array({"S256"})},
                         {"token_endpoint_auth_methods_supported", Json::array({"none"})},
                         {"revocation_endpoint_auth_methods_supported", Json::array({"none"})},
                         {"client_id_metadata_document_supported", false},
                         {"authorization_response_iss_parameter_supported", true},
                         {"vmcpauth_login_progress_endpoint", "https://vmcp.example/oauth/progress"},
                         {"vmcpauth_session_endpoint", "https://vmcp.example/oauth/session"}});
  CHECK(document(world, "/.well-known/oauth-authorization-server/mcp") == metadata);
  auto openid = document(world, "/.well-known/openid-configuration");
  CHECK(document(world, "/.well-known/openid-configuration/mcp") == openid);
  CHECK(openid["subject_types_supported"] == Json::array({"public"}));
  CHECK(openid["id_token_signing_alg_values_supported"] == Json::array({"ES256"}));
  for (const char* name : {"subject_types_supported", "id_token_signing_alg_values_supported", "request_uri_parameter_supported"}) openid.erase(name);
  CHECK(openid == metadata);
}

TEST_CASE("discovery: what the configuration switches on is advertised") {
  World world;
  world.config.cimd.enabled = true;
  world.config.delegate_clients.push_back({"agent", Secret(std::string(32, 's')), {"openid"}, {kResource}});
  config::TrustedIssuer trusted;
  trusted.issuer_url = "https://idp.example";
  trusted.jwks_url = *Url::parse("https://idp.example/keys");
  trusted.jwt_bearer_grant.emplace();
  world.config.trusted_issuers.push_back(trusted);
  world.start();
  const auto metadata = document(world, "/.well-known/oauth-authorization-server");
  CHECK(metadata["client_id_metadata_document_supported"] == true);
  CHECK(metadata["token_endpoint_auth_methods_supported"] == Json::array({"none", "client_secret_basic", "client_secret_post"}));
  CHECK(metadata["grant_types_supported"].back() == "urn:ietf:params:oauth:grant-type:jwt-bearer");
}

TEST_CASE("discovery: methods, preflight and paths") {
  World world;
  world.start();
  for (const std::string path :
       {"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/.well-known/jwks.json", "/oauth/token", "/oauth/register"}) {
    INFO(path);
    const auto preflight =
        world.send({.method = "OPTIONS", .path = path, .headers = {{"Origin", "http://localhost:6274"}, {"Access-Control-Request-Method", "POST"}}});
    CHECK(preflight.status == 204);
    CHECK(preflight.headers.get("access-control-allow-origin") == "*");
    CHECK(preflight.headers.get("access-control-allow-headers").value_or("").find("MCP-Protocol-Version") != std::string_view::npos);
    CHECK(preflight.body.empty());
    const auto refused = world.send({.method = "DELETE", .path = path});
    CHECK(refused.status == 405);
    CHECK(refused.headers.contains("allow"));
    CHECK(refused.headers.get("access-control-allow-origin") == "*");
  }
  const auto head = world.send({.method = "HEAD", .path = "/.well-known/jwks.json"});
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  // A page of another origin has no business at the endpoints a person visits.
  for (const std::string path : {"/oauth/authorize", "/oauth/callback", "/oauth/error/x"}) {
    INFO(path);
    const auto response = world.send({.method = "OPTIONS", .path = path});
    CHECK(response.status == 405);
    CHECK_FALSE(response.headers.contains("access-control-allow-origin"));
    CHECK_FALSE(world.get(path).headers.contains("access-control-allow-origin"));
  }
  for (const std::string path : {"/", "/mcp", "/oauth", "/oauth/authorize/", "/oauth/authorizex", "/.well-known/oauth-authorization-serverx",
                                 "/.well-known/oauth-protected-resource", "/health"}) {
    INFO(path);
    CHECK_FALSE(world.server().serves(path));
    CHECK(world.get(path).status == 404);
  }
}

TEST_CASE("discovery: an issuer with a path is found with the path before and after the well-known part") {
  World world;
  world.config.issuer = "https://vmcp.example/tenant";
  for (auto& upstream : world.config.upstreams) upstream.redirect_uri = "https://vmcp.example/tenant/oauth/callback";
  world.start();
  for (const std::string path :
       {"/.well-known/oauth-authorization-server/tenant", "/tenant/.well-known/openid-configuration", "/.well-known/openid-configuration/tenant"}) {
    CHECK(document(world, path)["issuer"] == "https://vmcp.example/tenant");
  }
  CHECK(document(world, "/.well-known/oauth-authorization-server/tenant")["token_endpoint"] == "https://vmcp.example/tenant/oauth/token");
  CHECK(world.server().serves("/tenant/oauth/token"));
  CHECK(world.server().serves("/oauth/token"));
  CHECK_FALSE(world.server().serves("/tenantx/oauth/token"));
}

TEST_CASE("keys: the first signs, the rest are published; rotation keeps old tokens good") {
  World world({"github"});
  const auto old_key = jose::KeyRing::generate_pem(jose::Algorithm::Es256);
  const auto new_key = jose::KeyRing::generate_pem(jose::Algorithm::Rs256);
  REQUIRE(old_key.has_value());
  REQUIRE(new_key.has_value());
  world.config.signing_keys.pem.push_back(new_key->clone());
  world.config.signing_keys.pem.push_back(old_key->clone());
  world.start();
  const auto keys = document(world, "/.well-known/jwks.json");
  REQUIRE(keys["keys"].size() == 2);
  for (const auto& key : keys["keys"]) {
    CHECK(key.contains("kid"));
    for (const char* secret : {"d", "p", "q", "dp", "dq", "qi"}) CHECK_FALSE(key.contains(secret));
  }
  const std::string id = world.register_client()["client_id"];
  const auto tokens = world.redeem(id, world.obtain_code(id));
  const auto header = base64url_decode(tokens.body["access_token"].get<std::string>().substr(0, tokens.body["access_token"].get<std::string>().find('.')));
  CHECK(parse_json_object(*header)->at("alg") == "RS256");
  CHECK(parse_json_object(*header)->at("kid") == keys["keys"][0]["kid"]);
  CHECK(document(world, "/.well-known/openid-configuration")["id_token_signing_alg_values_supported"] == Json::array({"ES256", "RS256"}));
}

TEST_CASE("keys: made-up keys survive a reload when the composition root keeps them") {
  World world({"github"});
  const auto keys = authserver::EphemeralKeys::make(world.random);
  REQUIRE(keys.has_value());
  keys->apply_to(world.config);
  world.start();
  const std::string id = world.register_client()["client_id"];
  const auto tokens = world.redeem(id, world.obtain_code(id));
  const auto before = world.server().public_keys().to_json_text();
  world.start();
  CHECK(world.server().public_keys().to_json_text() == before);
  CHECK(world.refresh(id, tokens.body["refresh_token"]).response.status == 200);
}

TEST_CASE("make: what cannot work is refused") {
  const auto make = [](World& world) {
    FakeProvider provider("github");
    return authserver::AuthServer::make(world.config, {world.store, {&provider}, world.clock, world.random, world.http, world.log.logger, world.timeline});
  };
  World world({"github"});
  CHECK(make(world).has_value());
  SECTION("issuer with a trailing slash") {
    world.config.issuer += "/";
    CHECK(make(world).error().code() == ErrorCode::InvalidConfig);
  }
  SECTION("issuer that is no URL") {
    world.config.issuer = "vmcp";
    CHECK(make(world).error().code() == ErrorCode::InvalidConfig);
  }
  SECTION("providers that are not the upstreams") {
    world.config.upstreams[0].name = "gitlab";
    CHECK(make(world).error().code() == ErrorCode::InvalidConfig);
  }
  SECTION("a signing key that is none") {
    world.config.signing_keys.pem.push_back(Secret("-----BEGIN NOTHING-----"));
    CHECK_FALSE(make(world).has_value());
  }
  SECTION("a short HMAC secret") {
    world.config.hmac_secrets.push_back(Secret("short"));
    CHECK_FALSE(make(world).has_value());
  }
  SECTION("an actor matcher") {
    config::TrustedIssuer trusted;
    trusted.issuer_url = "https://idp.example";
    const auto with_matcher = [&](const char* expression) {
      trusted.actor_matcher = expression;
      world.config.trusted_issuers = {trusted};
      auto made = make(world);
      return made ? std::optional<ErrorCode>() : made.error().code();
    };
    CHECK(with_matcher("has(claims.roles)") == std::nullopt);
    CHECK(with_matcher("true") == std::nullopt);
    CHECK(with_matcher("has(claims.roles") == ErrorCode::InvalidConfig);
    CHECK(with_matcher("roles == 'x'") == ErrorCode::InvalidConfig);  // no such variable
    CHECK(with_matcher("'yes'") == ErrorCode::InvalidConfig);         // never a decision
    CHECK(with_matcher("claims.since < timestamp('2026-01-01T00:00:00Z')") == ErrorCode::Unsupported);
  }
  SECTION("this server as its own trusted issuer") {
    config::TrustedIssuer trusted;
    trusted.issuer_url = kIssuer;
    world.config.trusted_issuers.push_back(trusted);
    CHECK(make(world).error().code() == ErrorCode::InvalidConfig);
  }
  SECTION("secrets over cleartext http") {
    world.config.allow_confidential_client_registration = true;
    CHECK(make(world).has_value());
    world.config.insecure_allow_http = true;
    CHECK(make(world).error().code() == ErrorCode::InvalidConfig);
    world.config.insecure_allow_http = false;
    world.config.issuer = "http://localhost:4000";
    CHECK(make(world).error().code() == ErrorCode::InvalidConfig);
    world.config.insecure_allow_confidential_over_loopback_http = true;
    CHECK(make(world).has_value());
    world.config.issuer = "http://vmcp.example";
    CHECK(make(world).error().code() == ErrorCode::InvalidConfig);
  }
  SECTION("forced redirect URIs without permission, or on loopback") {
    world.config.force_confidential_redirect_uris = {"https://a.example/cb"};
    CHECK(make(world).error().code() == ErrorCode::InvalidConfig);
    world.config.allow_confidential_client_registration = true;
    CHECK(make(world).has_value());
    world.config.force_confidential_redirect_uris = {"https://localhost/cb"};
    CHECK(make(world).error().code() == ErrorCode::InvalidConfig);
  }
  SECTION("a trusted issuer that reaches too far") {
    config::TrustedIssuer trusted;
    trusted.issuer_url = "https://idp.example";
    const auto refused = [&](const config::TrustedIssuer& issuer) {
      world.config.trusted_issuers = {issuer};
      const auto made = make(world);
      return !made && made.error().code() == ErrorCode::InvalidConfig;
    };
    CHECK_FALSE(refused(trusted));
    auto private_discovery = trusted;
    private_discovery.allow_private_ips = true;
    CHECK(refused(private_discovery));
    auto anybody = trusted;
    anybody.allow_may_act = true;
    anybody.allowed_delegate_clients = {"*"};
    CHECK(refused(anybody));
    auto confused = trusted;
    confused.jwt_bearer_grant = config::JwtBearerPolicy{Seconds(60), {}, {kResource}};
    CHECK(refused(confused));
    auto beyond = trusted;
    beyond.jwt_bearer_grant = config::JwtBearerPolicy{Seconds(60), {{"w", {"https://elsewhere.example"}}}, {}};
    CHECK(refused(beyond));
  }
  SECTION("a delegate client with a weak secret") {
    world.config.delegate_clients.push_back({"agent", Secret("weak"), {"openid"}, {kResource}});
    CHECK(make(world).error().code() == ErrorCode::InvalidConfig);
  }
}
