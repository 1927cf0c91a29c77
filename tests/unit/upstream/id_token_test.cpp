#include <algorithm>
#include <functional>

#include "core/crypto/digest.hpp"
#include "core/upstream/provider.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/upstream/fake_idp.hpp"

using namespace vmcpauth;
using test::a_callback;
using test::a_leg;
using test::FakeIdp;
using test::Surroundings;

namespace {

Result<upstream::CodeGrant> log_in(upstream::Provider& provider, upstream::CallbackParameters callback = a_callback()) {
  return run_ready(provider.finish(std::move(callback), a_leg())).value();
}

}  // namespace

TEST_CASE("oidc: ID tokens that do not hold are refused") {
  struct Case {
    const char* name;
    std::function<void(Json&)> change;
    const char* finding;
  };
  const auto set = [](const char* claim, Json value) { return [=](Json& claims) { claims[claim] = value; }; };
  const auto drop = [](const char* claim) { return [=](Json& claims) { claims.erase(claim); }; };
  const std::int64_t now = 1'800'000'000;
  const std::vector<Case> cases{
      {"wrong nonce", set("nonce", "nonce-2"), "nonce"},
      {"no nonce", drop("nonce"), "nonce"},
      {"nonce of another type", set("nonce", 1), "nonce"},
      {"wrong issuer", set("iss", "https://evil.example"), "issuer"},
      {"issuer with a slash", set("iss", "https://idp.example.com/"), "issuer"},
      {"expired", set("exp", now - 60), "expired"},
      {"no expiry", drop("exp"), "expiry"},
      {"from the future", set("iat", now + 3600), "future"},
      {"not valid yet", set("nbf", now + 3600), "not valid"},
      {"no iat", drop("iat"), "iat"},
      {"another audience", set("aud", "client-2"), "audience"},
      {"no audience", drop("aud"), "audience"},
      {"several audiences without azp", set("aud", Json{"client-1", "client-2"}), "azp"},
      {"azp is another client", set("azp", "client-2"), "azp"},
      {"azp of another type", set("azp", Json{"client-1"}), "azp"},
      {"no sub", drop("sub"), "sub"},
      {"empty sub", set("sub", ""), "sub"},
      {"numeric sub", set("sub", 7), "sub"},
      {"sub with a line break", set("sub", "a\nb"), "sub"},
      {"endless sub", set("sub", std::string(5000, 'x')), "sub"},
      {"at_hash of another token", set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), "at_hash"},
      {"at_hash of another type", set("at_hash", 5), "at_hash"},
      {"empty at_hash", set("at_hash", ""), "at_hash"},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    Surroundings around;
    FakeIdp idp(around);
    c.change(idp.claims);
    const auto provider = idp.provider();
    const auto grant = log_in(*provider);
    REQUIRE_FALSE(grant);
    CHECK(grant.error().code() == ErrorCode::BadResponse);
    CHECK_THAT(grant.error().describe(), ContainsSubstring(c.finding));
    CHECK_THAT(grant.error().describe(), ContainsSubstring("provider \"idp\""));
  }
}

TEST_CASE("oidc: small clock skew, several audiences with azp, and a right at_hash pass") {
  Surroundings around;
  FakeIdp idp(around);
  const auto now = unix_seconds(around.clock.now());
  idp.claims["iat"] = now + 4;
  idp.claims["exp"] = now - 4;
  idp.claims["aud"] = {"client-2", "client-1"};
  idp.claims["azp"] = "client-1";
  idp.claims["at_hash"] = base64url_encode(crypto::sha256("at-1").substr(0, 16));
  const auto provider = idp.provider();
  const auto grant = log_in(*provider);
  INFO((grant ? "" : grant.error().describe()));
  REQUIRE(grant);
}

TEST_CASE("oidc: forged ID tokens are refused") {
  Surroundings around;
  FakeIdp idp(around);
  const auto b64 = [](const Json& json) { return base64url_encode(dump_json(json)); };
  const std::string good = idp.signed_claims();
  const std::string payload = b64(idp.claims);
  const auto kid = *idp.keys.public_keys().keys().front().kid();
  const std::string key_text = idp.keys.public_keys().to_json_text();
  const std::string other_key = jose::KeyRing::generate()->sign("JWT", idp.claims).value();
  const std::string access_token = idp.keys.sign("at+jwt", idp.claims).value();
  const std::vector<std::pair<const char*, std::string>> forged{
      {"alg none", b64({{"alg", "none"}}) + "." + payload + "."},
      {"alg none with a signature", b64({{"alg", "none"}}) + "." + payload + "." + good.substr(good.rfind('.') + 1)},
      {"alg nOnE", b64({{"alg", "nOnE"}}) + "." + payload + ".AAAA"},
      {"HS256 with the public key", b64({{"alg", "HS256"}, {"kid", kid}}) + "." + payload + "." + base64url_encode(crypto::sha256(key_text + payload))},
      {"another key", other_key},
      {"another key under our kid", b64({{"alg", "ES256"}, {"kid", kid}}) + other_key.substr(other_key.find('.'))},
      {"kid that leaves the set", b64({{"alg", "ES256"}, {"kid", "../../etc/passwd"}}) + good.substr(good.find('.'))},
      {"key in the header", b64({{"alg", "ES256"}, {"jwk", idp.keys.public_keys().keys().front().to_json()}}) + other_key.substr(other_key.find('.'))},
      {"an access token", access_token},
      {"cut short", good.substr(0, good.size() - 1)},
      {"two parts", good.substr(0, good.rfind('.'))},
      {"four parts", good + ".AAAA"},
      {"an algorithm the metadata does not list", jose::KeyRing::from_pem([] {
                                                    std::vector<Secret> pem;
                                                    pem.push_back(jose::KeyRing::generate_pem(jose::Algorithm::EdDsa).value());
                                                    return pem;
                                                  }())
                                                      ->sign("JWT", idp.claims)
                                                      .value()},
  };
  for (const auto& [name, token] : forged) {
    INFO(name);
    idp.token["id_token"] = token;
    const auto provider = idp.provider();
    const auto grant = log_in(*provider);
    REQUIRE_FALSE(grant);
    CHECK(grant.error().code() == ErrorCode::BadResponse);
    CHECK(grant.error().describe().find(payload) == std::string::npos);
  }
}

TEST_CASE("oidc: subject_claim chooses the subject") {
  Surroundings around;
  FakeIdp idp(around);
  auto settings = idp.settings();
  std::get<config::OidcSettings>(settings.settings).subject_claim = "oid";
  const auto provider = idp.provider(settings);
  CHECK_FALSE(log_in(*provider));
  idp.claims["oid"] = 5;
  CHECK_FALSE(log_in(*provider));
  idp.claims["oid"] = "object-1";
  const auto grant = log_in(*provider);
  REQUIRE(grant);
  CHECK(grant->identity.subject == "object-1");
}

TEST_CASE("oidc: no ID token is no login") {
  Surroundings around;
  FakeIdp idp(around);
  for (const Json& token : {Json(nullptr), Json("")}) {
    idp.token["id_token"] = token;
    const auto provider = idp.provider();
    const auto grant = log_in(*provider);
    REQUIRE_FALSE(grant);
    CHECK(grant.error().code() == ErrorCode::BadResponse);
    CHECK_THAT(grant.error().message(), ContainsSubstring("openid"));
  }
}
