#include "core/identity/embedded_authenticator.hpp"

#include "core/base/encoding.hpp"
#include "core/jose/key_ring.hpp"
#include "tests/support/fakes.hpp"
#include "tests/unit/identity/failing_store.hpp"
#include "tests/unit/identity/fakes.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using namespace std::chrono_literals;
using identity::EmbeddedAuthenticator;
using identity::Outcome;

namespace {

struct Fixture {
  FakeClock clock;
  FakeTimer timer{clock};
  CountingRandom random;
  RecordingLog log;
  FailingStore store;
  FakeProvider github{"github"}, google{"google"};
  identity::UpstreamRefresher refresher{store, {{"github", &github}, {"google", &google}}, {clock, random, timer, log.logger}};
  jose::KeyRing ring = *jose::KeyRing::generate();
  identity::EmbeddedSettings settings{.issuer = "http://localhost:4483", .audiences = {"http://localhost:4483/mcp"}, .required_scopes = {}};

  Fixture() {
    put("tsid-1", row("github", "gh-access", "gh-refresh", clock.now() + 1h));
    put("tsid-1", row("google", "go-access", "go-refresh", std::nullopt));
  }
  void put(const std::string& tsid, store::UpstreamTokens tokens_row, const std::string& user = "user-1") {
    tokens_row.user_id = user;
    REQUIRE(now_of(store.put_upstream_tokens(tsid, std::move(tokens_row))).has_value());
  }
  EmbeddedAuthenticator make() { return {settings, std::make_shared<const jose::JwkSet>(ring.public_keys()), store, refresher, clock, log.logger}; }

  Json claims() const {
    const auto now = unix_seconds(clock.now());
    return {
        {"iss", "http://localhost:4483"}, {"aud", "http://localhost:4483/mcp"},       {"sub", "user-1"}, {"iat", now}, {"exp", now + 3600}, {"tsid", "tsid-1"},
        {"scope", "openid profile"},      {"scp", Json::array({"openid", "profile"})}};
  }
  std::string token(const Json& body, std::string_view typ = "at+jwt") const { return *ring.sign(typ, body); }
  std::string changed(const char* name, Json value) const {
    auto body = claims();
    body[name] = std::move(value);
    return token(body);
  }
};

Outcome ask(identity::Authenticator& authenticator, const std::string& token) {
  return now_of(authenticator.authenticate(http::Headers{{"Authorization", "Bearer " + token}}));
}

}  // namespace

TEST_CASE_METHOD(Fixture, "embedded: a good token becomes an identity with the session's upstream tokens", "[identity]") {
  auto authenticator = make();
  const auto bearer = token(claims());
  const auto outcome = ask(authenticator, bearer);
  REQUIRE(outcome.has_value());
  const auto& who = **outcome;
  CHECK(who.subject == "user-1");
  CHECK(who.session_id == "tsid-1");
  CHECK(who.scopes == std::vector<std::string>{"openid", "profile"});
  CHECK(who.audiences == std::vector<std::string>{"http://localhost:4483/mcp"});
  CHECK(who.bearer.reveal() == bearer);
  CHECK_FALSE(who.anonymous);
  REQUIRE(who.upstream_tokens.size() == 2);
  CHECK(who.upstream_tokens.at("github").access_token.reveal() == "gh-access");
  CHECK(who.upstream_tokens.at("google").id_token.reveal() == "id-of-google");
  CHECK(who.upstream_failures.empty());
}

TEST_CASE_METHOD(Fixture, "embedded: typ is at+jwt, JWT or absent", "[identity]") {
  auto authenticator = make();
  CHECK(ask(authenticator, token(claims(), "JWT")).has_value());
  CHECK(ask(authenticator, token(claims(), "at+jwt")).has_value());
  CHECK_FALSE(ask(authenticator, token(claims(), "id+jwt")).has_value());
}

