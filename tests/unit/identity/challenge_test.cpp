#include "core/identity/challenge.hpp"

#include "core/base/json.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using identity::Challenge;
using identity::ChallengeContext;

namespace {
const ChallengeContext context{
    .realm = "https://as.example", .resource_metadata = "https://mcp.example/.well-known/oauth-protected-resource/mcp", .scopes = {"openid", "profile"}};
}  // namespace

TEST_CASE("challenge: without a token there is no error code in the header", "[identity]") {
  const auto response = identity::challenge_response(Challenge::missing_token(), context);
  CHECK(response.status == 401);
  CHECK(*response.headers.get("www-authenticate") ==
        "Bearer realm=\"https://as.example\", resource_metadata=\"https://mcp.example/.well-known/oauth-protected-resource/mcp\", scope=\"openid profile\"");
  CHECK(*response.headers.get("cache-control") == "no-store");
  CHECK(response.body == R"({"error":"invalid_request","error_description":"a bearer token is needed"})");
}

TEST_CASE("challenge: whole header of each refusal", "[identity]") {
  const ChallengeContext bare;
  CHECK(identity::www_authenticate(Challenge::missing_token(), bare) == "Bearer");
  CHECK(identity::www_authenticate(Challenge::refused(Error(ErrorCode::Expired, "token has expired").note("expired 4s ago")), bare) ==
        "Bearer error=\"invalid_token\", error_description=\"token has expired\"");
  CHECK(identity::www_authenticate(Challenge::invalid_request({ErrorCode::InvalidInput, "twice"}), bare) ==
        "Bearer error=\"invalid_request\", error_description=\"twice\"");
  const auto step_up = Challenge::insufficient_scope({"a", "b"});
  CHECK(step_up.status == 403);
  CHECK(identity::www_authenticate(step_up, {.realm = {}, .resource_metadata = {}, .scopes = {"openid"}}) ==
        "Bearer scope=\"a b\", error=\"insufficient_scope\", error_description=\"the token does not have the scopes this needs\"");
}

TEST_CASE("challenge: nothing can break out of a quoted value", "[identity]") {
  const std::string evil = "a\"b\\c\r\nSet-Cookie: x=y\x01\x7f\xc3\xa9";
  const auto header =
      identity::www_authenticate(Challenge::refused({ErrorCode::Unauthenticated, evil}), {.realm = evil, .resource_metadata = evil, .scopes = {evil}});
  CHECK(http::is_header_value(header));
  const std::string escaped = "a\\\"b\\\\c??Set-Cookie: x=y????";
  CHECK(header == "Bearer realm=\"" + escaped + "\", resource_metadata=\"" + escaped + "\", scope=\"" + escaped +
                      "\", error=\"invalid_token\", error_description=\"a'b/c??Set-Cookie: x=y????\"");
}

TEST_CASE("challenge: our own trouble is 503 without a challenge", "[identity]") {
  for (const auto code : {ErrorCode::Unavailable, ErrorCode::Unreachable, ErrorCode::Timeout, ErrorCode::Internal}) {
    const auto response = identity::challenge_response(Challenge::refused({code, "redis at 10.0.0.1 is down"}), context);
    CHECK(response.status == 503);
    CHECK_FALSE(response.headers.contains("www-authenticate"));
    CHECK(response.headers.contains("retry-after"));
    CHECK(response.body.find("redis") == std::string::npos);
  }
}

TEST_CASE("challenge: notes stay in the log", "[identity]") {
  const auto challenge = Challenge::refused(Error(ErrorCode::Unauthenticated, "token is for another audience").note("aud is [\"x\"]"));
  const auto response = identity::challenge_response(challenge, context);
  CHECK(response.body == R"({"error":"invalid_token","error_description":"token is for another audience"})");
  CHECK(response.headers.get("www-authenticate")->find("aud is") == std::string_view::npos);
  CHECK(challenge.cause.describe() == "token is for another audience: aud is [\"x\"]");
}
