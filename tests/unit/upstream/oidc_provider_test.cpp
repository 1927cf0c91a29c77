#include <algorithm>

#include "core/crypto/digest.hpp"
#include "core/upstream/provider.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/upstream/fake_idp.hpp"

using namespace vmcpauth;
using test::a_callback;
using test::a_leg;
using test::FakeIdp;
using test::form_of;
using test::json_answer;
using test::Surroundings;

namespace {

Result<upstream::CodeGrant> log_in(upstream::Provider& provider, upstream::CallbackParameters callback = a_callback()) {
  return run_ready(provider.finish(std::move(callback), a_leg())).value();
}

}  // namespace

TEST_CASE("oidc: the authorization URL carries state, nonce, PKCE S256 and scopes") {
  Surroundings around;
  FakeIdp idp(around);
  auto settings = idp.settings();
  settings.additional_authorization_params = {{"access_type", "offline"}, {"prompt", "consent"}};
  const auto provider = idp.provider(settings);
  const auto url = run_ready(provider->authorization_url(a_leg())).value();
  REQUIRE(url);
  const auto parsed = Url::parse(*url).value();
  CHECK(parsed.origin() + parsed.path() == "https://idp.example.com/authorize");
  std::map<std::string, std::string> query;
  const auto fields = form_decode(parsed.query()).value();
  for (const auto& [name, value] : fields) CHECK(query.emplace(name, value).second);
  CHECK(query == std::map<std::string, std::string>{{"response_type", "code"},
                                                    {"client_id", "client-1"},
                                                    {"redirect_uri", "https://vmcp.example.com/oauth/callback"},
                                                    {"scope", "openid offline_access"},
                                                    {"state", "state-1"},
                                                    {"nonce", "nonce-1"},
                                                    {"code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"},
                                                    {"code_challenge_method", "S256"},
                                                    {"access_type", "offline"},
                                                    {"prompt", "consent"}});
}