TEST_CASE_METHOD(Fixture, "embedded: refuses tokens that are not for us, by status and challenge", "[identity]") {
  auto authenticator = make();
  const auto other = *jose::KeyRing::generate();
  const auto now = unix_seconds(clock.now());
  auto no_session = claims();
  no_session.erase("tsid");
  auto no_subject = claims();
  no_subject.erase("sub");
  const std::pair<const char*, std::string> cases[] = {
      {"another key", *other.sign("at+jwt", claims())},
      {"expired", changed("exp", now - 31)},
      {"not valid yet", changed("nbf", now + 31)},
      {"another issuer", changed("iss", "http://localhost:4483/")},
      {"another audience", changed("aud", "http://localhost:4483/other")},
      {"no session", token(no_session)},
      {"empty session", changed("tsid", "")},
      {"session is a number", changed("tsid", 7)},
      {"session is huge", changed("tsid", std::string(257, 's'))},
      {"no subject", token(no_subject)},
      {"unknown session", changed("tsid", "tsid-2")},
      {"alg none", base64url_encode(R"({"alg":"none"})") + "." + base64url_encode(dump_json(claims())) + "."},
      {"not a JWT", "opaque-token"},
  };
  for (const auto& [name, bearer] : cases) {
    INFO(name);
    const auto outcome = ask(authenticator, bearer);
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().status == 401);
    CHECK(outcome.error().error == "invalid_token");
  }
}

TEST_CASE_METHOD(Fixture, "embedded: tokens of grants without a login are let in when asked for, without upstream tokens", "[identity]") {
  settings.require_session = false;
  auto authenticator = make();
  auto no_session = claims();
  no_session.erase("tsid");
  const auto outcome = ask(authenticator, token(no_session));
  REQUIRE(outcome.has_value());
  CHECK((*outcome)->subject == "user-1");
  CHECK((*outcome)->session_id.empty());
  CHECK((*outcome)->upstream_tokens.empty());
  for (const Json& tsid : {Json(""), Json(7), Json(nullptr), Json("tsid-2")}) CHECK_FALSE(ask(authenticator, changed("tsid", tsid)).has_value());
}

TEST_CASE_METHOD(Fixture, "embedded: clock skew within the leeway is let through, and named beyond it", "[identity]") {
  auto authenticator = make();
  const auto now = unix_seconds(clock.now());
  CHECK(ask(authenticator, changed("exp", now - 29)).has_value());
  const auto outcome = ask(authenticator, changed("exp", now - 34));
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().description == "token has expired");
  CHECK(outcome.error().cause.describe() == "token has expired: expired 34s ago (leeway 30s)");
  CHECK(log.text->find("expired 34s ago (leeway 30s)") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "embedded: no token, or another scheme, is a challenge without error", "[identity]") {
  auto authenticator = make();
  for (const http::Headers& headers : {http::Headers{}, http::Headers{{"Authorization", "Basic eA=="}}}) {
    const auto outcome = now_of(authenticator.authenticate(headers));
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().status == 401);
    CHECK(outcome.error().error.empty());
  }
  CHECK(now_of(authenticator.authenticate(http::Headers{{"Authorization", "Bearer a"}, {"Authorization", "Bearer a"}})).error().status == 400);
}

TEST_CASE_METHOD(Fixture, "embedded: a cached token stops at its expiry", "[identity]") {
  auto authenticator = make();
  const auto bearer = changed("exp", unix_seconds(clock.now()) + 60);
  CHECK(ask(authenticator, bearer).has_value());
  clock.advance(60s + 29s);
  CHECK(ask(authenticator, bearer).has_value());
  clock.advance(1s);
  CHECK_FALSE(ask(authenticator, bearer).has_value());
}

TEST_CASE_METHOD(Fixture, "embedded: a revoked session ends a cached token at once", "[identity]") {
  auto authenticator = make();
  const auto bearer = token(claims());
  CHECK(ask(authenticator, bearer).has_value());
  REQUIRE(now_of(store.erase_session("tsid-1")).has_value());
  const auto outcome = ask(authenticator, bearer);
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().status == 401);
  CHECK(outcome.error().description == "the session is over; sign in again");
}

TEST_CASE_METHOD(Fixture, "embedded: tokens of another session are never seen", "[identity]") {
  put("tsid-2", row("github", "theirs", "r", std::nullopt));
  auto authenticator = make();
  const auto mine = ask(authenticator, token(claims()));
  const auto theirs = ask(authenticator, changed("tsid", "tsid-2"));
  CHECK((*mine)->upstream_tokens.at("github").access_token.reveal() == "gh-access");
  CHECK((*theirs)->upstream_tokens.at("github").access_token.reveal() == "theirs");
  CHECK((*theirs)->upstream_tokens.size() == 1);
}

