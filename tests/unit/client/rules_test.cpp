// The pure rules of a login: scopes, redirects, pasted URLs, legs, assertions, registration.
#include "core/client/client_identity.hpp"
#include "core/client/leg_watch.hpp"
#include "core/client/login.hpp"
#include "core/client/pasted_redirect.hpp"
#include "core/client/registration.hpp"
#include "core/client/scope_choice.hpp"
#include "core/http/date.hpp"
#include "core/jose/key_ring.hpp"
#include "core/jose/verifier.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;

TEST_CASE("scope choice: what the user says, else the challenge, else the resource, else nothing") {
  struct Case {
    client::ScopeSources sources;
    const char* want;
  };
  const Case cases[] = {
      {{}, ""},
      {{.server = {"offline_access"}}, ""},
      {{.resource = {"r1", "r2"}}, "r1 r2"},
      {{.challenge = {"c"}, .resource = {"r"}}, "c"},
      {{.challenge = {"c"}, .resource = {"r"}, .server = {"c", "offline_access"}}, "c offline_access"},
      {{.challenge = {"c", "offline_access"}, .server = {"c"}}, "c"},
      {{.challenge = {"c"}, .resource = {"r"}, .before = {"b"}}, "b c"},
      {{.challenge = {"b"}, .before = {"b"}}, "b"},
      {{.wanted = {"w"}, .resource = {"r"}, .server = {"offline_access"}}, "w"},
      {{.wanted = {"w"}, .challenge = {"c"}, .before = {"b"}}, "w b c"},
  };
  for (const auto& c : cases) {
    INFO(c.want);
    CHECK(oauth::join_scope(client::choose_scopes(c.sources)) == c.want);
  }
}

TEST_CASE("authorization response: iss is compared as RFC 9207 says") {
  oauth::ServerMetadata promising;
  promising.issuer = "https://as.test";
  promising.authorization_endpoint = *Url::parse("https://as.test/authorize");
  promising.authorization_response_iss_parameter_supported = true;
  auto silent = promising;
  silent.authorization_response_iss_parameter_supported = false;
  struct Case {
    const char* query;
    bool with_promise, without;
  };
  const Case cases[] = {
      {"code=x&iss=https%3A%2F%2Fas.test", true, true},
      {"code=x", false, true},
      {"code=x&iss=https%3A%2F%2Fas.test%2F", false, false},
      {"code=x&iss=https%3A%2F%2Fevil.test", false, false},
      {"code=x&iss=", false, true},
      {"code=x&code=y", false, false},
      {"", false, false},
      {"code=", false, false},
      {"code=x&iss=https%3A%2F%2Fas.test&iss=x", false, false},
      {"code=%zz", false, false},
  };
  for (const auto& c : cases) {
    INFO(c.query);
    CHECK(client::read_authorization_response(c.query, promising).has_value() == c.with_promise);
    CHECK(client::read_authorization_response(c.query, silent).has_value() == c.without);
  }
  const auto denied = client::read_authorization_response("error=access_denied&error_description=no+thanks", silent);
  CHECK(denied.error().code() == ErrorCode::Denied);
  CHECK_THAT(denied.error().describe(), ContainsSubstring("no thanks"));
  const auto other = client::read_authorization_response("error=server_error&code=secret-code", silent);
  CHECK(other.error().code() == ErrorCode::UpstreamError);
  CHECK_THAT(other.error().describe(), !ContainsSubstring("secret-code"));
  // An answer of another issuer says nothing, not even no.
  CHECK(client::read_authorization_response("error=access_denied&iss=https%3A%2F%2Fevil.test", promising).error().code() == ErrorCode::BadResponse);
}

