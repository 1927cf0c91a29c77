#include "core/authserver/assertion_grants.hpp"
#include "core/jose/key_ring.hpp"
#include "core/oauth/grant_types.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/authserver/world.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

constexpr const char* kIdp = "https://idp.example";
const std::string kSecret(40, 's');

// A server with a delegate client, a trusted issuer, and a user's access token.
struct Delegation {
  World world{{"github"}};
  jose::KeyRing idp = *jose::KeyRing::generate();
  std::string client_id, subject_token;

  Delegation() {
    world.config.delegate_clients.push_back({"agent", Secret(kSecret), {"openid", "email"}, {kResource}});
    world.config.delegate_clients.push_back({"other-agent", Secret(kSecret), {"openid"}, {kResource}});
    config::TrustedIssuer trusted;
    trusted.issuer_url = kIdp;
    trusted.jwks_url = *Url::parse("https://idp.example/keys");
    trusted.expected_audience = kResource;
    trusted.allowed_actors = {"reporting"};
    trusted.allowed_delegate_clients = {"agent"};
    world.config.trusted_issuers.push_back(trusted);
    world.http.on_json("https://idp.example/keys", 200, idp.public_keys().to_json_text());
    start();
  }
  void start() {
    world.start();
    client_id = world.register_client()["client_id"];
    subject_token = world.redeem(client_id, world.obtain_code(client_id)).body["access_token"];
  }
  [[nodiscard]] Json foreign_claims() const {
    const auto now = unix_seconds(world.clock.now());
    return {{"iss", kIdp}, {"sub", "ext-1"}, {"aud", kResource}, {"exp", now + 300}, {"iat", now}, {"azp", "reporting"}, {"scope", "openid"}};
  }
  [[nodiscard]] std::string foreign(const Json& claims) const { return *idp.sign("JWT", claims); }
  http::Response exchange(FormFields more, const std::string& client = "agent", const std::string& secret = kSecret) {
    FormFields form{{"grant_type", std::string(oauth::kTokenExchange)},
                    {"client_id", client},
                    {"client_secret", secret},
                    {"subject_token", subject_token},
                    {"subject_token_type", std::string(oauth::kAccessTokenType)}};
    for (const auto& [name, value] : more) form = with(std::move(form), name, value);
    return world.post_form("/oauth/token", form);
  }
  std::string error(const FormFields& more, const std::string& client = "agent") {
    const auto body = *parse_json_object(exchange(more, client).body);
    return body.value("error", "none");
  }
};

Json with_claim(Json claims, const char* name, Json value) {
  claims[name] = std::move(value);
  return claims;
}

}  // namespace

TEST_CASE("exchange: a delegate client gets a narrower, shorter token for the same user that says who acts") {
  Delegation d;
  const auto response = d.exchange({{"scope", "openid"}, {"resource", kResource}});
  REQUIRE(response.status == 200);
  const auto body = *parse_json_object(response.body);
  CHECK(body["issued_token_type"] == "urn:ietf:params:oauth:token-type:access_token");
  CHECK(body["token_type"] == "Bearer");
  CHECK(body["expires_in"] == 900);
  CHECK_FALSE(body.contains("refresh_token"));
  const auto claims = World::claims_of(body["access_token"]);
  const auto subject = World::claims_of(d.subject_token);
  CHECK(claims["sub"] == subject["sub"]);
  CHECK(claims["client_id"] == "agent");
  CHECK(claims["scope"] == "openid");
  CHECK(claims["act"] == Json{{"iss", kIssuer}, {"sub", "agent"}});
  CHECK_FALSE(claims.contains("tsid"));  // no way to the user's upstream tokens
}

TEST_CASE("exchange: no longer than the subject token lives") {
  Delegation d;
  d.world.clock.advance(Seconds(3600 - 100));
  CHECK(parse_json_object(d.exchange({}).body)->at("expires_in") == 100);
  d.world.clock.advance(Seconds(100));
  CHECK(d.error({}) == "invalid_request");
}

