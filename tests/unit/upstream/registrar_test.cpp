#include "core/upstream/registrar.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/held_http_client.hpp"
#include "tests/unit/upstream/fake_idp.hpp"

using namespace vmcpauth;
using test::a_callback;
using test::a_leg;
using test::form_of;
using test::json_answer;
using test::Surroundings;

namespace {

Url url(const std::string& text) { return Url::parse(text).value(); }

struct Server {
  Surroundings around;
  Json metadata{{"issuer", "https://as.example.com/tenant"},
                {"authorization_endpoint", "https://as.example.com/authorize"},
                {"token_endpoint", "https://as.example.com/token"},
                {"registration_endpoint", "https://as.example.com/register"},
                {"token_endpoint_auth_methods_supported", {"none", "client_secret_post", "client_secret_basic"}},
                {"code_challenge_methods_supported", {"S256"}}};
  Json registered{
      {"client_id", "dyn-1"}, {"client_secret", "dyn-secret"}, {"client_secret_expires_at", 0}, {"token_endpoint_auth_method", "client_secret_basic"}};
  int registered_status = 201;

  Server() {
    around.http.on("https://as.example.com/.well-known/oauth-authorization-server/tenant",
                   [this](const auto&) { return Result<http::ClientResponse>(json_answer(200, metadata)); });
    around.http.on("https://as.example.com/register", [this](const auto&) { return Result<http::ClientResponse>(json_answer(registered_status, registered)); });
    around.http.on_json("https://as.example.com/token", 200, R"({"access_token":"at","token_type":"Bearer"})");
  }
  static config::Upstream settings() {
    config::Upstream out{.name = "dyn", .settings = config::OAuth2Settings{}};
    auto& oauth2 = std::get<config::OAuth2Settings>(out.settings);
    oauth2.dcr.emplace(config::DcrSettings{.discovery_url = url("https://as.example.com/.well-known/oauth-authorization-server/tenant"),
                                           .software_id = "soft-1",
                                           .software_statement = "eyJ.marker.x"});
    oauth2.dcr->initial_access_token.emplace("iat-marker");
    out.redirect_uri = "https://vmcp.example.com/oauth/callback";
    out.scopes = {"b", "a"};
    return out;
  }
  std::unique_ptr<upstream::Provider> provider() { return upstream::make_provider(settings(), around.dependencies()).value(); }
  std::size_t registrations() const { return around.http.count("https://as.example.com/register"); }
};

Result<std::string> start_login(upstream::Provider& provider) { return run_ready(provider.authorization_url(a_leg())).value(); }

}  // namespace

TEST_CASE("registration: happens once, is kept, and serves the login") {
  Server server;
  const auto provider = server.provider();
  CHECK(server.around.http.requests.empty());
  const auto authorize = start_login(*provider);
  REQUIRE(authorize);
  CHECK_THAT(*authorize, ContainsSubstring("https://as.example.com/authorize?response_type=code&client_id=dyn-1&"));
  REQUIRE(run_ready(provider->finish(a_callback(), a_leg())).value());
  CHECK(server.registrations() == 1);
  const auto& requests = server.around.http.requests;
  const auto& registration = *std::find_if(requests.begin(), requests.end(), [](const auto& s) { return s.url.ends_with("/register"); });
  CHECK(registration.method == "POST");
  CHECK(registration.headers.get("authorization") == "Bearer iat-marker");
  CHECK(registration.headers.get("content-type") == "application/json");
  CHECK(parse_json(registration.body).value() == Json{{"client_name", "vmcpauth"},
                                                      {"redirect_uris", Json::array({"https://vmcp.example.com/oauth/callback"})},
                                                      {"grant_types", Json::array({"authorization_code", "refresh_token"})},
                                                      {"response_types", Json::array({"code"})},
                                                      {"application_type", "web"},
                                                      {"token_endpoint_auth_method", "client_secret_basic"},
                                                      {"scope", "b a"},
                                                      {"software_id", "soft-1"},
                                                      {"software_statement", "eyJ.marker.x"}});
  CHECK(requests.back().headers.get("authorization") == upstream::basic_authorization("dyn-1", "dyn-secret"));
  // Another process that shares the store does not register again.
  REQUIRE(start_login(*server.provider()));
  CHECK(server.registrations() == 1);
  REQUIRE(server.around.registrations.kept.size() == 1);
  CHECK(server.around.registrations.kept.begin()->first.starts_with(
      "24:https://vmcp.example.com:29:https://as.example.com/tenant:39:https://vmcp.example.com/oauth/callback:"));
}

TEST_CASE("registration: a redirect to loopback over http is a native application's") {
  for (const auto& [redirect_uri, type] : std::map<std::string, std::string>{{"http://127.0.0.1:4483/oauth/callback", "native"},
                                                                             {"http://localhost:4483/oauth/callback", "native"},
                                                                             {"http://[::1]:4483/oauth/callback", "native"},
                                                                             {"https://localhost:4483/oauth/callback", "web"},
                                                                             {"https://vmcp.example.com/oauth/callback", "web"}}) {
    INFO(redirect_uri);
    Server server;
    auto settings = Server::settings();
    settings.redirect_uri = redirect_uri;
    const auto provider = upstream::make_provider(settings, server.around.dependencies()).value();
    REQUIRE(start_login(*provider));
    const auto& requests = server.around.http.requests;
    const auto registration = std::find_if(requests.begin(), requests.end(), [](const auto& s) { return s.url.ends_with("/register"); });
    REQUIRE(registration != requests.end());
    CHECK(parse_json(registration->body).value().at("application_type") == type);
  }
}

