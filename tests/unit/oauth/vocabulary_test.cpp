#include <set>

#include "core/base/encoding.hpp"
#include "core/oauth/client_authentication.hpp"
#include "core/oauth/error.hpp"
#include "core/oauth/opaque_token.hpp"
#include "core/oauth/parameters.hpp"
#include "core/oauth/pkce.hpp"
#include "core/oauth/redaction.hpp"
#include "core/oauth/resource.hpp"
#include "core/oauth/scope.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;
using namespace vmcpauth::oauth;

TEST_CASE("pkce: RFC 7636 appendix B") {
  constexpr const char* verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  constexpr const char* challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  CHECK(s256_challenge(verifier) == challenge);
  CHECK(verifies(challenge, verifier));
  CHECK_FALSE(verifies(challenge, challenge));
  CHECK_FALSE(verifies(verifier, verifier));
  CHECK_FALSE(verifies("", ""));
}

TEST_CASE("pkce: syntax of verifiers and challenges") {
  CHECK(is_code_verifier(std::string(43, 'a')));
  CHECK(is_code_verifier(std::string(128, '~')));
  for (const std::string& bad :
       {std::string(42, 'a'), std::string(129, 'a'), std::string(43, '+'), std::string(43, ' '), std::string(42, 'a') + "\n", std::string(43, '\0')})
    CHECK_FALSE(is_code_verifier(bad));
  CHECK(is_s256_challenge(std::string(42, 'A') + "A"));
  CHECK_FALSE(is_s256_challenge(std::string(42, 'A') + "B"));  // trailing bits
  CHECK_FALSE(is_s256_challenge(std::string(43, '+')));
  CHECK_FALSE(is_s256_challenge(std::string(44, 'A')));
  test::CountingRandom random;
  CHECK(is_code_verifier(make_code_verifier(random).reveal()));
}

TEST_CASE("scope: tokens in order, each once") {
  CHECK(*parse_scope("openid  email openid ") == Scopes{"openid", "email"});
  CHECK(parse_scope("")->empty());
  CHECK(*parse_scope("mcp:tools https://graph.example/.default") == Scopes{"mcp:tools", "https://graph.example/.default"});
  for (const std::string bad : {"a\"b", "a\\b", "a\tb", "a\nb", "\xC3\xA9", "\x7f"}) CHECK_FALSE(parse_scope(bad).has_value());
  std::string many;
  for (int i = 0; i < 101; ++i) many += "s" + std::to_string(i) + " ";
  CHECK(parse_scope(many).error().code() == ErrorCode::TooLarge);
  CHECK_FALSE(parse_scope(std::string(257, 'a')).has_value());
  CHECK(join_scope({"a", "b"}) == "a b");
  CHECK(*first_missing({"a", "c"}, {"a", "b"}) == "c");
  CHECK(first_missing({}, {}) == nullptr);
  CHECK(scope_union({"a"}, {"b", "a"}) == Scopes{"a", "b"});
}

TEST_CASE("errors: codes map there and back, a provider's own code stays its own affair") {
  CHECK(oauth_code(Error(ErrorCode::Expired, "x")) == "invalid_grant");
  CHECK(oauth_code(refuse("invalid_target", "x").error()) == "invalid_target");
  CHECK(oauth_code(Error(ErrorCode::UpstreamError, "x").with_oauth_code("invalid_grant")) == "server_error");
  CHECK(oauth_code(Error(ErrorCode::InvalidInput, "x").with_oauth_code("made up")) == "invalid_request");
  CHECK(http_status("invalid_client") == 401);
  CHECK(http_status("invalid_grant") == 400);
  CHECK(http_status("server_error") == 500);
  CHECK(http_status("temporarily_unavailable") == 503);
  CHECK(http_status("slow_down") == 429);
  CHECK(http_status("unheard_of") == 400);
  for (const char* code : {"invalid_request", "invalid_client", "invalid_grant", "access_denied", "server_error", "login_required"}) {
    CHECK(fixed_description(code) == as_description(fixed_description(code)) + "");
    CHECK_FALSE(fixed_description(code).empty());
  }
  CHECK(as_description("a\"b\\c\nd\xC3\xA9") == "a'b'c?d??");
  CHECK(as_description(std::string(1000, 'x')).size() == 300);
}