TEST_CASE("pasted redirect: the URL of this login is taken, with what clings to it") {
  const std::string uri = "http://127.0.0.1:7000/callback";
  const std::string state = "s-1";
  for (const auto* text : {"http://127.0.0.1:7000/callback?code=c&state=s-1", " \"http://127.0.0.1:7000/callback?code=c&state=s-1\"\r\n",
                           "<http://127.0.0.1:7000/callback?code=c&state=s-1#top>"}) {
    INFO(text);
    CHECK(client::read_pasted_redirect(text, uri, state) == "code=c&state=s-1");
  }
  struct Case {
    const char* text;
    ErrorCode code;
  };
  const Case cases[] = {
      {"", ErrorCode::InvalidInput},
      {"code=c&state=s-1", ErrorCode::InvalidInput},
      {"http://127.0.0.1:7000/callback", ErrorCode::InvalidInput},
      {"http://127.0.0.1:7000/callbackx?code=c&state=s-1", ErrorCode::InvalidInput},
      {"http://127.0.0.1:7001/callback?code=c&state=s-1", ErrorCode::InvalidInput},
      {"https://evil.test/?http://127.0.0.1:7000/callback?code=c&state=s-1", ErrorCode::InvalidInput},
      {"http://127.0.0.1:7000/callback?code=c", ErrorCode::BadResponse},
      {"http://127.0.0.1:7000/callback?code=c&state=s-2", ErrorCode::BadResponse},
      {"http://127.0.0.1:7000/callback?code=c&state=s-1&state=s-1", ErrorCode::BadResponse},
      {"http://127.0.0.1:7000/callback?code=c&state=%73-1%00", ErrorCode::BadResponse},
  };
  for (const auto& c : cases) {
    INFO(c.text);
    const auto read = client::read_pasted_redirect(c.text, uri, state);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code() == c.code);
  }
  CHECK_FALSE(client::has_state("code=c", ""));
  CHECK_FALSE(client::has_state("code=c&state=", ""));
}

TEST_CASE("legs: each is told once for every state it takes") {
  const auto legs = client::read_legs(
      R"({"legs":[{"provider":"corp","status":"done","seconds":2.14},{"provider":"github","status":"running"},{"provider":"x","status":"waiting"}]})");
  CHECK(client::describe_changes({}, legs) == std::vector<std::string>{"1 of 3 corp \u2713 2.1 s", "2 of 3 github …"});
  CHECK(client::describe_changes(legs, legs).empty());
  auto later = legs;
  later[1].status = "failed";
  CHECK(client::describe_changes(legs, later) == std::vector<std::string>{"2 of 3 github failed"});
  for (const auto* text : {"", "[]", "{}", R"({"legs":1})", R"({"legs":[1,{},{"provider":1,"status":"done"}]})"}) CHECK(client::read_legs(text).empty());
}

TEST_CASE("client identity: each method sends what it should and no more") {
  test::FakeClock clock;
  test::CountingRandom random;
  const client::AssertionContext context{"https://as.test", clock.now(), random};
  client::ClientIdentity identity;
  identity.id = "c 1";
  const auto sent = [&](client::AuthMethod method) {
    identity.method = method;
    FormFields form;
    http::Headers headers;
    REQUIRE(client::authenticate(identity, context, form, headers).has_value());
    return form_encode(form) + "|" + std::string(headers.get("authorization").value_or(""));
  };
  CHECK(sent(client::AuthMethod::None) == "client_id=c+1|");
  identity.secret = Secret("s+1");
  CHECK(sent(client::AuthMethod::Basic) == "|Basic YysxOnMlMkIx");
  CHECK(sent(client::AuthMethod::Post) == "client_id=c+1&client_secret=s%2B1|");

  identity.key_pem = *jose::KeyRing::generate_pem(jose::Algorithm::Es256);
  identity.key_id = "k1";
  identity.method = client::AuthMethod::PrivateKeyJwt;
  FormFields form;
  http::Headers headers;
  REQUIRE(client::authenticate(identity, context, form, headers).has_value());
  REQUIRE(form.size() == 3);
  const auto assertion = jose::UnverifiedToken::parse(form[2].second);
  REQUIRE(assertion.has_value());
  CHECK(assertion->header().at("kid") == "k1");
  CHECK(assertion->claims().at("aud") == "https://as.test");
  CHECK(assertion->claims().at("iss") == "c 1");
  CHECK(assertion->claims().at("sub") == "c 1");
  CHECK(assertion->claims().at("exp").get<std::int64_t>() - unix_seconds(clock.now()) == 120);

  identity.key_pem = Secret("no key");
  CHECK_FALSE(client::authenticate(identity, context, form, headers).has_value());
}

