#include "core/upstream/oauth2_provider.hpp"

#include <functional>

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/upstream/fake_idp.hpp"

using namespace vmcpauth;
using test::a_callback;
using test::a_leg;
using test::form_of;
using test::json_answer;
using test::Surroundings;

namespace {

Url url(const char* text) { return Url::parse(text).value(); }

config::Upstream github() {
  config::Upstream out{.name = "github",
                       .settings = config::OAuth2Settings{.authorization_endpoint = url("https://github.com/login/oauth/authorize"),
                                                          .token_endpoint = url("https://github.com/login/oauth/access_token")},
                       .client_id = "client-1"};
  out.client_secret.emplace("client-secret-1");
  out.redirect_uri = "https://vmcp.example.com/oauth/callback";
  out.scopes = {"repo", "read:user"};
  return out;
}

config::OAuth2Settings& oauth2(config::Upstream& upstream) { return std::get<config::OAuth2Settings>(upstream.settings); }

Result<upstream::CodeGrant> log_in(Surroundings& around, const config::Upstream& settings) {
  const auto provider = upstream::make_provider(settings, around.dependencies()).value();
  return run_ready(provider->finish(a_callback(), a_leg())).value();
}

void answer_token(Surroundings& around, const Json& body) {
  around.http.on("https://github.com/login/oauth/access_token", [body](const auto&) { return Result<http::ClientResponse>(json_answer(200, body)); });
}

}  // namespace

TEST_CASE("oauth2: the authorization URL has no nonce and keeps the endpoint's own query") {
  Surroundings around;
  auto settings = github();
  oauth2(settings).authorization_endpoint = url("https://slack.com/oauth/v2/authorize?team=T1");
  settings.additional_authorization_params = {{"user_scope", "search:read,users:read"}};
  const auto provider = upstream::make_provider(settings, around.dependencies()).value();
  const auto text = run_ready(provider->authorization_url(a_leg())).value();
  REQUIRE(text);
  CHECK(*text ==
        "https://slack.com/oauth/v2/"
        "authorize?team=T1&response_type=code&client_id=client-1&redirect_uri=https%3A%2F%2Fvmcp.example.com%2Foauth%2Fcallback&scope=repo+read%3Auser"
        "&state=state-1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&user_scope=search%3Aread%2Cusers%3Aread");
  CHECK(around.http.requests.empty());
}

TEST_CASE("oauth2: GitHub's form answer, numeric id and missing expiry") {
  Surroundings around;
  auto settings = github();
  oauth2(settings).userinfo = config::UserInfoEndpoint{
      .endpoint = url("https://api.github.com/user"), .additional_headers = {{"Accept", "application/vnd.github+json"}}, .subject_fields = {"id", "login"}};
  around.http.on("https://github.com/login/oauth/access_token", [](const auto&) {
    return Result<http::ClientResponse>(
        {200, {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}}, "access_token=gho_1&scope=read%3Auser%2Crepo&token_type=bearer"});
  });
  around.http.on_json("https://api.github.com/user", 200, R"({"login":"ada","id":583231,"name":"Ada","email":null})");
  const auto grant = log_in(around, settings);
  REQUIRE(grant);
  CHECK(grant->identity.subject == "583231");
  CHECK(grant->identity.name == "Ada");
  CHECK(grant->identity.email.empty());
  CHECK_FALSE(grant->tokens.expires_at.has_value());
  CHECK(grant->tokens.refresh_token.empty());
  CHECK(grant->tokens.scopes == std::vector<std::string>{"read:user", "repo"});
  // As ToolHive does, the secret goes into the body.
  CHECK(form_of(around.http.requests[0]).at("client_secret") == "client-secret-1");
  const auto& userinfo = around.http.requests[1];
  CHECK(userinfo.method == "GET");
  CHECK(userinfo.headers.get("authorization") == "Bearer gho_1");
  CHECK(userinfo.headers.get("accept") == "application/vnd.github+json");
  CHECK(userinfo.headers.contains("user-agent"));
}

TEST_CASE("oauth2: GitHub's error with HTTP 200 is an error") {
  Surroundings around;
  answer_token(
      around,
      {{"error", "bad_verification_code"}, {"error_description", "The code passed is incorrect or expired."}, {"error_uri", "https://docs.github.com/x"}});
  const auto grant = log_in(around, github());
  REQUIRE_FALSE(grant);
  CHECK(grant.error().code() == ErrorCode::UpstreamError);
  CHECK(grant.error().oauth_code() == "bad_verification_code");
  CHECK_THAT(grant.error().describe(), ContainsSubstring("\"The code passed is incorrect or expired.\""));
}

