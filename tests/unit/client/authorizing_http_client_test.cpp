#include "core/client/authorizing_http_client.hpp"

#include "core/jose/verifier.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/fake_token_source.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;

namespace {

const std::string kServer = "https://mcp.test/mcp";

struct World {
  test::FakeHttpClient inner;
  test::FakeTokenSource tokens;
  test::FakeClock clock;
  test::CountingRandom random;
  client::ServerAccess access{*Url::parse(kServer), tokens, clock, random};
  client::AuthorizingHttpClient http{inner, access};
  std::vector<http::ClientResponse> answers;

  World() {
    inner.on("https://", [this](const http::ClientRequest&) -> Result<http::ClientResponse> {
      REQUIRE_FALSE(answers.empty());
      auto answer = answers.front();
      answers.erase(answers.begin());
      return answer;
    });
  }

  Result<http::ClientResponse> post(const std::string& url = kServer) {
    http::ClientRequest request{.method = "POST", .url = *Url::parse(url), .body = "{}"};
    auto sent = http.send(std::move(request));
    auto done = run_ready(std::move(sent));
    REQUIRE(done.has_value());
    return *std::move(done);
  }
  [[nodiscard]] std::string authorization(std::size_t index) const { return std::string(inner.requests.at(index).headers.get("authorization").value_or("")); }
};

http::ClientResponse refusal(int status, std::string challenge, http::Headers more = {}) {
  more.add("WWW-Authenticate", std::move(challenge));
  return {status, std::move(more), ""};
}

const http::ClientResponse kFine{200, {}, "fine"};

}  // namespace

TEST_CASE("authorizing client: the credential goes to its server and nowhere else") {
  struct Case {
    const char* url;
    bool signed_in;
  };
  const Case cases[] = {
      {"https://mcp.test/mcp", true},
      {"https://mcp.test/mcp?x=1", true},
      {"https://mcp.test/mcp/", true},
      {"https://mcp.test/mcp/below", true},
      {"https://mcp.test:443/mcp", true},
      {"https://mcp.test/mcp2", false},
      {"https://mcp.test/", false},
      {"https://mcp.test/mcp/../admin", false},
      {"https://mcp.test/mcp/%2e%2e/admin", false},
      {"https://mcp.test:8443/mcp", false},
      {"https://evil.test/mcp", false},
      {"http://mcp.test/mcp", false},
      {"https://mcp.test.evil.test/mcp", false},
  };
  for (const auto& c : cases) {
    INFO(c.url);
    World world;
    world.inner.on("http://", [](const http::ClientRequest&) -> Result<http::ClientResponse> { return kFine; });
    world.tokens.first = "t1";
    world.answers = {kFine};
    REQUIRE(world.post(c.url).has_value());
    CHECK(world.authorization(0) == (c.signed_in ? "Bearer t1" : ""));
  }
}

TEST_CASE("authorizing client: a refused token is renewed and the request made again") {
  World world;
  world.tokens.first = "t1";
  world.tokens.renewed = {"t2"};
  world.answers = {refusal(401, "Bearer error=\"invalid_token\", scope=\"a b\", resource_metadata=\"https://mcp.test/meta\""), kFine};
  const auto answer = world.post();
  REQUIRE(answer.has_value());
  CHECK(answer->body == "fine");
  CHECK(world.authorization(1) == "Bearer t2");
  CHECK(world.inner.requests.at(1).body == "{}");
  REQUIRE(world.tokens.renewals.size() == 1);
  CHECK(world.tokens.renewals[0].resource_metadata->text() == "https://mcp.test/meta");
  CHECK(world.tokens.renewals[0].scopes == oauth::Scopes{"a", "b"});
  CHECK(world.tokens.refused == std::vector<std::string>{"t1"});
}

TEST_CASE("authorizing client: renewals end, with a sentence") {
  World world;
  world.tokens.renewed = {"t1", "t2", "t3"};
  for (int i = 0; i < 5; ++i) world.answers.push_back(refusal(401, "Bearer error=\"invalid_token\", error_description=\"wrong audience\""));
  const auto answer = world.post();
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code() == ErrorCode::Unauthenticated);
  CHECK(answer.error().describe() ==
        "https://mcp.test refuses the token of a login that just succeeded: it says invalid_token: \"wrong audience\": "
        "'vmcpauth doctor https://mcp.test/mcp' shows what it expects");
  CHECK(world.inner.requests.size() == 3);
}