TEST_CASE("client identity: the method follows the metadata") {
  oauth::ServerMetadata server;
  client::ClientIdentity identity;
  CHECK(client::choose_method(identity, server) == client::AuthMethod::None);
  identity.secret = Secret("s");
  CHECK(client::choose_method(identity, server) == client::AuthMethod::Basic);
  server.token_endpoint_auth_methods_supported = {"client_secret_post"};
  CHECK(client::choose_method(identity, server) == client::AuthMethod::Post);
  server.token_endpoint_auth_methods_supported = {"client_secret_post", "client_secret_basic"};
  CHECK(client::choose_method(identity, server) == client::AuthMethod::Basic);
  identity.key_pem = Secret("k");
  CHECK(client::choose_method(identity, server) == client::AuthMethod::PrivateKeyJwt);
}

TEST_CASE("registration: a native application with the method the server likes") {
  oauth::ServerMetadata server;
  const auto method = [&] {
    return Json::parse(client::registration_body(client::GrantKind::AuthorizationCode, "http://127.0.0.1:1/callback", server)).at("token_endpoint_auth_method");
  };
  CHECK(method() == "none");
  server.token_endpoint_auth_methods_supported = {"client_secret_post", "client_secret_basic"};
  CHECK(method() == "client_secret_basic");
  server.token_endpoint_auth_methods_supported = {"private_key_jwt"};
  CHECK(method() == "none");
  const auto body = Json::parse(client::registration_body(client::GrantKind::AuthorizationCode, "http://127.0.0.1:1/callback", server));
  CHECK(body.at("application_type") == "native");
  CHECK(body.at("redirect_uris") == Json::array({"http://127.0.0.1:1/callback"}));
  CHECK(body.at("grant_types") == Json::array({"authorization_code", "refresh_token"}));
}

TEST_CASE("registration: a grant without a redirect asks for itself and nothing else") {
  oauth::ServerMetadata server;
  server.token_endpoint_auth_methods_supported = {"none", "client_secret_post"};
  struct Case {
    client::GrantKind grant;
    Json types;
    const char* method;
  };
  const std::vector<Case> cases{
      {client::GrantKind::DeviceCode, Json::array({"urn:ietf:params:oauth:grant-type:device_code", "refresh_token"}), "none"},
      {client::GrantKind::ClientCredentials, Json::array({"client_credentials"}), "client_secret_post"},
      {client::GrantKind::JwtBearer, Json::array({"urn:ietf:params:oauth:grant-type:jwt-bearer"}), "none"},
      {client::GrantKind::IdentityAssertion, Json::array({"urn:ietf:params:oauth:grant-type:jwt-bearer"}), "none"},
  };
  for (const auto& each : cases) {
    const auto body = Json::parse(client::registration_body(each.grant, "", server));
    INFO(body.dump());
    CHECK(body.at("grant_types") == each.types);
    CHECK(body.at("redirect_uris") == Json::array());
    CHECK(body.at("response_types") == Json::array());
    CHECK(body.at("token_endpoint_auth_method") == each.method);
  }
}

TEST_CASE("clock difference: said when it is more than a minute") {
  const auto now = from_unix_seconds(784'111'777);  // Sun, 06 Nov 1994 08:49:37 GMT
  const auto said = [&](const char* date) {
    http::Headers headers;
    headers.add("Date", date);
    return http::clock_difference(headers, now);
  };
  CHECK(said("Sun, 06 Nov 1994 08:49:37 GMT").empty());
  CHECK(said("Sun, 06 Nov 1994 08:50:30 GMT").empty());
  CHECK(said("Sun, 06 Nov 1994 07:49:37 GMT") == "this machine's clock is 60 minutes ahead of the server's");
  CHECK(said("Sun, 06 Nov 1994 08:51:07 GMT") == "this machine's clock is 90 seconds behind the server's");
  for (const auto* bad : {"", "now", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
                          "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 0x Nov 1994 08:49:37 GMT"}) {
    INFO(bad);
    CHECK(said(bad).empty());
  }
  CHECK(http::clock_difference({}, now).empty());
}
