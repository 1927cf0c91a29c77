#include "core/base/encoding.hpp"
#include "core/jose/key_ring.hpp"
#include "tests/unit/jose/vectors.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using jose::Algorithm;
using jose::Jwk;
using jose::JwkSet;

namespace {

Json ec_key() { return rfc_vectors().at("signatures").at(1).at("jwk"); }
Json rsa_key() { return rfc_vectors().at("signatures").at(0).at("jwk"); }
Json ed_key() { return rfc_vectors().at("signatures").back().at("jwk"); }

Json with(Json key, const char* name, Json value) {
  key[name] = std::move(value);
  return key;
}
Json without(Json key, const char* name) {
  key.erase(name);
  return key;
}
std::string rsa_number(std::size_t size, char first, char last) {
  std::string number(size, '\x5a');
  number.front() = first;
  number.back() = last;
  return base64url_encode(number);
}

}  // namespace

TEST_CASE("jwk: refuses keys that are malformed or weak", "[jose]") {
  struct Case {
    const char* name;
    Json key;
    ErrorCode code;
  };
  const auto x = ec_key().at("x").get<std::string>();
  const Case cases[] = {
      {"not an object", Json::array(), ErrorCode::InvalidInput},
      {"no kty", without(ec_key(), "kty"), ErrorCode::InvalidInput},
      {"symmetric", {{"kty", "oct"}, {"k", "AAECAwQFBgcICQoLDA0ODw"}}, ErrorCode::Unsupported},
      {"kty in lower case", with(ec_key(), "kty", "ec"), ErrorCode::Unsupported},
      {"kty is a number", with(ec_key(), "kty", 1), ErrorCode::InvalidInput},
      {"no crv", without(ec_key(), "crv"), ErrorCode::InvalidInput},
      {"secp256k1", with(ec_key(), "crv", "secp256k1"), ErrorCode::Unsupported},
      {"no y", without(ec_key(), "y"), ErrorCode::InvalidInput},
      {"x is padded", with(ec_key(), "x", x + "="), ErrorCode::InvalidInput},
      {"x is one byte short", with(ec_key(), "x", x.substr(0, 42)), ErrorCode::InvalidInput},
      {"x has a leading zero byte", with(ec_key(), "x", base64url_encode('\0' + *base64url_decode(x))), ErrorCode::InvalidInput},
      {"point is not on the curve", with(ec_key(), "y", x), ErrorCode::InvalidInput},
      {"point is zero", with(with(ec_key(), "x", base64url_encode(std::string(32, '\0'))), "y", base64url_encode(std::string(32, '\0'))),
       ErrorCode::InvalidInput},
      {"coordinates beyond the prime", with(with(ec_key(), "x", base64url_encode(std::string(32, '\xff'))), "y", base64url_encode(std::string(32, '\xff'))),
       ErrorCode::InvalidInput},
      {"P-256 point said to be P-384", with(ec_key(), "crv", "P-384"), ErrorCode::InvalidInput},
      {"RSA without e", without(rsa_key(), "e"), ErrorCode::InvalidInput},
      {"RSA 1024", with(rsa_key(), "n", rsa_number(128, '\x7f', '\x01')), ErrorCode::InvalidInput},
      {"RSA 2047", with(rsa_key(), "n", rsa_number(256, '\x7f', '\x01')), ErrorCode::InvalidInput},
      {"RSA 8200", with(rsa_key(), "n", rsa_number(1025, '\x7f', '\x01')), ErrorCode::InvalidInput},
      {"RSA even modulus", with(rsa_key(), "n", rsa_number(256, '\xff', '\x02')), ErrorCode::InvalidInput},
      {"RSA modulus with leading zero", with(rsa_key(), "n", base64url_encode('\0' + *base64url_decode(rsa_key().at("n").get<std::string>()))),
       ErrorCode::InvalidInput},
      {"RSA e = 0", with(rsa_key(), "e", ""), ErrorCode::InvalidInput},
      {"RSA e = 1", with(rsa_key(), "e", "AQ"), ErrorCode::InvalidInput},
      {"RSA e = 2", with(rsa_key(), "e", "Ag"), ErrorCode::InvalidInput},
      {"RSA e of 9 bytes", with(rsa_key(), "e", base64url_encode("\x01\x01\x01\x01\x01\x01\x01\x01\x01")), ErrorCode::InvalidInput},
      {"OKP X25519", with(ed_key(), "crv", "X25519"), ErrorCode::Unsupported},
      {"OKP Ed448", with(ed_key(), "crv", "Ed448"), ErrorCode::Unsupported},
      {"Ed25519 of 31 bytes", with(ed_key(), "x", base64url_encode(std::string(31, 'x'))), ErrorCode::InvalidInput},
      {"kid is a number", with(ec_key(), "kid", 7), ErrorCode::InvalidInput},
      {"kid is huge", with(ec_key(), "kid", std::string(1025, 'k')), ErrorCode::InvalidInput},
      {"alg is an array", with(ec_key(), "alg", Json::array({"ES256"})), ErrorCode::InvalidInput},
      {"key_ops is a string", with(ec_key(), "key_ops", "verify"), ErrorCode::InvalidInput},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const auto jwk = Jwk::parse(c.key);
    REQUIRE_FALSE(jwk);
    CHECK(jwk.error().code() == c.code);
  }
}