TEST_CASE("authorizing client: scopes are stepped up once for each set") {
  World world;
  world.tokens.first = "t1";
  world.tokens.stepped_up = {"t2", "t3", "t4"};
  world.answers = {refusal(403, "Bearer error=\"insufficient_scope\", scope=\"write\""), refusal(403, "Bearer error=\"insufficient_scope\", scope=\"admin\""),
                   kFine};
  REQUIRE(world.post().has_value());
  CHECK(world.authorization(2) == "Bearer t3");
  CHECK(world.tokens.step_ups.at(1).scopes == oauth::Scopes{"admin"});

  World stuck;
  stuck.tokens.first = "t1";
  stuck.tokens.stepped_up = {"t2", "t3"};
  for (int i = 0; i < 5; ++i) stuck.answers.push_back(refusal(403, "Bearer error=\"insufficient_scope\", scope=\"admin\""));
  const auto answer = stuck.post();
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code() == ErrorCode::Forbidden);
  CHECK(stuck.tokens.step_ups.size() == 1);
}

TEST_CASE("authorizing client: other refusals and source failures are passed on") {
  World forbidden;
  forbidden.tokens.first = "t1";
  forbidden.answers = {refusal(403, "Bearer error=\"access_denied\"")};
  CHECK(forbidden.post()->status == 403);

  World nobody;
  nobody.answers = {refusal(401, "Bearer")};
  CHECK(nobody.post().error().code() == ErrorCode::Unauthenticated);
  CHECK(nobody.authorization(0).empty());

  World elsewhere;
  elsewhere.tokens.first = "t1";
  elsewhere.answers = {refusal(401, "Bearer")};
  CHECK(elsewhere.post("https://other.test/mcp")->status == 401);
}

TEST_CASE("authorizing client: DPoP binds key, token, request and nonce") {
  World world;
  world.tokens.first = "t1";
  world.tokens.key = std::make_shared<const oauth::DpopKey>(*oauth::DpopKey::generate());
  world.answers = {refusal(401, "DPoP error=\"use_dpop_nonce\"", {{"DPoP-Nonce", "n1"}}), {200, {{"DPoP-Nonce", "n2"}}, ""}, kFine};
  REQUIRE(world.post(kServer + "?q=1").has_value());
  REQUIRE(world.post().has_value());
  CHECK(world.tokens.renewals.empty());

  std::vector<std::string> jtis;
  const char* nonces[] = {"", "n1", "n2"};
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(world.authorization(i) == "DPoP t1");
    const auto proof = jose::UnverifiedToken::parse(*world.inner.requests.at(i).headers.get("dpop"));
    REQUIRE(proof);
    const Json& claims = proof->claims();
    CHECK(claims.at("htu") == kServer);
    CHECK(claims.at("htm") == "POST");
    CHECK(claims.at("ath") == "YotJ2W3N6XpDDdT1l3BYmeCalo95NJHktwTK4zpA3AI");
    CHECK(claims.value("nonce", "") == nonces[i]);
    CHECK(proof->header().at("typ") == "dpop+jwt");
    CHECK_FALSE(proof->header().at("jwk").contains("d"));
    jtis.push_back(claims.at("jti"));
  }
  CHECK(jtis[0] != jtis[1]);
  CHECK(jtis[1] != jtis[2]);

  World stubborn;
  stubborn.tokens.first = "t1";
  stubborn.tokens.key = world.tokens.key;
  stubborn.answers = {refusal(401, "DPoP error=\"use_dpop_nonce\"", {{"DPoP-Nonce", "n1"}}),
                      refusal(401, "DPoP error=\"use_dpop_nonce\"", {{"DPoP-Nonce", "n2"}})};
  CHECK(stubborn.post().error().code() == ErrorCode::BadResponse);
}