TEST_CASE("oidc: a code becomes tokens and an identity") {
  Surroundings around;
  FakeIdp idp(around);
  const auto provider = idp.provider();
  const auto grant = log_in(*provider);
  REQUIRE(grant);
  CHECK(grant->identity.subject == "user-1");
  CHECK(grant->identity.name == "Ada");
  CHECK(grant->identity.email == "ada@example.com");
  CHECK_FALSE(grant->identity.synthetic);
  CHECK(grant->tokens.access_token.reveal() == "at-1");
  CHECK(grant->tokens.refresh_token.reveal() == "rt-1");
  CHECK(grant->tokens.expires_at == around.clock.now() + std::chrono::hours(1));
  CHECK(grant->tokens.scopes == std::vector<std::string>{"openid", "offline_access"});
  const auto& seen = around.http.requests;
  const auto exchange = std::find_if(seen.begin(), seen.end(), [](const auto& s) { return s.url == "https://idp.example.com/token"; });
  REQUIRE(exchange != seen.end());
  CHECK(form_of(*exchange) == std::map<std::string, std::string>{{"grant_type", "authorization_code"},
                                                                 {"code", "code-1"},
                                                                 {"redirect_uri", "https://vmcp.example.com/oauth/callback"},
                                                                 {"code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}});
  CHECK(exchange->headers.get("authorization") == "Basic Y2xpZW50LTE6Y2xpZW50LXNlY3JldC0x");
  CHECK(exchange->headers.get("accept") == "application/json");
}

TEST_CASE("oidc: client authentication follows the metadata") {
  struct Case {
    Json methods;
    bool basic;
  };
  const auto [methods, basic] = GENERATE(Case{nullptr, true}, Case{{"client_secret_basic", "client_secret_post"}, true},
                                         Case{{"client_secret_post", "private_key_jwt"}, false}, Case{{"private_key_jwt"}, true});
  Surroundings around;
  FakeIdp idp(around);
  idp.metadata["token_endpoint_auth_methods_supported"] = methods;
  const auto provider = idp.provider();
  REQUIRE(log_in(*provider));
  const auto& exchange = *std::find_if(around.http.requests.begin(), around.http.requests.end(), [](const auto& s) { return s.url.ends_with("/token"); });
  CHECK(exchange.headers.contains("authorization") == basic);
  CHECK(form_of(exchange).contains("client_secret") == !basic);
}

TEST_CASE("oidc: a public client names itself in the body only") {
  Surroundings around;
  FakeIdp idp(around);
  auto settings = idp.settings();
  settings.client_secret.reset();
  const auto provider = idp.provider(settings);
  REQUIRE(log_in(*provider));
  const auto& exchange = *std::find_if(around.http.requests.begin(), around.http.requests.end(), [](const auto& s) { return s.url.ends_with("/token"); });
  CHECK_FALSE(exchange.headers.contains("authorization"));
  CHECK(form_of(exchange).at("client_id") == "client-1");
  CHECK_FALSE(form_of(exchange).contains("client_secret"));
}

TEST_CASE("oidc: metadata and keys are fetched once, and again after a failure") {
  Surroundings around;
  FakeIdp idp(around);
  around.http.on("https://idp.example.com/.well-known/",
                 [](const auto&) -> Result<http::ClientResponse> { return fail(ErrorCode::Timeout, "no answer in 10 s"); });
  int down = 1;
  around.http.on("https://idp.example.com/.well-known/openid-configuration", [&](const auto&) -> Result<http::ClientResponse> {
    if (down-- > 0) return fail(ErrorCode::Timeout, "no answer in 10 s");
    return json_answer(200, idp.metadata);
  });
  const auto provider = idp.provider();
  CHECK(around.http.requests.empty());
  const auto first = run_ready(provider->authorization_url(a_leg())).value();
  REQUIRE_FALSE(first);
  CHECK(first.error().code() == ErrorCode::Timeout);
  CHECK_THAT(first.error().describe(), ContainsSubstring("provider \"idp\""));
  around.clock.advance(std::chrono::seconds(6));
  REQUIRE(run_ready(provider->authorization_url(a_leg())).value());
  REQUIRE(log_in(*provider));
  REQUIRE(log_in(*provider));
  CHECK(around.http.count("https://idp.example.com/.well-known/") == 2);
  CHECK(around.http.count("https://idp.example.com/jwks") == 1);
}

TEST_CASE("oidc: keys that rotate are found") {
  Surroundings around;
  FakeIdp idp(around);
  const auto provider = idp.provider();
  REQUIRE(log_in(*provider));
  idp.keys = jose::KeyRing::generate().value();
  around.clock.advance(std::chrono::seconds(30));
  REQUIRE(log_in(*provider));
  CHECK(around.http.count("https://idp.example.com/jwks") == 2);
}

TEST_CASE("oidc: metadata that cannot be trusted is refused") {
  struct Case {
    const char* member;
    Json value;
  };
  const auto [member, value] = GENERATE(
      Case{"issuer", "https://idp.example.com/"}, Case{"issuer", "https://IDP.example.com"}, Case{"issuer", "https://evil.example"}, Case{"issuer", 1},
      Case{"token_endpoint", "http://idp.example.com/token"}, Case{"token_endpoint", nullptr}, Case{"authorization_endpoint", "javascript:alert(1)"},
      Case{"authorization_endpoint", "https://idp.example.com/authorize?state=fixed"}, Case{"authorization_endpoint", nullptr}, Case{"jwks_uri", nullptr});
  Surroundings around;
  FakeIdp idp(around);
  idp.metadata[member] = value;
  const auto provider = idp.provider();
  const auto url = run_ready(provider->authorization_url(a_leg())).value();
  REQUIRE_FALSE(url);
  CHECK(url.error().code() == ErrorCode::BadResponse);
}

TEST_CASE("oidc: userinfo_override adds name and email, and must be about the same subject") {
  Surroundings around;
  FakeIdp idp(around);
  auto settings = idp.settings();
  config::UserInfoEndpoint endpoint{.endpoint = Url::parse("https://graph.example.com/me").value()};
  std::get<config::OidcSettings>(settings.settings).userinfo_override = endpoint;
  Json info{{"sub", "user-1"}, {"name", "Ada Lovelace"}};
  around.http.on("https://graph.example.com/me", [&](const auto&) { return Result<http::ClientResponse>(json_answer(200, info)); });
  const auto provider = idp.provider(settings);
  const auto grant = log_in(*provider);
  REQUIRE(grant);
  CHECK(grant->identity.subject == "user-1");
  CHECK(grant->identity.name == "Ada Lovelace");
  CHECK(grant->identity.email == "ada@example.com");
  CHECK(around.http.requests.back().headers.get("authorization") == "Bearer at-1");
  for (const Json& sub : {Json("user-2"), Json(nullptr), Json("USER-1")}) {
    info["sub"] = sub;
    const auto other = log_in(*provider);
    REQUIRE_FALSE(other);
    CHECK(other.error().code() == ErrorCode::BadResponse);
  }
}

TEST_CASE("oidc: the callback's iss is checked before anything else (RFC 9207)") {
  Surroundings around;
  FakeIdp idp(around);
  const auto provider = idp.provider();
  CHECK(log_in(*provider, {.code = "code-1", .iss = "https://idp.example.com"}));
  for (const char* iss : {"https://evil.example", "https://idp.example.com/", ""}) {
    const auto wrong = log_in(*provider, {.code = "code-1", .error = "access_denied", .iss = iss});
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code() == ErrorCode::BadResponse);
  }
  idp.metadata["authorization_response_iss_parameter_supported"] = true;
  const auto strict = idp.provider();
  const auto before = around.http.count("https://idp.example.com/token");
  const auto missing = log_in(*strict);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code() == ErrorCode::BadResponse);
  CHECK(around.http.count("https://idp.example.com/token") == before);
  CHECK(log_in(*strict, {.code = "code-1", .iss = "https://idp.example.com"}));
}

TEST_CASE("oidc: the provider's own error comes through in its words") {
  Surroundings around;
  FakeIdp idp(around);
  const auto provider = idp.provider();
  const auto denied =
      log_in(*provider, {.error = "access_denied", .error_description = "The user said no", .error_uri = "https://idp.example.com/help?code=code-1"});
  REQUIRE_FALSE(denied);
  CHECK(denied.error().code() == ErrorCode::UpstreamError);
  CHECK(denied.error().oauth_code() == "access_denied");
  CHECK(denied.error().describe() ==
        "provider \"idp\" answered access_denied at its authorization endpoint: \"The user said no\", see https://idp.example.com/help?[redacted]");
  CHECK(around.http.count("https://idp.example.com/token") == 0);
  for (auto callback : {upstream::CallbackParameters{}, upstream::CallbackParameters{.code = ""}}) {
    const auto nothing = log_in(*provider, callback);
    REQUIRE_FALSE(nothing);
    CHECK(nothing.error().code() == ErrorCode::BadResponse);
  }
}

TEST_CASE("oidc: refresh sends the granted scopes, and checks a new ID token without a nonce") {
  Surroundings around;
  FakeIdp idp(around);
  idp.claims.erase("nonce");
  idp.token = {{"access_token", "at-2"}, {"token_type", "bearer"}, {"expires_in", "60"}, {"scope", "openid"}};
  const auto provider = idp.provider();
  const auto tokens = run_ready(provider->refresh(Secret("rt-1"), {"openid"})).value();
  REQUIRE(tokens);
  CHECK(tokens->access_token.reveal() == "at-2");
  CHECK(tokens->refresh_token.empty());
  CHECK_FALSE(tokens->id_token.empty());
  CHECK(tokens->subject == "user-1");
  CHECK(tokens->scopes == std::vector<std::string>{"openid"});
  CHECK(tokens->expires_at == around.clock.now() + std::chrono::seconds(60));
  const auto& request = *std::find_if(around.http.requests.begin(), around.http.requests.end(), [](const auto& s) { return s.url.ends_with("/token"); });
  CHECK(form_of(request) == std::map<std::string, std::string>{{"grant_type", "refresh_token"}, {"refresh_token", "rt-1"}, {"scope", "openid offline_access"}});
  idp.claims["aud"] = "client-2";
  const auto foreign = run_ready(provider->refresh(Secret("rt-1"), {})).value();
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().code() == ErrorCode::BadResponse);
}