TEST_CASE("registration: concurrent logins share one") {
  Server server;
  test::HeldHttpClient held(server.around.http);
  auto dependencies = server.around.dependencies();
  const auto provider = upstream::make_provider(Server::settings(), upstream::Dependencies{held, dependencies.clock, dependencies.logger,
                                                                                           dependencies.registrations, dependencies.issuer})
                            .value();
  std::vector<std::shared_ptr<std::optional<Result<std::string>>>> logins;
  for (int i = 0; i < 50; ++i) logins.push_back(test::start_waiting(provider->authorization_url(a_leg())));
  CHECK(held.waiting() == 1);
  held.release();
  for (const auto& login : logins) {
    REQUIRE(login->has_value());
    CHECK((*login)->has_value());
  }
  CHECK(server.registrations() == 1);
  CHECK(server.around.http.count("https://as.example.com/.well-known/") == 1);
}

TEST_CASE("registration: an expired secret means a new one") {
  Server server;
  server.registered["client_secret_expires_at"] = unix_seconds(server.around.clock.now()) + 100;
  const auto provider = server.provider();
  REQUIRE(start_login(*provider));
  server.around.clock.advance(std::chrono::seconds(99));
  REQUIRE(start_login(*provider));
  CHECK(server.registrations() == 1);
  server.around.clock.advance(std::chrono::seconds(1));
  server.registered["client_id"] = "dyn-2";
  const auto authorize = start_login(*provider);
  REQUIRE(authorize);
  CHECK_THAT(*authorize, ContainsSubstring("client_id=dyn-2"));
  CHECK(server.registrations() == 2);
}

TEST_CASE("registration: a client the provider no longer knows is registered again, also under its old id") {
  Server server;
  const auto provider = server.provider();
  REQUIRE(start_login(*provider));
  server.around.http.on_json("https://as.example.com/token", 401, R"({"error":"invalid_client"})");
  CHECK_FALSE(run_ready(provider->finish(a_callback(), a_leg())).value());
  REQUIRE(start_login(*provider));
  CHECK(server.registrations() == 2);
  REQUIRE(start_login(*provider));
  CHECK(server.registrations() == 2);
  // A dead code is no reason.
  server.around.http.on_json("https://as.example.com/token", 400, R"({"error":"invalid_grant"})");
  CHECK_FALSE(run_ready(provider->finish(a_callback(), a_leg())).value());
  REQUIRE(start_login(*provider));
  CHECK(server.registrations() == 2);
}

TEST_CASE("registration: failures are not remembered, and say what to do") {
  Server server;
  const auto provider = server.provider();
  server.registered_status = 400;
  server.registered = {{"error", "invalid_redirect_uri"}, {"error_description", "no; your token iat-marker is fine"}};
  const auto refused = start_login(*provider);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::UpstreamError);
  CHECK(refused.error().oauth_code() == "invalid_redirect_uri");
  CHECK(refused.error().describe().find("marker") == std::string::npos);
  server.registered_status = 404;
  const auto unsupported = start_login(*provider);
  REQUIRE_FALSE(unsupported);
  CHECK_THAT(unsupported.error().describe(), ContainsSubstring("configure client_id instead"));
  server.around.registrations.broken = true;
  const auto broken = start_login(*provider);
  REQUIRE_FALSE(broken);
  CHECK(broken.error().code() == ErrorCode::Unavailable);
  server.around.registrations.broken = false;
  server.registered_status = 201;
  server.registered = {{"client_id", "dyn-1"}};
  REQUIRE(start_login(*provider));
}

TEST_CASE("registration: answers that cannot be used are refused") {
  const std::vector<std::pair<Json, ErrorCode>> answers{
      {Json::object(), ErrorCode::BadResponse},
      {{{"client_id", ""}}, ErrorCode::BadResponse},
      {{{"client_id", 5}}, ErrorCode::BadResponse},
      {{{"client_id", "a\r\nb"}}, ErrorCode::BadResponse},
      {{{"client_id", std::string(5000, 'a')}}, ErrorCode::BadResponse},
      {{{"client_id", "a"}, {"client_secret", "\x01"}}, ErrorCode::BadResponse},
      {{{"client_id", "a"}, {"client_secret", {"s"}}}, ErrorCode::BadResponse},
      {{{"client_id", "a"}, {"client_secret", "s"}, {"client_secret_expires_at", "never"}}, ErrorCode::BadResponse},
      {{{"client_id", "a"}, {"token_endpoint_auth_method", "client_secret_basic"}}, ErrorCode::BadResponse},
      {{{"client_id", "a"}, {"token_endpoint_auth_method", 1}}, ErrorCode::BadResponse},
      {{{"client_id", "a"}, {"token_endpoint_auth_method", "private_key_jwt"}}, ErrorCode::Unsupported},
      {{{"error", "invalid_client_metadata"}}, ErrorCode::UpstreamError},
      {Json::array(), ErrorCode::BadResponse},
  };
  for (const auto& [answer, code] : answers) {
    INFO(dump_json(answer).substr(0, 80));
    Server server;
    server.registered = answer;
    const auto authorize = start_login(*server.provider());
    REQUIRE_FALSE(authorize);
    CHECK(authorize.error().code() == code);
    CHECK(server.around.registrations.kept.empty());
  }
}

