#include "core/upstream/token_endpoint.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/upstream/fake_idp.hpp"

using namespace vmcpauth;
using test::form_of;
using test::json_answer;
using upstream::ClientAuthentication;

namespace {

const Url kEndpoint = Url::parse("https://idp.example.com/token").value();

upstream::TokenRequest a_request(ClientAuthentication method, ClientAuthentication fallback = ClientAuthentication::None) {
  upstream::TokenRequest request{.peer = {"provider \"idp\"", "token endpoint", kEndpoint}};
  request.form = {{"grant_type", "authorization_code"}, {"code", "code-marker"}};
  request.secrets = {"code-marker"};
  request.client = {"client id", Secret(method == ClientAuthentication::None ? "" : "s:e%c+marker"), method};
  request.fallback = fallback;
  return request;
}

Result<upstream::TokenAnswer> ask(test::FakeHttpClient& http, upstream::TokenRequest request) {
  return run_ready(upstream::ask_token_endpoint(http, std::move(request))).value();
}

}  // namespace

TEST_CASE("token endpoint: Basic form-encodes id and secret (RFC 6749 §2.3.1)") {
  CHECK(upstream::basic_authorization("client id", "s:e%c+marker") == "Basic " + base64_encode("client+id:s%3Ae%25c%2Bmarker"));
  test::FakeHttpClient http;
  http.on_json("https://idp.example.com/", 200, R"({"access_token":"x"})");
  REQUIRE(ask(http, a_request(ClientAuthentication::Basic)));
  CHECK(http.requests[0].method == "POST");
  CHECK(http.requests[0].headers.get("authorization") == "Basic " + base64_encode("client+id:s%3Ae%25c%2Bmarker"));
  CHECK(form_of(http.requests[0]) == std::map<std::string, std::string>{{"grant_type", "authorization_code"}, {"code", "code-marker"}});
  REQUIRE(ask(http, a_request(ClientAuthentication::Post)));
  CHECK_FALSE(http.requests[1].headers.contains("authorization"));
  CHECK(form_of(http.requests[1]).at("client_secret") == "s:e%c+marker");
  REQUIRE(ask(http, a_request(ClientAuthentication::None)));
  CHECK(form_of(http.requests[2]) ==
        std::map<std::string, std::string>{{"grant_type", "authorization_code"}, {"code", "code-marker"}, {"client_id", "client id"}});
}

TEST_CASE("token endpoint: a refused client is tried the other way, once") {
  test::FakeHttpClient http;
  http.on("https://idp.example.com/", [](const http::ClientRequest& request) -> Result<http::ClientResponse> {
    if (request.headers.contains("authorization")) return json_answer(401, {{"error", "invalid_client"}});
    return json_answer(200, {{"access_token", "x"}});
  });
  const auto answer = ask(http, a_request(ClientAuthentication::Basic, ClientAuthentication::Post));
  REQUIRE(answer);
  CHECK(answer->method == ClientAuthentication::Post);
  CHECK(http.requests.size() == 2);
  CHECK_FALSE(ask(http, a_request(ClientAuthentication::Basic)));
  CHECK(http.requests.size() == 3);
}

TEST_CASE("token endpoint: nothing but a refused client is tried again") {
  struct Case {
    int status;
    Json body;
    std::size_t requests;
  };
  const auto [status, body, requests] =
      GENERATE(Case{400, {{"error", "invalid_grant"}}, 1}, Case{500, {{"error", "server_error"}}, 1}, Case{403, {{"error", "access_denied"}}, 1},
               Case{200, {{"error", "bad_verification_code"}}, 1}, Case{400, {{"error", "invalid_client"}}, 2}, Case{401, Json::object(), 2},
               Case{200, {{"error", "incorrect_client_credentials"}}, 2});
  test::FakeHttpClient http;
  http.on_json("https://idp.example.com/", status, dump_json(body));
  CHECK_FALSE(ask(http, a_request(ClientAuthentication::Basic, ClientAuthentication::Post)));
  CHECK(http.requests.size() == requests);
}