TEST_CASE("exchange: requests that are refused") {
  Delegation d;
  struct Case {
    const char* what;
    FormFields more;
    const char* error;
  };
  auto altered = d.subject_token;
  altered[altered.size() - 10] = altered[altered.size() - 10] == 'A' ? 'B' : 'A';
  const std::vector<Case> cases{
      {"no subject token", {{"subject_token", ""}}, "invalid_request"},
      {"no type", {{"subject_token_type", ""}}, "invalid_request"},
      {"ID token type", {{"subject_token_type", std::string(oauth::kIdTokenType)}}, "invalid_request"},
      {"unknown type", {{"subject_token_type", "urn:x"}}, "invalid_request"},
      {"garbage", {{"subject_token", "garbage"}}, "invalid_request"},
      {"altered", {{"subject_token", altered}}, "invalid_request"},
      {"asks for a refresh token", {{"requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token"}}, "invalid_request"},
      {"actor token without type", {{"actor_token", d.subject_token}}, "invalid_request"},
      {"actor type without token", {{"actor_token_type", std::string(oauth::kJwtType)}}, "invalid_request"},
      {"another client's actor token", {{"actor_token", d.subject_token}, {"actor_token_type", std::string(oauth::kJwtType)}}, "invalid_request"},
      {"scope the client lacks", {{"scope", "profile"}}, "invalid_scope"},
      {"scope the subject token lacks", {{"scope", "email"}}, "invalid_scope"},
      {"audience nobody has", {{"audience", "https://other.example"}}, "invalid_target"},
      {"resource nobody has", {{"resource", "https://other.example"}}, "invalid_target"},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    CHECK(d.error(c.more) == c.error);
  }
  CHECK(d.exchange({}, "agent", "wrong").status == 401);
  CHECK(d.exchange({}, "nobody").status == 401);
  // A registered client never holds this grant.
  CHECK(parse_json_object(d.world
                              .post_form("/oauth/token", {{"grant_type", std::string(oauth::kTokenExchange)},
                                                          {"client_id", d.client_id},
                                                          {"subject_token", d.subject_token},
                                                          {"subject_token_type", std::string(oauth::kJwtType)}})
                              .body)
            ->at("error") == "unauthorized_client");
}

TEST_CASE("exchange: an exchanged token nests its chain, and the chain cannot grow for ever") {
  Delegation d;
  for (int depth = 1; depth <= 10; ++depth) {
    const auto response = d.exchange({{"scope", "openid"}});
    REQUIRE(response.status == 200);
    d.subject_token = parse_json_object(response.body)->at("access_token");
    int levels = 0;
    for (Json act = World::claims_of(d.subject_token)["act"]; act.is_object(); act = act.value("act", Json())) ++levels;
    CHECK(levels == depth);
  }
  CHECK(d.error({{"scope", "openid"}}) == "invalid_request");
}

TEST_CASE("exchange: an actor token names whom the client acts as") {
  Delegation d;
  const std::string mine = parse_json_object(d.exchange({}).body)->at("access_token");
  const auto response = d.exchange({{"actor_token", mine}, {"actor_token_type", std::string(oauth::kAccessTokenType)}});
  REQUIRE(response.status == 200);
  CHECK(World::claims_of(parse_json_object(response.body)->at("access_token"))["act"]["sub"] == World::claims_of(mine)["sub"]);
}

TEST_CASE("exchange: a trusted issuer's token becomes one of ours under a name of its own") {
  Delegation d;
  d.subject_token = d.foreign(d.foreign_claims());
  const auto response = d.exchange({{"scope", "openid"}});
  INFO(response.body);
  REQUIRE(response.status == 200);
  const auto claims = World::claims_of(parse_json_object(response.body)->at("access_token"));
  CHECK(claims["sub"] == "https://idp.example#ext-1");
  CHECK(claims["act"] == Json{{"iss", kIssuer}, {"sub", "agent"}, {"act", {{"iss", kIdp}, {"sub", "reporting"}}}});
  CHECK(parse_json_object(response.body)->at("expires_in") == 300);
  // Bound to the delegate clients that issuer allows.
  CHECK(d.error({{"scope", "openid"}}, "other-agent") == "invalid_grant");
}

