#include "core/upstream/token_response.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using upstream::parse_token_document;
using upstream::read_token_response;

namespace {

Result<upstream::TokenResponse> read(const std::string& json) {
  TRY(auto document, parse_token_document("application/json", json));
  return read_token_response(document, nullptr, true);
}

}  // namespace

TEST_CASE("token response: JSON and forms are read alike") {
  const auto form = parse_token_document("application/x-www-form-urlencoded; charset=utf-8", "access_token=gho_x&scope=repo%2Cgist&token_type=bearer");
  REQUIRE(form);
  const auto read_form = read_token_response(*form, nullptr, true);
  REQUIRE(read_form);
  CHECK(read_form->access_token.reveal() == "gho_x");
  CHECK(read_form->scopes == std::vector<std::string>{"repo", "gist"});
  CHECK_FALSE(read_form->lifetime.has_value());
  CHECK(read_form->token_type == "bearer");
  // A form under text/plain, and JSON under a wrong type, both exist.
  CHECK(parse_token_document("text/plain", "access_token=x")->contains("access_token"));
  CHECK(parse_token_document("text/plain", " {\"access_token\":\"x\"}")->contains("access_token"));
  CHECK(parse_token_document("", "{\"access_token\":\"x\"}")->contains("access_token"));
}

TEST_CASE("token response: bodies that cannot be one are refused") {
  const std::vector<std::pair<std::string, std::string>> bodies{
      {"application/json", ""},
      {"application/json", "null"},
      {"application/json", "\"access_token\""},
      {"application/json", "[{\"access_token\":\"x\"}]"},
      {"application/json", R"({"access_token":"x","access_token":"y"})"},
      {"application/json", R"({"access_token":"x"} trailing)"},
      {"application/json", std::string(40, '[') + std::string(40, ']')},
      {"application/json", "{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}"},
      {"application/json", "{\"access_token\":\"" + std::string(1U << 20U, 'x') + "\"}"},
      {"application/json", "access_token=x"},
      {"text/html", "<html>access_token=x</html>"},
      {"application/x-www-form-urlencoded", "access_token=x&access_token=y"},
      {"application/x-www-form-urlencoded", "access_token=%zz"},
      {"application/x-www-form-urlencoded", "access_token=%ff%fe"},
      {"application/x-www-form-urlencoded", "access_token=%00"},
  };
  for (const auto& [type, body] : bodies) {
    INFO(type << ": " << body.substr(0, 60));
    const auto document = parse_token_document(type, body);
    REQUIRE_FALSE(document);
    CHECK(document.error().code() == ErrorCode::BadResponse);
  }
}