TEST_CASE_METHOD(Fixture, "embedded: an expired upstream token is refreshed on the way", "[identity]") {
  auto authenticator = make();
  github.answer = [this](const std::string&) -> Result<upstream::Tokens> { return tokens("gh-access-2", "gh-refresh-2", clock.now() + 1h); };
  clock.advance(1h);
  const auto outcome = ask(authenticator, token(claims()));
  REQUIRE(outcome.has_value());
  CHECK((*outcome)->upstream_tokens.at("github").access_token.reveal() == "gh-access-2");
  CHECK((*outcome)->upstream_tokens.at("github").id_token.reveal() == "id-of-github");
  CHECK(github.redeemed.size() == 1);
  CHECK(google.redeemed.empty());
}

TEST_CASE_METHOD(Fixture, "embedded: strict, one provider that cannot be refreshed refuses the request", "[identity]") {
  auto authenticator = make();
  github.answer = [](const std::string&) -> Result<upstream::Tokens> {
    return std::unexpected(Error(ErrorCode::UpstreamError, "bad_refresh_token").with_oauth_code("invalid_grant"));
  };
  clock.advance(1h);
  const auto outcome = ask(authenticator, token(claims()));
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().status == 401);
  CHECK(outcome.error().error == "invalid_token");
  CHECK(outcome.error().description == "the sign-in at provider github is no longer valid; sign in again");
  CHECK(outcome.error().cause.describe().find("bad_refresh_token") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "embedded: not strict, that provider is listed as failed and the others serve", "[identity]") {
  settings.strict_upstreams = false;
  auto authenticator = make();
  github.answer = [](const std::string&) -> Result<upstream::Tokens> { return fail(ErrorCode::Timeout, "provider does not answer"); };
  clock.advance(1h);
  const auto outcome = ask(authenticator, token(claims()));
  REQUIRE(outcome.has_value());
  CHECK_FALSE((*outcome)->upstream_tokens.contains("github"));
  CHECK((*outcome)->upstream_tokens.contains("google"));
  REQUIRE((*outcome)->upstream_failures.contains("github"));
  CHECK((*outcome)->upstream_failures.at("github").code() == ErrorCode::UpstreamToken);
}

TEST_CASE_METHOD(Fixture, "embedded: a store that is down is 503, strict or not", "[identity]") {
  for (const bool strict : {true, false}) {
    settings.strict_upstreams = strict;
    auto authenticator = make();
    store.reads_fail = true;
    const auto outcome = ask(authenticator, token(claims()));
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().status == 503);
    store.reads_fail = false;
  }
}

TEST_CASE_METHOD(Fixture, "embedded: scopes that are demanded and missing are 403", "[identity]") {
  settings.required_scopes = {"openid", "admin"};
  auto authenticator = make();
  const auto outcome = ask(authenticator, token(claims()));
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().status == 403);
  CHECK(outcome.error().scopes == std::vector<std::string>{"openid", "admin"});
  CHECK(ask(authenticator, changed("scope", "admin openid")).has_value());
}

TEST_CASE_METHOD(Fixture, "embedded: no token text reaches the log", "[identity]") {
  auto authenticator = make();
  const auto bearer = changed("aud", "http://elsewhere");
  static_cast<void>(ask(authenticator, bearer));
  CHECK(log.text->find("bearer_refused") != std::string::npos);
  CHECK(log.text->find(bearer.substr(bearer.rfind('.') + 1)) == std::string::npos);
  CHECK(log.text->find("gh-access") == std::string::npos);
}

TEST_CASE_METHOD(Fixture, "embedded: a tsid whose tokens were stored for another user is refused", "[identity]") {
  put("tsid-3", row("github", "theirs", "r", std::nullopt), "user-2");
  auto authenticator = make();
  CHECK_FALSE(ask(authenticator, changed("tsid", "tsid-3")).has_value());
}