TEST_CASE("jwk: what a key may verify is its type, narrowed by alg, use and key_ops", "[jose]") {
  struct Case {
    Json key;
    std::vector<Algorithm> allowed;
  };
  using enum Algorithm;
  const Case cases[] = {
      {ec_key(), {Es256}},
      {ed_key(), {EdDsa}},
      {rsa_key(), {Rs256, Rs384, Rs512, Ps256, Ps384, Ps512}},
      {with(rsa_key(), "alg", "PS256"), {Ps256}},
      {with(rsa_key(), "use", "sig"), {Rs256, Rs384, Rs512, Ps256, Ps384, Ps512}},
      {with(ec_key(), "key_ops", Json::array({"verify"})), {Es256}},
      {with(ec_key(), "key_ops", Json::array({"sign", "verify"})), {Es256}},
      // nothing at all:
      {with(rsa_key(), "use", "enc"), {}},
      {with(rsa_key(), "use", ""), {}},
      {with(rsa_key(), "alg", "RSA-OAEP"), {}},
      {with(rsa_key(), "alg", "ES256"), {}},
      {with(rsa_key(), "alg", "HS256"), {}},
      {with(rsa_key(), "alg", "none"), {}},
      {with(ec_key(), "alg", "ES384"), {}},
      {with(ec_key(), "alg", "es256"), {}},
      {with(ec_key(), "key_ops", Json::array({"sign"})), {}},
      {with(ec_key(), "key_ops", Json::array()), {}},
  };
  for (const auto& c : cases) {
    INFO(dump_json(c.key));
    const auto jwk = Jwk::parse(c.key);
    REQUIRE(jwk);
    for (const auto algorithm : all_algorithms()) {
      CHECK(jwk->may_verify(algorithm) == (std::find(c.allowed.begin(), c.allowed.end(), algorithm) != c.allowed.end()));
    }
  }
}

TEST_CASE("jwk: private members and certificates are neither used nor repeated", "[jose]") {
  auto key = ec_key();
  key["d"] = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";
  key["x5c"] = Json::array({"MIIB"});
  key["x5u"] = "https://attacker.example/";
  const auto jwk = Jwk::parse(key);
  REQUIRE(jwk);
  const auto out = jwk->to_json();
  CHECK(out.size() == 6);  // kty crv x y alg use
  CHECK_FALSE(out.contains("d"));
  CHECK_FALSE(out.contains("x5c"));
  CHECK(out.at("alg") == "ES256");
  CHECK(out.at("use") == "sig");
}

TEST_CASE("jwk set: unusable keys are skipped, the rest kept", "[jose]") {
  const auto set =
      JwkSet::parse(dump_json({{"keys", Json::array({{{"kty", "oct"}, {"k", "AA"}}, 17, nullptr, with(ec_key(), "kid", "good"), with(ec_key(), "x", "AA")})}}));
  REQUIRE(set);
  REQUIRE(set->keys().size() == 1);
  CHECK(set->keys()[0].kid() == "good");
  const auto again = JwkSet::parse(set->to_json_text());
  REQUIRE(again);
  CHECK(again->to_json_text() == set->to_json_text());
}

TEST_CASE("jwk set: refuses what is no set", "[jose]") {
  Json many = Json::array();
  for (int i = 0; i < 101; ++i) many.push_back(17);
  const std::pair<std::string, ErrorCode> cases[] = {
      {"", ErrorCode::InvalidInput},
      {"[]", ErrorCode::InvalidInput},
      {"{}", ErrorCode::InvalidInput},
      {R"({"keys":{}})", ErrorCode::InvalidInput},
      {R"({"keys":null})", ErrorCode::InvalidInput},
      {R"({"keys":[],"keys":[]})", ErrorCode::InvalidInput},
      {R"({"keys":[]} x)", ErrorCode::InvalidInput},
      {dump_json({{"keys", many}}), ErrorCode::TooLarge},
  };
  for (const auto& [text, code] : cases) {
    INFO(text.substr(0, 60));
    const auto set = JwkSet::parse(text);
    REQUIRE_FALSE(set);
    CHECK(set.error().code() == code);
  }
  CHECK(JwkSet::parse(R"({"keys":[]})")->keys().empty());
}