TEST_CASE("parameters: once each, empty as absent, resource and audience may repeat") {
  const auto parameters = Parameters::parse("a=1&b=&resource=x&resource=y&audience=&audience=z&c=%20+");
  REQUIRE(parameters.has_value());
  CHECK_FALSE(parameters->duplicate().has_value());
  CHECK(parameters->get("a") == "1");
  CHECK_FALSE(parameters->has("b"));
  CHECK_FALSE(parameters->has("nothing"));
  CHECK(parameters->get("c") == "  ");
  CHECK(parameters->all("resource") == std::vector<std::string>{"x", "y"});
  CHECK(Parameters::parse("a=1&a=1")->duplicate() == "a");
  CHECK(Parameters::parse("a=&a=")->duplicate() == "a");
  CHECK(Parameters::parse("a&a=2")->duplicate() == "a");
  CHECK(Parameters::parse("%61=1&a=2")->duplicate() == "a");
  CHECK_FALSE(Parameters::parse("a=%ff").has_value());
  CHECK_FALSE(Parameters::parse("a=%00").has_value());
  CHECK_FALSE(Parameters::parse("a=%").has_value());
}

TEST_CASE("resource: one absolute http(s) URI without fragment, byte for byte one of ours") {
  const std::vector<std::string> allowed{"https://a.example/mcp"};
  CHECK(**requested_resource({"https://a.example/mcp"}, allowed) == "https://a.example/mcp");
  CHECK_FALSE(requested_resource({}, allowed)->has_value());
  CHECK_FALSE(requested_resource({""}, allowed)->has_value());
  for (const std::string bad : {"https://a.example/mcp/", "https://A.example/mcp", "https://a.example", "https://a.example/mcp#", "https://a.example/mcp?x",
                                "/mcp", "urn:x", "a.example/mcp", "https://"}) {
    INFO(bad);
    CHECK(oauth_code(requested_resource({bad}, allowed).error()) == "invalid_target");
  }
  CHECK_FALSE(requested_resource({"https://a.example/mcp", "https://a.example/mcp"}, allowed).has_value());
  CHECK_FALSE(requested_resource({"https://a.example/mcp"}, {}).has_value());
}

TEST_CASE("client authentication: one method, both halves of Basic form-decoded") {
  const auto read = [](http::Headers headers, const std::string& form) { return read_client_credentials(headers, *Parameters::parse(form)); };
  const auto basic = [](const std::string& text) { return http::Headers{{"Authorization", "Basic " + base64_encode(text)}}; };
  CHECK_FALSE(read({}, "grant_type=x")->has_value());
  CHECK((*read({}, "client_id=c"))->method == ClientAuthMethod::None);
  const auto post = read({}, "client_id=c&client_secret=s%2B");
  CHECK((*post)->method == ClientAuthMethod::Post);
  CHECK((*post)->secret.reveal() == "s+");
  const auto decoded = read(basic("c%3Ax:s%2B%20t+u"), "");
  CHECK((*decoded)->client_id == "c:x");
  CHECK((*decoded)->secret.reveal() == "s+ t u");
  CHECK((*read(basic("id:a:b"), ""))->secret.reveal() == "a:b");
  CHECK((*read(basic("id:"), "client_id=id"))->client_id == "id");
  const Secret odd("p&=:% +");
  const auto round = read({{"Authorization", basic_authorization("my id", odd).reveal()}}, "");
  CHECK((*round)->client_id == "my id");
  CHECK((*round)->secret.reveal() == odd.reveal());
  struct Case {
    http::Headers headers;
    const char* form;
    const char* error;
  };
  const std::vector<Case> cases{{basic("c:s"), "client_secret=s", "invalid_request"},
                                {basic("c:s"), "client_id=d", "invalid_request"},
                                {{{"Authorization", "Basic Yzpz"}, {"authorization", "Basic Yzpz"}}, "", "invalid_request"},
                                {{}, "client_secret=s", "invalid_request"},
                                {{{"Authorization", "Bearer x"}}, "client_id=c", "invalid_client"},
                                {{{"Authorization", "Basic"}}, "client_id=c", "invalid_client"},
                                {{{"Authorization", "Basic a"}}, "", "invalid_client"},
                                {basic("no colon"), "", "invalid_client"},
                                {basic(":secret"), "", "invalid_client"},
                                {basic("c%zz:s"), "", "invalid_client"},
                                {{}, "client_id=c&client_assertion=x", "invalid_client"}};
  for (const auto& c : cases) {
    const auto result = read(c.headers, c.form);
    INFO(c.form);
    REQUIRE_FALSE(result.has_value());
    CHECK(oauth_code(result.error()) == c.error);
  }
}