TEST_CASE("oauth2: Slack's nested tokens, scopes by comma and ok:false") {
  Surroundings around;
  auto settings = github();
  oauth2(settings).token_response_mapping = config::TokenResponseMapping{.access_token_path = "authed_user.access_token", .scope_path = "authed_user.scope"};
  oauth2(settings).identity_from_token = config::IdentityFromToken{.subject_path = "authed_user.id"};
  answer_token(around,
               {{"ok", true}, {"authed_user", {{"id", "U1"}, {"access_token", "xoxp-1"}, {"scope", "search:read,users:read"}, {"token_type", "user"}}}});
  const auto grant = log_in(around, settings);
  REQUIRE(grant);
  CHECK(grant->tokens.access_token.reveal() == "xoxp-1");
  CHECK(grant->tokens.scopes == std::vector<std::string>{"search:read", "users:read"});
  CHECK(grant->identity.subject == "U1");
  answer_token(around, {{"ok", false}, {"error", "invalid_code"}});
  const auto refused = log_in(around, settings);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().oauth_code() == "invalid_code");
}

TEST_CASE("oauth2: identity comes from the token response first, even when userinfo is configured") {
  Surroundings around;
  auto settings = github();
  oauth2(settings).userinfo = config::UserInfoEndpoint{.endpoint = url("https://api.github.com/user")};
  oauth2(settings).identity_from_token =
      config::IdentityFromToken{.subject_path = "access_token|@upstreamjwt|sub", .name_path = "username", .email_path = "access_token|@upstreamjwt|mail"};
  answer_token(around, {{"access_token", "e30." + base64url_encode(R"({"sub":42,"mail":"a@b.c"})") + ".c2ln"}, {"token_type", "Bearer"}, {"username", "ADA"}});
  const auto grant = log_in(around, settings);
  REQUIRE(grant);
  CHECK(grant->identity.subject == "42");
  CHECK(grant->identity.name == "ADA");
  CHECK(grant->identity.email == "a@b.c");
  CHECK(around.http.requests.size() == 1);
}

TEST_CASE("oauth2: a subject path that leads to nothing usable fails the login and says which") {
  for (const Json& username : {Json(nullptr), Json(""), Json(true), Json(1.5), Json({"a"}), Json::object(), Json(std::string(600, 'x'))}) {
    Surroundings around;
    auto settings = github();
    oauth2(settings).identity_from_token = config::IdentityFromToken{.subject_path = "username", .name_path = "absent"};
    answer_token(around, {{"access_token", "at"}, {"token_type", "Bearer"}, {"username", username}});
    const auto grant = log_in(around, settings);
    REQUIRE_FALSE(grant);
    CHECK(grant.error().code() == ErrorCode::BadResponse);
    CHECK_THAT(grant.error().message(), ContainsSubstring("\"username\""));
  }
}

TEST_CASE("oauth2: without an identity the subject is made from the access token, with a warning") {
  Surroundings around;
  answer_token(around, {{"access_token", "at-marker"}, {"token_type", "Bearer"}});
  const auto grant = log_in(around, github());
  REQUIRE(grant);
  CHECK(grant->identity.synthetic);
  CHECK(grant->identity.subject == "tk-" + hex_encode(crypto::sha256("at-marker")).substr(0, 32));
  CHECK(grant->identity.subject.size() == 35);
  CHECK_THAT(*around.log.text, ContainsSubstring("upstream_subject_synthetic"));
  CHECK(around.log.text->find("at-marker") == std::string::npos);
}

TEST_CASE("oauth2: token types other than bearer are refused unless a mapping reinterprets the answer") {
  Surroundings around;
  auto settings = github();
  answer_token(around, {{"access_token", "at"}, {"token_type", "DPoP"}});
  const auto grant = log_in(around, settings);
  REQUIRE_FALSE(grant);
  CHECK(grant.error().code() == ErrorCode::BadResponse);
  oauth2(settings).token_response_mapping = config::TokenResponseMapping{.access_token_path = "access_token"};
  CHECK(log_in(around, settings));
}