TEST_CASE("exchange: foreign tokens that are refused") {
  Delegation d;
  const auto good = d.foreign_claims();
  const auto now = unix_seconds(d.world.clock.now());
  auto no_actor = good;
  no_actor.erase("azp");
  auto no_subject = good;
  no_subject.erase("sub");
  auto no_expiry = good;
  no_expiry.erase("exp");
  const auto stranger = *jose::KeyRing::generate();
  const std::vector<std::pair<const char*, std::string>> cases{
      {"untrusted issuer", d.foreign(with_claim(good, "iss", "https://evil.example"))},
      {"issuer with a slash", d.foreign(with_claim(good, "iss", "https://idp.example/"))},
      {"claims to be ours", d.foreign(with_claim(good, "iss", kIssuer))},
      {"signed by a stranger", *stranger.sign("JWT", good)},
      {"another audience", d.foreign(with_claim(good, "aud", "client-id"))},
      {"expired", d.foreign(with_claim(good, "exp", now))},
      {"expired within the leeway", d.foreign(with_claim(good, "exp", now - 1))},
      {"not yet valid", d.foreign(with_claim(good, "nbf", now + 120))},
      {"no expiry", d.foreign(no_expiry)},
      {"no subject", d.foreign(no_subject)},
      {"an actor nobody allowed", d.foreign(with_claim(good, "azp", "stranger"))},
      {"no actor", d.foreign(no_actor)},
      {"an ID token", d.foreign(with_claim(good, "at_hash", "x"))},
      {"may_act without permission", d.foreign(with_claim(good, "may_act", {{"sub", "agent"}, {"iss", kIssuer}}))},
      {"unsigned", base64url_encode(R"({"alg":"none"})") + "." + base64url_encode(good.dump()) + "."},
  };
  for (const auto& [what, token] : cases) {
    INFO(what);
    CHECK(d.error({{"subject_token", token}, {"scope", "openid"}}) == "invalid_request");
  }
}

TEST_CASE("exchange: an actor matcher takes what it is true of, beside the allowed actors") {
  Delegation d;
  d.world.config.trusted_issuers[0].actor_matcher = "has(claims.roles) && 'delegator' in claims.roles && claims.sub.startsWith('ext-')";
  d.start();
  const auto claims = d.foreign_claims();
  const auto error = [&](const Json& changed) { return d.error({{"subject_token", d.foreign(changed)}, {"scope", "openid"}}); };
  CHECK(error(claims) == "none");  // by allowed_actors
  const auto stranger = with_claim(claims, "azp", "stranger");
  CHECK(error(stranger) == "invalid_request");
  CHECK(error(with_claim(stranger, "roles", {"delegator"})) == "none");
  CHECK(error(with_claim(stranger, "roles", {"reader"})) == "invalid_request");
  CHECK(error(with_claim(stranger, "roles", "delegator")) == "invalid_request");  // no list: not evaluable
  CHECK(error(with_claim(with_claim(stranger, "roles", {"delegator"}), "sub", "other")) == "invalid_request");
  // The delegate clients of the issuer are what they were, and so is may_act.
  const auto matched = d.foreign(with_claim(stranger, "roles", {"delegator"}));
  CHECK(d.error({{"subject_token", matched}, {"scope", "openid"}}, "other-agent") == "invalid_grant");
  CHECK(error(with_claim(with_claim(stranger, "roles", {"delegator"}), "may_act", {{"sub", "agent"}, {"iss", kIssuer}})) == "invalid_request");
  // The actor was not what was checked: it is not signed again.
  const auto body = *parse_json_object(d.exchange({{"subject_token", matched}, {"scope", "openid"}}).body);
  CHECK(World::claims_of(body["access_token"])["act"] == Json{{"iss", kIssuer}, {"sub", "agent"}, {"act", {{"iss", kIdp}}}});
}