TEST_CASE("opaque tokens: only ours, of their kind, by any configured secret") {
  std::vector<Secret> secrets;
  secrets.emplace_back(std::string(32, 'a'));
  const auto tokens = *OpaqueTokens::with_secrets(secrets);
  SystemRandom random;
  const auto minted = tokens.mint(OpaqueKind::RefreshToken, random);
  const auto& text = minted.token.reveal();
  CHECK(tokens.signature(OpaqueKind::RefreshToken, text).value() == minted.signature);
  CHECK(text.find(minted.signature) != std::string::npos);
  CHECK_FALSE(tokens.signature(OpaqueKind::AuthorizationCode, text).has_value());
  CHECK_FALSE(tokens.signature(OpaqueKind::AuthorizationCode, "vac_" + text.substr(4)).has_value());
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto changed = text;
    changed[i] = changed[i] == 'x' ? 'y' : 'x';
    CHECK_FALSE(tokens.signature(OpaqueKind::RefreshToken, changed).has_value());
    CHECK_FALSE(tokens.signature(OpaqueKind::RefreshToken, text.substr(0, i)).has_value());
  }
  CHECK_FALSE(tokens.signature(OpaqueKind::RefreshToken, text + "x").has_value());
  CHECK(tokens.mint(OpaqueKind::RefreshToken, random).token.reveal() != text);

  secrets.insert(secrets.begin(), Secret(std::string(32, 'b')));
  const auto rotated = *OpaqueTokens::with_secrets(secrets);
  CHECK(rotated.signature(OpaqueKind::RefreshToken, text).has_value());
  CHECK_FALSE(tokens.signature(OpaqueKind::RefreshToken, rotated.mint(OpaqueKind::RefreshToken, random).token.reveal()).has_value());

  CHECK_FALSE(OpaqueTokens::with_secrets({}).has_value());
  std::vector<Secret> weak;
  weak.emplace_back(std::string(31, 'a'));
  CHECK_FALSE(OpaqueTokens::with_secrets(weak).has_value());
}

TEST_CASE("redaction: credentials go, what people need stays") {
  struct Case {
    const char* text;
    const char* want;
  };
  const std::vector<Case> cases{
      {"access_denied: the user said no", "access_denied: the user said no"},
      {"AADSTS65001: consent missing. Trace ID: 4b1b8a7e-9d5c-4f7f-9a43-2f0d3c1a5b00",
       "AADSTS65001: consent missing. Trace ID: 4b1b8a7e-9d5c-4f7f-9a43-2f0d3c1a5b00"},
      {"bad token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl here", "bad token [redacted] here"},
      {R"({"access_token":"short","error":"x"})", R"({"access_token":"[redacted]","error":"x"})"},
      {R"({"client_secret": "p w"})", R"({"client_secret": "[redacted] w"})"},
      {"GET /cb?code=abc&state=def&x=1", "GET /cb?code=[redacted]&state=[redacted]&x=1"},
      {"see https://login.microsoftonline.com/common/oauth2/v2.0/authorize", "see https://login.microsoftonline.com/common/oauth2/v2.0/authorize"},
      {"ghp_16C7e42F292c6912E7710c838347Ae178B4a", "[redacted]"},
      {"line\nbreak\x1b[31m",
       "line\xEF\xBF\xBD"
       "break\xEF\xBF\xBD[31m"},
  };
  for (const auto& c : cases) CHECK(redact(c.text) == c.want);
  CHECK(redact(std::string(100'000, ' ')).size() <= 503);
}