TEST_CASE("oauth2: userinfo that fails or names nobody fails the login") {
  struct Case {
    Result<http::ClientResponse> answer;
    ErrorCode code;
  };
  const std::vector<Case> cases{
      {json_answer(401, {{"message", "Bad credentials"}}), ErrorCode::UpstreamError},
      {json_answer(200, {{"ok", false}, {"error", "missing_scope"}}), ErrorCode::UpstreamError},
      {json_answer(200, {{"name", "Ada"}}), ErrorCode::BadResponse},
      {json_answer(200, {{"sub", ""}}), ErrorCode::BadResponse},
      {json_answer(200, {{"sub", 1.5}}), ErrorCode::BadResponse},
      {http::ClientResponse{200, {{"Content-Type", "application/jwt"}}, "a.b.c"}, ErrorCode::BadResponse},
      {http::ClientResponse{200, {}, R"({"sub":"a","sub":"b"})"}, ErrorCode::BadResponse},
      {http::ClientResponse{302, {{"Location", "https://evil.example/"}}, ""}, ErrorCode::UpstreamError},
      {fail(ErrorCode::Timeout, "no answer in 10 s"), ErrorCode::Timeout},
  };
  for (const auto& c : cases) {
    Surroundings around;
    auto settings = github();
    oauth2(settings).userinfo = config::UserInfoEndpoint{.endpoint = url("https://api.github.com/user")};
    answer_token(around, {{"access_token", "at-marker"}, {"token_type", "Bearer"}});
    around.http.on("https://api.github.com/user", [&](const auto&) { return c.answer; });
    const auto grant = log_in(around, settings);
    REQUIRE_FALSE(grant);
    CHECK(grant.error().code() == c.code);
    CHECK_THAT(grant.error().describe(), ContainsSubstring("userinfo endpoint"));
    CHECK(grant.error().describe().find("marker") == std::string::npos);
  }
}

TEST_CASE("oauth2: field mapping tries names in order, whole names before paths") {
  const Json claims{{"id", 0}, {"login", ""}, {"user", {{"id", "nested"}}}, {"https://example.com/id", "namespaced"}, {"flag", true}, {"user.id", "literal"}};
  using Fields = std::vector<std::string>;
  CHECK(upstream::resolve_field(claims, Fields{"login", "absent", "id"}) == "0");
  CHECK(upstream::resolve_field(claims, Fields{"user.id"}) == "literal");
  CHECK(upstream::resolve_field(claims, Fields{"user|id"}) == "nested");
  CHECK(upstream::resolve_field(claims, Fields{"https://example.com/id"}) == "namespaced");
  CHECK(upstream::resolve_field(claims, Fields{"flag", "user", "login"}).empty());
  CHECK(upstream::resolve_field(claims, Fields{}).empty());
}

TEST_CASE("oauth2: userinfo by POST") {
  Surroundings around;
  auto settings = github();
  oauth2(settings).userinfo = config::UserInfoEndpoint{.endpoint = url("https://api.dropboxapi.com/2/users/get_current_account"),
                                                       .http_method = "POST",
                                                       .subject_fields = {"account_id"},
                                                       .name_fields = {"name.display_name"}};
  answer_token(around, {{"access_token", "at"}, {"token_type", "Bearer"}});
  around.http.on_json("https://api.dropboxapi.com/", 200, R"({"account_id":"dbid:1","name":{"display_name":"Ada"}})");
  const auto grant = log_in(around, settings);
  REQUIRE(grant);
  CHECK(grant->identity.subject == "dbid:1");
  CHECK(grant->identity.name == "Ada");
  CHECK(around.http.requests.back().method == "POST");
}

TEST_CASE("oauth2: refresh asks for the granted scopes, else the configured ones, and keeps what is new") {
  Surroundings around;
  auto settings = github();
  answer_token(around, {{"access_token", "at-2"}, {"refresh_token", "rt-2"}, {"expires_in", 28800}, {"token_type", "bearer"}});
  const auto provider = upstream::make_provider(settings, around.dependencies()).value();
  const auto tokens = run_ready(provider->refresh(Secret("rt-1"), {"repo"})).value();
  REQUIRE(tokens);
  CHECK(tokens->refresh_token.reveal() == "rt-2");
  CHECK(tokens->scopes == std::vector<std::string>{"repo"});
  CHECK(form_of(around.http.requests[0]).at("scope") == "repo");
  REQUIRE(run_ready(provider->refresh(Secret("rt-1"), {})).value());
  CHECK(form_of(around.http.requests[1]).at("scope") == "repo read:user");
}

TEST_CASE("oauth2: the way of authenticating that worked is used first the next time") {
  Surroundings around;
  around.http.on("https://github.com/login/oauth/access_token", [](const http::ClientRequest& request) -> Result<http::ClientResponse> {
    if (!request.headers.contains("authorization")) return json_answer(401, {{"error", "invalid_client"}});
    return json_answer(200, {{"access_token", "at"}, {"token_type", "Bearer"}});
  });
  const auto provider = upstream::make_provider(github(), around.dependencies()).value();
  REQUIRE(run_ready(provider->refresh(Secret("rt"), {})).value());
  CHECK(around.http.requests.size() == 2);
  REQUIRE(run_ready(provider->refresh(Secret("rt"), {})).value());
  CHECK(around.http.requests.size() == 3);
}

