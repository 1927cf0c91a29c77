#include "core/jose/verifier.hpp"

#include "core/base/encoding.hpp"
#include "core/crypto/mac.hpp"
#include "core/jose/key_ring.hpp"
#include "tests/support/fakes.hpp"
#include "tests/unit/jose/vectors.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using jose::Algorithm;
using jose::KeyRing;
using jose::UnverifiedToken;
using jose::VerifyPolicy;

namespace {

constexpr std::int64_t kNow = 1'800'000'000;
const TimePoint now = from_unix_seconds(kNow);

const KeyRing& ring() {
  static const KeyRing made = *KeyRing::generate();
  return made;
}

Json good_claims() { return {{"iss", "https://as.example"}, {"aud", "https://mcp.example/mcp"}, {"sub", "user"}, {"iat", kNow - 10}, {"exp", kNow + 600}}; }

VerifyPolicy policy() { return {.algorithms = {Algorithm::Es256}, .issuer = "https://as.example", .audiences = {"https://mcp.example/mcp"}}; }

Json changed(const char* name, Json value) {
  auto claims = good_claims();
  claims[name] = std::move(value);
  return claims;
}
Json dropped(const char* name) {
  auto claims = good_claims();
  claims.erase(name);
  return claims;
}

// Any header and payload text in the form of a token; the signature is nobody's.
std::string shaped(std::string_view header, std::string_view payload) {
  return base64url_encode(header) + '.' + base64url_encode(payload) + '.' + base64url_encode("signature");
}

Result<jose::VerifiedToken> check(const std::string& token, const VerifyPolicy& wanted = policy(), const jose::JwkSet& keys = ring().public_keys()) {
  TRY(auto parsed, UnverifiedToken::parse(token));
  return jose::verify(parsed, wanted, keys, now);
}

std::string sign(const Json& claims, std::string_view typ = "at+jwt") { return *ring().sign(typ, claims); }

}  // namespace

TEST_CASE("verifier: accepts a good token and reads it", "[jose]") {
  auto claims = good_claims();
  claims["scope"] = "a b a";
  claims["scp"] = Json::array({"b", "c"});
  const auto token = check(sign(claims));
  REQUIRE(token);
  CHECK(token->subject() == "user");
  CHECK(token->expires_at() == from_unix_seconds(kNow + 600));
  CHECK(token->scopes() == std::vector<std::string>{"a", "b", "c"});
  CHECK(token->claims() == claims);
}

TEST_CASE("verifier: claims that must be refused", "[jose]") {
  struct Case {
    const char* name;
    Json claims;
    ErrorCode code;
  };
  using enum ErrorCode;
  const Case cases[] = {
      {"no exp", dropped("exp"), Unauthenticated},
      {"exp is a string", changed("exp", std::to_string(kNow + 600)), Unauthenticated},
      {"exp is null", changed("exp", nullptr), Unauthenticated},
      {"exp is negative", changed("exp", -1), Unauthenticated},
      {"exp is beyond all years", changed("exp", 1e300), Unauthenticated},
      {"exp in milliseconds", changed("exp", kNow * 1000), Unauthenticated},
      {"expired long ago", changed("exp", kNow - 3600), Expired},
      {"expired exactly the leeway ago", changed("exp", kNow - 30), Expired},
      {"not valid yet, just past the leeway", changed("nbf", kNow + 31), Unauthenticated},
      {"nbf is a string", changed("nbf", "now"), Unauthenticated},
      {"issued in the future", changed("iat", kNow + 31), Unauthenticated},
      {"iat is a bool", changed("iat", true), Unauthenticated},
      {"no iss", dropped("iss"), Unauthenticated},
      {"iss with trailing slash", changed("iss", "https://as.example/"), Unauthenticated},
      {"iss in upper case", changed("iss", "https://AS.example"), Unauthenticated},
      {"iss is an array", changed("iss", Json::array({"https://as.example"})), Unauthenticated},
      {"no aud", dropped("aud"), Unauthenticated},
      {"aud is empty", changed("aud", ""), Unauthenticated},
      {"aud is an empty array", changed("aud", Json::array()), Unauthenticated},
      {"aud is a prefix", changed("aud", "https://mcp.example"), Unauthenticated},
      {"aud has a suffix", changed("aud", "https://mcp.example/mcp/x"), Unauthenticated},
      {"aud is another array", changed("aud", Json::array({"https://a.example", "https://b.example"})), Unauthenticated},
      {"aud array with a number beside the right one", changed("aud", Json::array({"https://mcp.example/mcp", 1})), Unauthenticated},
      {"aud is an object", changed("aud", Json{{"https://mcp.example/mcp", true}}), Unauthenticated},
      {"sub is a number", changed("sub", 17), Unauthenticated},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const auto token = check(sign(c.claims));
    REQUIRE_FALSE(token);
    CHECK(token.error().code() == c.code);
    CHECK(token.error().describe().find("user") == std::string::npos);
  }
}