TEST_CASE("exchange: a matcher that cannot be evaluated refuses, without telling what the token holds") {
  Delegation d;
  d.world.config.trusted_issuers[0].allowed_actors.clear();
  for (const char* expression : {"claims.missing == 'x'", "claims.azp", "claims.azp > 5", "claims.azp.matches('(')", "1 / 0 == claims.exp", "!claims.azp"}) {
    INFO(expression);
    d.world.config.trusted_issuers[0].actor_matcher = expression;
    d.start();
    const auto response = d.exchange({{"subject_token", d.foreign(with_claim(d.foreign_claims(), "azp", "marker"))}, {"scope", "openid"}});
    CHECK(response.status == 400);
    CHECK_THAT(response.body, ContainsSubstring("invalid_request") && !ContainsSubstring("marker"));
  }
  CHECK_THAT(*d.world.log.text, !ContainsSubstring("marker"));
}

TEST_CASE("exchange: may_act is authoritative where an issuer may use it, and must speak of our clients") {
  Delegation d;
  d.world.config.trusted_issuers[0].allow_may_act = true;
  d.start();
  auto claims = d.foreign_claims();
  claims["azp"] = "nobody-allowed";
  const auto error = [&](const Json& may_act) { return d.error({{"subject_token", d.foreign(with_claim(claims, "may_act", may_act))}, {"scope", "openid"}}); };
  CHECK(error({{"iss", kIssuer}, {"sub", "agent"}}) == "none");
  CHECK(error({{"iss", kIssuer}, {"sub", "other-agent"}}) == "invalid_grant");
  CHECK(error({{"sub", "agent"}}) == "invalid_request");
  CHECK(error({{"iss", kIdp}, {"sub", "agent"}}) == "invalid_request");
  CHECK(error({{"iss", kIssuer}}) == "invalid_request");
  CHECK(error({{"iss", kIssuer}, {"sub", 5}}) == "invalid_request");
  CHECK(error("agent") == "invalid_request");
  // Allowed by may_act, but not a delegate client of this issuer.
  const auto other = d.foreign(with_claim(claims, "may_act", {{"iss", kIssuer}, {"sub", "other-agent"}}));
  CHECK(d.error({{"subject_token", other}, {"scope", "openid"}}, "other-agent") == "invalid_grant");
}

TEST_CASE("act claim: only iss and sub of a foreign chain are signed again, and nonsense is refused") {
  authserver::SubjectToken subject;
  subject.act = {{"sub", "a"}, {"admin", true}, {"act", {{"iss", "https://x"}, {"extra", 1}}}};
  CHECK(*authserver::make_act_claim(subject, kIssuer, "agent") ==
        Json{{"iss", kIssuer}, {"sub", "agent"}, {"act", {{"sub", "a"}, {"act", {{"iss", "https://x"}}}}}});
  for (const Json& act : {Json("text"), Json::array(), Json::object(), Json{{"sub", 1}}, Json{{"sub", "a"}, {"act", "x"}}, Json{{"sub", ""}},
                          Json{{"sub", std::string(9000, 'x')}}}) {
    subject.act = act;
    INFO(act.dump().substr(0, 80));
    CHECK_FALSE(authserver::make_act_claim(subject, kIssuer, "agent").has_value());
  }
}

namespace {

// A server that takes assertions of one workload.
struct Assertions {
  World world{{"github"}};
  jose::KeyRing idp = *jose::KeyRing::generate();
  Assertions() {
    config::TrustedIssuer trusted;
    trusted.issuer_url = kIdp;
    trusted.jwks_url = *Url::parse("https://idp.example/keys");
    trusted.jwt_bearer_grant = config::JwtBearerPolicy{Seconds(300), {{"workload", {kResource}}}, {}};
    world.config.trusted_issuers.push_back(trusted);
    world.config.allowed_audiences = {kResource, "https://vmcp.example/other"};
    world.http.on_json("https://idp.example/keys", 200, idp.public_keys().to_json_text());
    world.start();
  }
  [[nodiscard]] Json claims() const {
    const auto now = unix_seconds(world.clock.now());
    return {{"iss", kIdp}, {"sub", "workload"}, {"aud", "https://vmcp.example/oauth/token"}, {"exp", now + 200}, {"iat", now}, {"jti", "one"}};
  }
  http::Response redeem(const std::string& assertion, const FormFields& more = {}) {
    FormFields form{{"grant_type", std::string(oauth::kJwtBearer)}, {"assertion", assertion}, {"resource", kResource}};
    for (const auto& [name, value] : more) form = with(std::move(form), name, value);
    return world.post_form("/oauth/token", form);
  }
  std::string error(const std::string& assertion, const FormFields& more = {}) {
    return parse_json_object(redeem(assertion, more).body)->value("error", "none");
  }
};

}  // namespace