TEST_CASE("token response: members of the wrong kind are refused without being repeated") {
  const std::vector<std::string> bodies{
      "{}",
      R"({"access_token":null})",
      R"({"access_token":""})",
      R"({"access_token":["marker"]})",
      R"({"access_token":{"marker":1}})",
      R"({"access_token":17})",
      R"({"access_token":"mark\r\nX-Evil: 1"})",
      R"({"access_token":"mark er"})",
      "{\"access_token\":\"mark\xC3\xA4r\"}",
      R"({"access_token":"mark\u0000er"})",
      "{\"access_token\":\"" + std::string(70'000, 'm') + "\"}",
      R"({"access_token":"marker","refresh_token":["marker"]})",
      R"({"access_token":"marker","refresh_token":"a\nb"})",
      R"({"access_token":"marker","id_token":true})",
      R"({"access_token":"marker","expires_in":"soon"})",
      R"({"access_token":"marker","expires_in":""})",
      R"({"access_token":"marker","expires_in":true})",
      R"({"access_token":"marker","expires_in":[3600]})",
      R"({"access_token":"marker","expires_in":"1e999"})",
      R"({"access_token":"marker","expires_in":"3600s"})",
      R"({"access_token":"marker","scope":5})",
      R"({"access_token":"marker","scope":[5]})",
      R"({"access_token":"marker","token_type":["Bearer"]})",
      R"({"access_token":"marker","issued_token_type":1})",
  };
  for (const auto& body : bodies) {
    INFO(body.substr(0, 80));
    const auto response = read(body);
    REQUIRE_FALSE(response);
    CHECK(response.error().code() == ErrorCode::BadResponse);
    CHECK(response.error().describe().find("marker") == std::string::npos);
  }
}

TEST_CASE("token response: expires_in as the field sends it") {
  const auto lifetime = [](const std::string& value) {
    const auto response = read(R"({"access_token":"x","expires_in":)" + value + "}");
    REQUIRE(response);
    return response->lifetime;
  };
  CHECK(lifetime("3600") == Seconds(3600));
  CHECK(lifetime("\"3600\"") == Seconds(3600));
  CHECK(lifetime("3599.9") == Seconds(3599));
  CHECK(lifetime("\"43200.0\"") == Seconds(43200));
  CHECK(lifetime("1e300") == Seconds(2'147'483'647));
  CHECK(lifetime("18446744073709551615") == Seconds(2'147'483'647));
  for (const char* none : {"null", "0", "-1", "\"0\"", "0.4"}) CHECK_FALSE(lifetime(none).has_value());
}

TEST_CASE("token response: scopes by spaces, commas or as a list") {
  const auto scopes = [](const std::string& value, bool commas) {
    const auto document = parse_token_document("application/json", R"({"access_token":"x","scope":)" + value + "}").value();
    return read_token_response(document, nullptr, commas).value().scopes;
  };
  using List = std::vector<std::string>;
  CHECK(scopes("\"a b  a c\"", true) == List{"a", "b", "c"});
  CHECK(scopes("\"repo,gist, user\"", true) == List{"repo", "gist", "user"});
  CHECK(scopes("\"a,b c\"", false) == List{"a,b", "c"});
  CHECK(scopes(R"(["a","b c"])", true) == List{"a", "b", "c"});
  for (const char* silent : {"null", "\"\"", "\" , \"", "[]"}) CHECK_FALSE(scopes(silent, true).has_value());
  std::string many;
  for (int i = 0; i < 600; ++i) many += "s" + std::to_string(i) + " ";
  CHECK_FALSE(read(R"({"access_token":"x","scope":")" + many + "\"}"));
}

TEST_CASE("token response: only bearer tokens can be presented") {
  const auto type = [](const std::string& value) {
    return upstream::require_bearer(read(R"({"access_token":"x","token_type":)" + value + "}").value()).has_value();
  };
  for (const char* fine : {"\"Bearer\"", "\"bearer\"", "\"BEARER\"", "null", "\"\""}) CHECK(type(fine));
  for (const char* other : {"\"DPoP\"", "\"mac\"", "\"Bearer \"", "\"N_A\"", "\"user\""}) CHECK_FALSE(type(other));
}

TEST_CASE("token response: a mapping replaces the standard members and does not fall back to them") {
  const auto paths =
      upstream::ResponsePaths::make(
          {.access_token_path = "authed_user.access_token", .scope_path = "authed_user.scope", .refresh_token_path = "", .expires_in_path = "authed_user.ttl"})
          .value();
  const Json slack{{"ok", true},
                   {"access_token", "bot"},
                   {"token_type", "user"},
                   {"refresh_token", "rt"},
                   {"authed_user", {{"access_token", "user-token"}, {"scope", "a,b"}, {"ttl", "60"}}}};
  const auto response = read_token_response(slack, &paths, true);
  REQUIRE(response);
  CHECK(response->access_token.reveal() == "user-token");
  CHECK(response->refresh_token.reveal() == "rt");
  CHECK(response->lifetime == Seconds(60));
  CHECK(response->scopes == std::vector<std::string>{"a", "b"});
  Json without = slack;
  without["authed_user"].erase("access_token");
  const auto bot_only = read_token_response(without, &paths, true);
  REQUIRE_FALSE(bot_only);
  CHECK_THAT(bot_only.error().message(), ContainsSubstring("authed_user.access_token"));
  for (const char* bad : {"", "a.#", "a..b"}) CHECK_FALSE(upstream::ResponsePaths::make({.access_token_path = bad}));
  CHECK_FALSE(upstream::ResponsePaths::make({.access_token_path = "a", .scope_path = "*"}));
}