TEST_CASE("oidc: a refresh without a new ID token is fine, a dead grant says so") {
  Surroundings around;
  FakeIdp idp(around);
  around.http.on("https://idp.example.com/token",
                 [](const auto&) { return Result<http::ClientResponse>(json_answer(200, {{"access_token", "at-2"}, {"token_type", "Bearer"}})); });
  const auto provider = idp.provider();
  const auto tokens = run_ready(provider->refresh(Secret("rt-1"), {})).value();
  REQUIRE(tokens);
  CHECK(tokens->id_token.empty());
  CHECK_FALSE(tokens->subject.has_value());
  CHECK_FALSE(tokens->expires_at.has_value());
  around.http.on("https://idp.example.com/token", [](const auto&) {
    return Result<http::ClientResponse>(json_answer(400, {{"error", "invalid_grant"}, {"error_description", "Refresh token rt-1 was revoked"}}));
  });
  const auto dead = run_ready(provider->refresh(Secret("rt-1"), {})).value();
  REQUIRE_FALSE(dead);
  CHECK(dead.error().code() == ErrorCode::UpstreamError);
  CHECK(dead.error().oauth_code() == "invalid_grant");
  CHECK_THAT(dead.error().describe(), ContainsSubstring("Refresh token [redacted] was revoked"));
}