TEST_CASE("assertion: a named workload gets a token without being a client, once") {
  Assertions a;
  const auto assertion = *a.idp.sign("JWT", a.claims());
  const auto response = a.redeem(assertion);
  INFO(response.body);
  REQUIRE(response.status == 200);
  const auto claims = World::claims_of(parse_json_object(response.body)->at("access_token"));
  CHECK(claims["sub"] == "https://idp.example#workload");
  CHECK(claims["aud"] == kResource);
  CHECK(claims["client_id"].get<std::string>().starts_with("synthetic:jwt-bearer-"));
  CHECK_FALSE(claims.contains("tsid"));
  CHECK(parse_json_object(response.body)->at("expires_in") == 200);
  CHECK(a.error(assertion) == "invalid_grant");
  // The same jti in another assertion is the same use.
  auto again = a.claims();
  again["exp"] = unix_seconds(a.world.clock.now()) + 100;
  CHECK(a.error(*a.idp.sign("JWT", again)) == "invalid_grant");
  auto without_jti = a.claims();
  without_jti.erase("jti");
  const auto unnamed = *a.idp.sign("JWT", without_jti);
  CHECK(a.error(unnamed) == "none");
  CHECK(a.error(unnamed) == "invalid_grant");
}

TEST_CASE("assertion: what is refused") {
  Assertions a;
  const auto now = unix_seconds(a.world.clock.now());
  const auto good = a.claims();
  auto no_iat = good;
  no_iat.erase("iat");
  const auto stranger = *jose::KeyRing::generate();
  const std::vector<std::pair<const char*, std::string>> cases{
      {"garbage", "garbage"},
      {"another subject", *a.idp.sign("JWT", with_claim(good, "sub", "somebody"))},
      {"no iat", *a.idp.sign("JWT", no_iat)},
      {"lives too long", *a.idp.sign("JWT", with_claim(good, "exp", now + 301))},
      {"expired", *a.idp.sign("JWT", with_claim(with_claim(good, "iat", now - 200), "exp", now))},
      {"for a resource, not for us", *a.idp.sign("JWT", with_claim(good, "aud", kResource))},
      {"for the issuer URL only", *a.idp.sign("JWT", with_claim(good, "aud", kIssuer))},
      {"another issuer", *a.idp.sign("JWT", with_claim(good, "iss", "https://evil.example"))},
      {"a stranger's signature", *stranger.sign("JWT", good)},
      {"an access token", *a.idp.sign("at+jwt", good)},
      {"an ID-JAG", *a.idp.sign("oauth-id-jag+jwt", good)},
      {"an ID token", *a.idp.sign("JWT", with_claim(good, "c_hash", "x"))},
  };
  for (const auto& [what, assertion] : cases) {
    INFO(what);
    CHECK(a.error(assertion) == "invalid_grant");
  }
  const auto fine = *a.idp.sign("JWT", good);
  CHECK(a.error("") == "invalid_request");
  CHECK(a.error(fine, {{"resource", ""}}) == "invalid_request");
  CHECK(a.error(fine, {{"resource", "https://vmcp.example/other"}}) == "invalid_target");
  CHECK(a.error(fine, {{"resource", "https://nowhere.example"}}) == "invalid_target");
  CHECK(a.error(fine, {{"client_id", "nobody"}}) == "invalid_client");
  CHECK(a.error(fine) == "none");  // none of that used it up
}
