#include "core/identity/authenticator.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using identity::read_bearer;

TEST_CASE("bearer: reads a token in any case of the scheme", "[identity]") {
  for (const char* value : {"Bearer abc.def-_~+/==", "bearer abc.def-_~+/==", "BEARER abc.def-_~+/==", "Bearer   abc.def-_~+/=="}) {
    INFO(value);
    const auto token = read_bearer({{"authorization", value}});
    REQUIRE(token.has_value());
    REQUIRE(token->has_value());
    CHECK((*token)->reveal() == "abc.def-_~+/==");
  }
}

TEST_CASE("bearer: no Authorization, or another scheme, is no token", "[identity]") {
  CHECK(read_bearer({}).value() == std::nullopt);
  for (const char* value : {"", "Basic dXNlcjpwdw==", "DPoP abc", "Bearerabc", "Token abc"}) {
    INFO(value);
    const auto token = read_bearer({{"Authorization", value}});
    REQUIRE(token.has_value());
    CHECK_FALSE(token->has_value());
  }
}

TEST_CASE("bearer: two Authorization fields are a bad request", "[identity]") {
  const auto token = read_bearer({{"Authorization", "Bearer a"}, {"authorization", "Bearer a"}});
  REQUIRE_FALSE(token.has_value());
  CHECK(token.error().status == 400);
  CHECK(token.error().error == "invalid_request");
}

TEST_CASE("bearer: text that is no b64token is an invalid token", "[identity]") {
  for (const std::string& value : {std::string("Bearer"), std::string("Bearer "), std::string("Bearer ="), std::string("Bearer a b"), std::string("Bearer a,b"),
                                   std::string("Bearer \"a\""), std::string("Bearer a=b"), std::string("Bearer a\tb"), std::string("Bearer \ta"),
                                   std::string("Bearer a\xc3\xa9"), std::string("Bearer a%20b"), std::string("Bearer a;b"), std::string("Bearer Bearer a"),
                                   std::string("Bearer a\0b", 10), "Bearer " + std::string(16 * 1024 + 1, 'a')}) {
    INFO(value.substr(0, 40));
    const auto token = read_bearer({{"Authorization", value}});
    REQUIRE_FALSE(token.has_value());
    CHECK(token.error().status == 401);
    CHECK(token.error().error == "invalid_token");
  }
}

TEST_CASE("bearer: of all bytes exactly those of RFC 6750 are a token's", "[identity]") {
  const std::string allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/";
  for (int byte = 0; byte < 256; ++byte) {
    INFO(byte);
    const char c = static_cast<char>(byte);
    const auto token = read_bearer({{"Authorization", std::string("Bearer aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") + c + "b"}});
    CHECK(token.has_value() == (allowed.find(c) != std::string::npos));
  }
}

TEST_CASE("anonymous: lets everybody in, whatever they send", "[identity]") {
  identity::AnonymousAuthenticator anonymous;
  for (const http::Headers& headers :
       {http::Headers{}, http::Headers{{"Authorization", "Bearer a b"}}, http::Headers{{"Authorization", "x"}, {"Authorization", "y"}}}) {
    const auto outcome = run_ready(anonymous.authenticate(headers));
    REQUIRE(outcome.has_value());
    REQUIRE(outcome->has_value());
    CHECK((**outcome)->anonymous);
    CHECK((**outcome)->bearer.empty());
  }
}