TEST_CASE("verifier: leeway edges that are still good", "[jose]") {
  for (const auto& claims : {changed("exp", kNow - 29), changed("exp", kNow), changed("exp", static_cast<double>(kNow) - 29.5), changed("nbf", kNow + 30),
                             changed("iat", kNow + 30), changed("aud", Json::array({"x", "https://mcp.example/mcp"})), dropped("iat"), dropped("sub")}) {
    INFO(dump_json(claims));
    CHECK(check(sign(claims)));
  }
}

TEST_CASE("verifier: a few seconds of clock skew are named", "[jose]") {
  auto strict = policy();
  strict.leeway = Seconds{0};
  CHECK(check(sign(changed("exp", kNow - 4)), strict).error().describe() == "token has expired: expired 4s ago (leeway 0s)");
  CHECK(check(sign(changed("exp", kNow - 44))).error().describe() == "token has expired: expired 44s ago (leeway 30s)");
}

TEST_CASE("verifier: typ decides what a token is for", "[jose]") {
  for (const char* typ : {"JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "application/JWT"}) {
    INFO(typ);
    CHECK(check(sign(good_claims(), typ)));
  }
  for (const char* typ : {"", "id+jwt", "dpop+jwt", "logout+jwt", "oauth-id-jag+jwt", "application/application/jwt", "JWT ", "text/jwt"}) {
    INFO(typ);
    const auto token = check(sign(good_claims(), typ));
    REQUIRE_FALSE(token);
    CHECK(token.error().code() == ErrorCode::Unauthenticated);
  }
}

TEST_CASE("verifier: an empty policy refuses everything", "[jose]") {
  auto none = policy();
  none.algorithms.clear();
  CHECK_FALSE(check(sign(good_claims()), none));
  auto no_issuer = policy();
  no_issuer.issuer.clear();
  CHECK_FALSE(check(sign(changed("iss", "")), no_issuer));
  auto no_audience = policy();
  no_audience.audiences.clear();
  CHECK_FALSE(check(sign(good_claims()), no_audience));
  auto empty_audience = policy();
  empty_audience.audiences = {""};
  CHECK_FALSE(check(sign(changed("aud", "")), empty_audience));
  CHECK_FALSE(check(sign(good_claims()), policy(), jose::JwkSet{}));
}

TEST_CASE("verifier: alg none and every spelling of it is refused", "[jose]") {
  const auto payload = base64url_encode(dump_json(good_claims()));
  const std::string letters = "none";
  for (unsigned mask = 0; mask < 16; ++mask) {
    std::string alg = letters;
    for (unsigned i = 0; i < 4; ++i) {
      if ((mask >> i & 1U) != 0) alg[i] = static_cast<char>(alg[i] - 'a' + 'A');
    }
    for (const auto* extra : {"", R"(,"kid":"none")", R"(,"typ":"JWT")"}) {
      const auto head = base64url_encode("{\"alg\":\"" + alg + "\"" + extra + "}");
      for (const auto* signature : {"", "AA", "none"}) {
        INFO(alg << extra << signature);
        CHECK_FALSE(check(head + '.' + payload + '.' + signature));
      }
      CHECK_FALSE(check(head + '.' + payload));
    }
  }
}

TEST_CASE("verifier: HS256 signed with the public key is refused", "[jose]") {
  const auto& jwk = ring().public_keys().keys().front();
  const auto input = base64url_encode(R"({"alg":"HS256","kid":")" + *jwk.kid() + "\"}") + '.' + base64url_encode(dump_json(good_claims()));
  // The public key in the forms an attacker would feed to a confused verifier.
  const std::string raw_point =
      '\x04' + *base64url_decode(jwk.to_json().at("x").get<std::string>()) + *base64url_decode(jwk.to_json().at("y").get<std::string>());
  const std::string spki =
      "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42" + std::string(1, '\0') + raw_point;
  const std::string pem = "-----BEGIN PUBLIC KEY-----\n" + base64_encode(spki).insert(64, "\n") + "\n-----END PUBLIC KEY-----\n";
  for (const auto& key : {raw_point, spki, pem, dump_json(jwk.to_json()), std::string()}) {
    const auto token = check(input + '.' + base64url_encode(crypto::HmacSha256(Secret(key)).tag(input)));
    REQUIRE_FALSE(token);
    CHECK(token.error().code() == ErrorCode::Unauthenticated);
  }
}