TEST_CASE("token endpoint: the second try's own refusal is told when the client was accepted") {
  test::FakeHttpClient http;
  http.on("https://idp.example.com/", [](const http::ClientRequest& request) -> Result<http::ClientResponse> {
    return json_answer(400, {{"error", request.headers.contains("authorization") ? "invalid_client" : "invalid_grant"}});
  });
  const auto answer = ask(http, a_request(ClientAuthentication::Basic, ClientAuthentication::Post));
  REQUIRE_FALSE(answer);
  CHECK(answer.error().oauth_code() == "invalid_grant");
}

TEST_CASE("token endpoint: refusals in every shape become UpstreamError in the provider's redacted words") {
  struct Case {
    int status;
    const char* type;
    std::string body;
    const char* code;
    const char* words;
  };
  const std::vector<Case> cases{
      {400, "application/json", R"({"error":"invalid_grant","error_description":"Code code-marker expired"})", "invalid_grant",
       "\"Code [redacted] expired\" (HTTP 400)"},
      {200, "application/x-www-form-urlencoded", "error=bad_verification_code&error_description=The+code+passed+is+incorrect+or+expired.",
       "bad_verification_code", "GitHub's code was used before"},
      {200, "application/json", R"({"ok":false,"error":"invalid_code"})", "invalid_code", "HTTP 200"},
      {200, "application/json", R"({"ok":false})", nullptr, "ok is false"},
      {400, "application/json", R"({"error":{"message":"Invalid OAuth access token.","type":"OAuthException","code":190}})", "190",
       "Invalid OAuth access token."},
      {400, "application/json", R"({"error":{"status":"PERMISSION_DENIED"}})", "PERMISSION_DENIED", "HTTP 400"},
      {400, "application/json", R"({"error":["x"]})", nullptr, "answered with an error"},
      {400, "application/json", R"({"error":"code-marker"})", nullptr, "[redacted]"},
      {400, "application/json", R"({"error":"inv\"alid\\","error_description":"x"})", nullptr, "\"x\""},
      {401, "application/json", R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided."})", "invalid_client",
       "Entra wants the secret's value"},
      {500, "text/html", "<!DOCTYPE html><html><head><title>Oops code-marker</title></head><body>stack trace</body></html>", nullptr,
       "an HTML page titled \"Oops [redacted]\""},
      {502, "text/html", "<html>nothing</html>", nullptr, "an HTML page"},
      {503, "text/plain", "", nullptr, "an empty body"},
      {503, "text/plain", "upstream connect error", nullptr, "\"upstream connect error\""},
      {302, "", "", nullptr, "HTTP 302"},
      {400, "application/json", "{\"error\":\"invalid_grant\",\"error_description\":\"" + std::string(5000, 'x') + " y\"}", "invalid_grant", "…\" (HTTP 400)"},
  };
  for (const auto& c : cases) {
    INFO(c.body.substr(0, 100));
    test::FakeHttpClient http;
    http.on("https://idp.example.com/", [&](const auto&) { return Result<http::ClientResponse>({c.status, {{"Content-Type", c.type}}, c.body}); });
    const auto answer = ask(http, a_request(ClientAuthentication::Post));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code() == ErrorCode::UpstreamError);
    if (c.code == nullptr) {
      CHECK_FALSE(answer.error().oauth_code().has_value());
    } else {
      CHECK(answer.error().oauth_code() == c.code);
    }
    CHECK_THAT(answer.error().describe(), ContainsSubstring(c.words));
    CHECK(answer.error().describe().find("marker") == std::string::npos);
    CHECK(answer.error().describe().size() < 1000);
  }
}

TEST_CASE("token endpoint: the secret does not come back in any disguise") {
  test::FakeHttpClient http;
  http.on("https://idp.example.com/", [](const http::ClientRequest& request) -> Result<http::ClientResponse> {
    const auto basic = request.headers.get("authorization").value_or("");
    return json_answer(401, {{"error", "invalid_client"}, {"error_description", "got " + std::string(basic) + " and " + request.body + " and s:e%c+marker"}});
  });
  for (const auto method : {ClientAuthentication::Basic, ClientAuthentication::Post}) {
    const auto answer = ask(http, a_request(method));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().describe().find("marker") == std::string::npos);
    CHECK(answer.error().describe().find(base64_encode("client+id:s%3Ae%25c%2Bmarker")) == std::string::npos);
  }
}