TEST_CASE("make_provider: settings that cannot work are refused and named") {
  struct Case {
    const char* words;
    std::function<void(config::Upstream&)> change;
  };
  const std::vector<Case> cases{
      {"state", [](auto& u) { u.additional_authorization_params = {{"state", "x"}}; }},
      {"code_challenge_method", [](auto& u) { u.additional_authorization_params = {{"code_challenge_method", "plain"}}; }},
      {"request_uri", [](auto& u) { u.additional_authorization_params = {{"request_uri", "https://evil"}}; }},
      {"response_mode", [](auto& u) { u.additional_authorization_params = {{"response_mode", "fragment"}}; }},
      {"client_id or dcr_config", [](auto& u) { u.client_id.clear(); }},
      {"exclude", [](auto& u) { oauth2(u).dcr.emplace(config::DcrSettings{.discovery_url = url("https://idp.example.com/x")}); }},
      {"exactly one",
       [](auto& u) {
         u.client_id.clear();
         oauth2(u).dcr.emplace();
       }},
      {"required", [](auto& u) { oauth2(u).token_endpoint.reset(); }},
      {"required",
       [](auto& u) {
         u.client_id.clear();
         oauth2(u).authorization_endpoint.reset();
         oauth2(u).dcr.emplace(config::DcrSettings{.registration_endpoint = url("https://idp.example.com/r")});
       }},
      {"token_endpoint is not https", [](auto& u) { oauth2(u).token_endpoint = url("http://idp.example.com/token"); }},
      {"fragment", [](auto& u) { oauth2(u).authorization_endpoint = url("https://idp.example.com/authorize#x"); }},
      {"redirect_uri", [](auto& u) { oauth2(u).authorization_endpoint = url("https://idp.example.com/authorize?redirect_uri=x"); }},
      {"character", [](auto& u) { oauth2(u).token_response_mapping = config::TokenResponseMapping{.access_token_path = "a.#.b"}; }},
      {"character", [](auto& u) { oauth2(u).identity_from_token = config::IdentityFromToken{.subject_path = "a|@pretty"}; }},
      {"empty path", [](auto& u) { oauth2(u).identity_from_token = config::IdentityFromToken{}; }},
      {"GET nor POST", [](auto& u) { oauth2(u).userinfo = config::UserInfoEndpoint{.endpoint = url("https://a/b"), .http_method = "PUT"}; }},
      {"Authorization",
       [](auto& u) { oauth2(u).userinfo = config::UserInfoEndpoint{.endpoint = url("https://a/b"), .additional_headers = {{"Authorization", "x"}}}; }},
      {"Host", [](auto& u) { oauth2(u).userinfo = config::UserInfoEndpoint{.endpoint = url("https://a/b"), .additional_headers = {{"Host", "x"}}}; }},
      {"not a header",
       [](auto& u) { oauth2(u).userinfo = config::UserInfoEndpoint{.endpoint = url("https://a/b"), .additional_headers = {{"X-A", "b\r\nX-Evil: 1"}}}; }},
      {"not a header", [](auto& u) { oauth2(u).userinfo = config::UserInfoEndpoint{.endpoint = url("https://a/b"), .additional_headers = {{"X A", "b"}}}; }},
      {"openid", [](auto& u) { u.settings = config::OidcSettings{.issuer_url = "https://idp.example.com"}; }},
      {"issuer_url",
       [](auto& u) {
         u.scopes = {"openid"};
         u.settings = config::OidcSettings{.issuer_url = "idp.example.com"};
       }},
      {"issuer_url is not https",
       [](auto& u) {
         u.scopes = {"openid"};
         u.settings = config::OidcSettings{.issuer_url = "http://idp.example.com"};
       }},
      {"client_id",
       [](auto& u) {
         u.scopes = {"openid"};
         u.client_id.clear();
         u.settings = config::OidcSettings{.issuer_url = "https://idp.example.com"};
       }},
  };
  for (const auto& c : cases) {
    INFO(c.words);
    Surroundings around;
    auto settings = github();
    c.change(settings);
    const auto made = upstream::make_provider(settings, around.dependencies());
    REQUIRE_FALSE(made);
    CHECK(made.error().code() == ErrorCode::InvalidConfig);
    CHECK_THAT(made.error().describe(), ContainsSubstring(c.words));
    CHECK_THAT(made.error().describe(), ContainsSubstring("upstream \"github\""));
  }
}