TEST_CASE("verifier: keys in the header are never used", "[jose]") {
  const auto attacker = KeyRing::generate();
  REQUIRE(attacker);
  const auto jwk = attacker->public_keys().keys().front().to_json();
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, Json>>{
           {"jwk", jwk}, {"jku", "https://attacker.example/jwks"}, {"x5u", "https://attacker.example/x"}, {"x5c", Json::array({"MIIB"})}}) {
    Json header{{"alg", "ES256"}, {name, value}};
    const auto token = shaped(dump_json(header), dump_json(good_claims()));
    INFO(name);
    const auto verified = check(token);
    REQUIRE_FALSE(verified);
    CHECK(verified.error().code() == ErrorCode::BadSignature);
  }
  CHECK(check(*attacker->sign("JWT", good_claims())).error().code() == ErrorCode::BadSignature);
}

TEST_CASE("verifier: kid games", "[jose]") {
  const auto own = ring().public_keys().keys().front();
  const auto other = KeyRing::generate()->public_keys().keys().front();
  const auto renamed = [](const jose::Jwk& jwk, Json kid) {
    auto json = jwk.to_json();
    if (kid.is_null())
      json.erase("kid");
    else
      json["kid"] = std::move(kid);
    return json;
  };
  const auto set = [](Json keys) { return key_set({{"keys", std::move(keys)}}); };
  const auto token = sign(good_claims());
  SECTION("two keys of the same kid: each is tried") { CHECK(check(token, policy(), set(Json::array({renamed(other, *own.kid()), own.to_json()})))); }
  SECTION("the right key under another kid is not tried") {
    CHECK(check(token, policy(), set(Json::array({renamed(own, "other")}))).error().code() == ErrorCode::BadSignature);
  }
  SECTION("a key without kid is not tried for a token with one") {
    CHECK(check(token, policy(), set(Json::array({renamed(own, nullptr)}))).error().code() == ErrorCode::BadSignature);
  }
  SECTION("a wrong key of that kid does not verify") { CHECK_FALSE(check(token, policy(), set(Json::array({renamed(other, *own.kid())})))); }
  SECTION("kid is compared exactly") {
    auto kid = *own.kid();
    CHECK_FALSE(check(token, policy(), set(Json::array({renamed(own, kid + " ")}))));
    CHECK_FALSE(check(token, policy(), set(Json::array({renamed(own, kid.substr(1))}))));
  }
  SECTION("no more than eight keys are tried") {
    Json keys = Json::array();
    for (int i = 0; i < 8; ++i) keys.push_back(renamed(KeyRing::generate()->public_keys().keys().front(), *own.kid()));
    auto nine = keys;
    nine.push_back(own.to_json());
    CHECK_FALSE(check(token, policy(), set(nine)));
    nine.erase(0);
    CHECK(check(token, policy(), set(nine)));
  }
  SECTION("paths and quotes in a kid stay text") {
    const auto parsed = UnverifiedToken::parse(shaped(R"({"alg":"ES256","kid":"../../../dev/null' OR 1=1\n"})", dump_json(good_claims())));
    REQUIRE(parsed);
    const auto refused = jose::verify(*parsed, policy(), ring().public_keys(), now);
    CHECK(refused.error().describe().find('\n') == std::string::npos);
    CHECK_FALSE(jose::has_key_for(*parsed, ring().public_keys()));
  }
}

TEST_CASE("verifier: has_key_for looks for the kid, or for a fitting key without one", "[jose]") {
  const auto with_kid = UnverifiedToken::parse(sign(good_claims()));
  CHECK(jose::has_key_for(*with_kid, ring().public_keys()));
  CHECK_FALSE(jose::has_key_for(*with_kid, KeyRing::generate()->public_keys()));
  const auto without = UnverifiedToken::parse(shaped(R"({"alg":"ES256"})", "{}"));
  CHECK(jose::has_key_for(*without, ring().public_keys()));
  const auto rsa = UnverifiedToken::parse(shaped(R"({"alg":"RS256"})", "{}"));
  CHECK_FALSE(jose::has_key_for(*rsa, ring().public_keys()));
  const auto unknown = UnverifiedToken::parse(shaped(R"({"alg":"HS256"})", "{}"));
  CHECK_FALSE(jose::has_key_for(*unknown, ring().public_keys()));
}

TEST_CASE("token parser: refuses what is no compact JWS with a claims object", "[jose]") {
  using enum ErrorCode;
  const std::string head = R"({"alg":"ES256"})";
  const std::pair<std::string, ErrorCode> cases[] = {
      {"", InvalidInput},
      {".", InvalidInput},
      {"..", InvalidInput},
      {"a.b.c.d", InvalidInput},
      {"a.b.c.d.e", Unsupported},
      {shaped(head, "{}") + "=", InvalidInput},
      {shaped(head, "{}") + "\n", InvalidInput},
      {" " + shaped(head, "{}"), InvalidInput},
      {"Bearer " + shaped(head, "{}"), InvalidInput},
      {shaped(head, ""), InvalidInput},
      {shaped(head, "foo"), InvalidInput},
      {shaped(head, "[]"), InvalidInput},
      {shaped(head, "\"text\""), InvalidInput},
      {shaped(head, "{} {}"), InvalidInput},
      {shaped(head, R"({"sub":"a","sub":"b"})"), InvalidInput},
      {shaped(head, R"({"aud":{"a":1,"a":2}})"), InvalidInput},
      {shaped(head, "{\"sub\":\"\xff\"}"), InvalidInput},
      {shaped(head, std::string(20, '[') + std::string(20, ']')), TooLarge},
      {shaped("", "{}"), InvalidInput},
      {shaped("[]", "{}"), InvalidInput},
      {shaped("{}", "{}"), InvalidInput},
      {shaped(R"({"alg":null})", "{}"), InvalidInput},
      {shaped(R"({"alg":["ES256"]})", "{}"), InvalidInput},
      {shaped(R"({"alg":"none","alg":"ES256"})", "{}"), InvalidInput},
      {shaped(R"({"alg":"ES256","\u0061lg":"none"})", "{}"), InvalidInput},
      {shaped(R"({"alg":"ES256","kid":7})", "{}"), InvalidInput},
      {shaped(R"({"alg":"ES256","kid":null})", "{}"), InvalidInput},
      {shaped(R"({"alg":"ES256","typ":7})", "{}"), InvalidInput},
      {shaped(R"({"alg":"ES256","kid":")" + std::string(1025, 'k') + "\"}", "{}"), InvalidInput},
      {shaped(R"({"alg":"ES256","crit":["exp"],"exp":1})", "{}"), Unsupported},
      {shaped(R"({"alg":"ES256","crit":[]})", "{}"), Unsupported},
      {shaped(R"({"alg":"ES256","crit":null})", "{}"), Unsupported},
      {shaped(R"({"alg":"ES256","b64":false})", "{}"), Unsupported},
      {shaped(R"({"alg":"ES256","b64":"no"})", "{}"), Unsupported},
      {shaped(R"({"alg":"ECDH-ES","enc":"A256GCM"})", "{}"), Unsupported},
      {R"({"payload":"e30","signatures":[]})", InvalidInput},
      {std::string(16 * 1024 + 1, 'a'), TooLarge},
      {shaped(head, R"({"sub":")" + std::string(16 * 1024, 'a') + "\"}"), TooLarge},
  };
  for (const auto& [text, code] : cases) {
    INFO(text.substr(0, 120));
    const auto token = UnverifiedToken::parse(text);
    REQUIRE_FALSE(token);
    CHECK(token.error().code() == code);
  }
}

TEST_CASE("verifier: an ECDSA signature in DER, or with swapped, zero or shifted halves, is refused", "[jose]") {
  const auto token = sign(good_claims());
  const auto jws = jose::CompactJws::parse(token);
  REQUIRE(jws);
  const auto half = [&](std::size_t i) { return jws->signature.substr(i * 32, 32); };
  const std::string zero(32, '\0');
  for (const auto& signature :
       {half(1) + half(0), zero + zero, half(0) + zero, zero + half(1), half(0), jws->signature + '\0', '\0' + jws->signature, '\0' + half(0) + '\0' + half(1),
        "\x30\x44\x02\x20" + half(0) + "\x02\x20" + half(1), std::string(64, '\xff'), std::string(1000, 'x')}) {
    CHECK(check(jws->signing_input + '.' + base64url_encode(signature)).error().code() == ErrorCode::BadSignature);
  }
}