TEST_CASE("registration: what to register as follows the metadata") {
  using upstream::ClientAuthentication;
  const auto choose = [](std::vector<std::string> methods, std::vector<std::string> pkce) {
    oauth::ServerMetadata metadata;
    metadata.token_endpoint_auth_methods_supported = std::move(methods);
    metadata.code_challenge_methods_supported = std::move(pkce);
    return upstream::choose_authentication(&metadata);
  };
  CHECK(upstream::choose_authentication(nullptr).value() == ClientAuthentication::Basic);
  CHECK(choose({}, {}).value() == ClientAuthentication::Basic);
  CHECK(choose({"none", "client_secret_post", "client_secret_basic"}, {}).value() == ClientAuthentication::Basic);
  CHECK(choose({"none", "client_secret_post"}, {"S256"}).value() == ClientAuthentication::Post);
  CHECK(choose({"none", "private_key_jwt"}, {"plain", "S256"}).value() == ClientAuthentication::None);
  CHECK_FALSE(choose({"none"}, {"plain"}));
  CHECK_FALSE(choose({"private_key_jwt"}, {"S256"}));
}

TEST_CASE("registration: the issuer a discovery URL speaks for") {
  const auto issuer = [](const char* text) { return upstream::issuer_of_discovery_url(url(text)); };
  CHECK(issuer("https://a.example/.well-known/oauth-authorization-server") == "https://a.example");
  CHECK(issuer("https://a.example/.well-known/oauth-authorization-server/") == "https://a.example");
  CHECK(issuer("https://a.example/.well-known/oauth-authorization-server/v1/mcp") == "https://a.example/v1/mcp");
  CHECK(issuer("https://a.example/t/acme/.well-known/openid-configuration") == "https://a.example/t/acme");
  CHECK(issuer("https://a.example:8443/custom/metadata?x=1") == "https://a.example:8443");
  CHECK(issuer("https://a.example/.well-known/openid-configuration-x") == "https://a.example");
}

TEST_CASE("registration: metadata of another issuer and unpromised endpoints") {
  Server server;
  server.metadata["issuer"] = "https://evil.example";
  const auto other = start_login(*server.provider());
  REQUIRE_FALSE(other);
  CHECK(other.error().code() == ErrorCode::BadResponse);
  server.metadata["issuer"] = "https://as.example.com/tenant";
  server.metadata.erase("registration_endpoint");
  server.around.http.on_json("https://as.example.com/tenant/register", 200, R"({"client_id":"guessed"})");
  const auto guessed = start_login(*server.provider());
  REQUIRE(guessed);
  CHECK_THAT(*guessed, ContainsSubstring("client_id=guessed"));
  server.metadata["token_endpoint"] = "http://as.example.com/token";
  CHECK_FALSE(start_login(*server.provider()));
}

TEST_CASE("registration: the initial access token never follows the metadata to this machine") {
  Server server;
  server.metadata["registration_endpoint"] = "https://127.0.0.1:9/register";
  CHECK_FALSE(start_login(*server.provider()));
  const auto& last = server.around.http.requests.back();
  CHECK(last.url == "https://127.0.0.1:9/register");
  CHECK_FALSE(last.peer.allow_loopback);
  CHECK_FALSE(last.peer.allow_private_addresses);
}

TEST_CASE("registration: the callback's iss is checked against the metadata") {
  Server server;
  const auto provider = server.provider();
  auto callback = a_callback();
  callback.iss = "https://evil.example";
  const auto grant = run_ready(provider->finish(callback, a_leg())).value();
  REQUIRE_FALSE(grant);
  CHECK(grant.error().code() == ErrorCode::BadResponse);
  callback.iss = "https://as.example.com/tenant";
  CHECK(run_ready(provider->finish(callback, a_leg())).value());
}

TEST_CASE("registration: key parts cannot run into each other, scopes are a set") {
  const auto key = [](std::string issuer, std::string up, std::string redirect, std::vector<std::string> scopes) {
    return upstream::registration_key({std::move(issuer), std::move(up), std::move(redirect), std::move(scopes)});
  };
  CHECK(key("a", "b", "c", {"x", "y"}) == key("a", "b", "c", {"y", "x", "y"}));
  CHECK(key("a", "b", "c", {"x", "y"}) != key("a", "b", "c", {"x"}));
  CHECK(key("a:1:b", "b", "c", {}) != key("a", "b:1:b", "c", {}));
  CHECK(key("a", "b", "c", {}) == "1:a:1:b:1:c:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