TEST_CASE("oidc: whom a request may reach comes from the configuration") {
  Surroundings around;
  FakeIdp idp(around);
  auto settings = idp.settings();
  settings.allow_private_ips = true;
  settings.insecure_allow_http = true;
  settings.ca_bundle_path = "/etc/ca.pem";
  const auto provider = idp.provider(settings);
  REQUIRE(log_in(*provider));
  for (const auto& seen : around.http.requests) {
    CHECK(seen.peer.allow_private_addresses);
    CHECK_FALSE(seen.peer.allow_loopback);
    CHECK(seen.peer.allow_http);
    CHECK(seen.peer.ca_bundle_path == "/etc/ca.pem");
  }
  Surroundings local;
  FakeIdp here(local, "http://localhost:4001");
  REQUIRE(log_in(*here.provider()));
  for (const auto& seen : local.http.requests) {
    CHECK(seen.peer.allow_loopback);
    CHECK_FALSE(seen.peer.allow_private_addresses);
    CHECK_FALSE(seen.peer.allow_http);
  }
}

TEST_CASE("oidc: a provider that hangs, closes or sends garbage is named with its endpoint") {
  struct Case {
    Result<http::ClientResponse> answer;
    ErrorCode code;
  };
  const std::vector<Case> cases{
      {fail(ErrorCode::Timeout, "no answer in 10 s"), ErrorCode::Timeout},
      {fail(ErrorCode::Unreachable, "connection closed"), ErrorCode::Unreachable},
      {fail(ErrorCode::BlockedAddress, "10.0.0.1 is a private address"), ErrorCode::BlockedAddress},
      {fail(ErrorCode::TooLarge, "more than 1 MB"), ErrorCode::TooLarge},
      {http::ClientResponse{200, {{"Content-Type", "application/json"}}, "\xff\x00 garbage"}, ErrorCode::BadResponse},
      {http::ClientResponse{200, {{"Content-Type", "application/json"}}, ""}, ErrorCode::BadResponse},
      {http::ClientResponse{200, {{"Content-Type", "application/json"}}, "[]"}, ErrorCode::BadResponse},
      {http::ClientResponse{200, {{"Content-Type", "text/html"}}, "<html><title>Login</title></html>"}, ErrorCode::BadResponse},
  };
  for (const auto& c : cases) {
    Surroundings around;
    FakeIdp idp(around);
    around.http.on("https://idp.example.com/token", [&](const auto&) { return c.answer; });
    const auto grant = log_in(*idp.provider());
    REQUIRE_FALSE(grant);
    CHECK(grant.error().code() == c.code);
    CHECK_THAT(grant.error().describe(), ContainsSubstring("the token endpoint of provider \"idp\" (https://idp.example.com/token)"));
  }
}

TEST_CASE("oidc: Entra's shared endpoints have no issuer that could match, and the error says what to do") {
  Surroundings around;
  FakeIdp idp(around, "https://login.microsoftonline.com/common/v2.0");
  idp.metadata["issuer"] = "https://login.microsoftonline.com/{tenantid}/v2.0";
  const auto url = run_ready(idp.provider()->authorization_url(a_leg())).value();
  REQUIRE_FALSE(url);
  CHECK_THAT(url.error().describe(), ContainsSubstring("tenant's id"));
}

TEST_CASE("oidc: Google's refusal of offline_access is explained") {
  Surroundings around;
  FakeIdp idp(around, "https://accounts.google.com");
  const auto denied =
      log_in(*idp.provider(), {.error = "invalid_scope", .error_description = "Some requested scopes were invalid. {invalid=[offline_access]}"});
  REQUIRE_FALSE(denied);
  CHECK_THAT(denied.error().describe(), ContainsSubstring("access_type=offline"));
}
