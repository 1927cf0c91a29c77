// Every test of every group of Wycheproof's JOSE files is run and counted. Two kinds of groups have another expectation
// than the file's, because of what this project refuses on purpose:
//  - symmetric keys (HS*, A*KW, ECDH encryption): HMAC and JWE cannot be expressed here, so even their valid tokens are refused;
//  - the RFC 7520 groups 10, 11, 14, 15 whose key says alg PS256 or "ES521" while the token says PS384 or ES512: a key is only used
//    for the algorithm it names, so they are refused; without the key's alg they must verify.
#include "tests/unit/jose/vectors.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

struct Counts {
  int accepted = 0, refused = 0, symmetric = 0, other_alg = 0;
};

bool is_symmetric(const Json& key) {
  const auto& first = key.contains("keys") ? key.at("keys").at(0) : key;
  const std::string alg = first.value("alg", "");
  return first.at("kty") == "oct" || alg.starts_with("ECDH");
}

void run_one(const Json& test, const Json& key, Counts& counts) {
  const std::string token = test.at("jws").is_string() ? test.at("jws").get<std::string>() : dump_json(test.at("jws"));
  INFO(test.at("tcId") << " " << test.at("comment") << " " << token);
  const bool valid = test.at("result") == "valid";
  const bool accepted = accepts(token, key_set(key));
  if (is_symmetric(key)) {
    CHECK_FALSE(accepted);
    ++counts.symmetric;
  } else if (valid && !accepted) {
    Json without_alg = key;
    without_alg.erase("alg");
    CHECK(key.at("kid") == "bilbo.baggins@hobbiton.example");
    CHECK(accepts(token, key_set(without_alg)));
    ++counts.other_alg;
  } else {
    CHECK(accepted == valid);
    ++(accepted ? counts.accepted : counts.refused);
  }
}

std::optional<Counts> run_file(const std::string& name, const char* token_member) {
  const auto document = wycheproof(name);
  if (!document) {
    WARN(name << " is not here (shared data absent); the RFC vectors still run");
    return std::nullopt;
  }
  Counts counts;
  for (const auto& group : document->at("testGroups")) {
    const auto& key = group.contains("public") ? group.at("public") : group.at("private");
    for (auto test : group.at("tests")) {
      if (!test.contains("jws")) test["jws"] = test.at(token_member);
      run_one(test, key, counts);
    }
  }
  CHECK(counts.accepted + counts.refused + counts.symmetric + counts.other_alg == document->at("numberOfTests"));
  return counts;
}

}  // namespace

TEST_CASE("wycheproof: json_web_signature", "[jose]") {
  const auto counts = run_file("json_web_signature_test.json", "jws");
  if (!counts) return;
  CHECK(counts->accepted == 32);
  CHECK(counts->refused == 325);
  CHECK(counts->symmetric == 40);
  CHECK(counts->other_alg == 4);
}

TEST_CASE("wycheproof: json_web_key", "[jose]") {
  const auto counts = run_file("json_web_key_test.json", "jws");
  if (!counts) return;
  CHECK(counts->accepted == 1);
  CHECK(counts->symmetric == 15);
  CHECK(counts->refused == 10);
  CHECK(counts->other_alg == 0);
}

TEST_CASE("wycheproof: json_web_crypto", "[jose]") {
  const auto counts = run_file("json_web_crypto_test.json", "jwe");
  if (!counts) return;
  CHECK(counts->accepted == 2);
  CHECK(counts->refused == 27);
  CHECK(counts->symmetric == 54);
  CHECK(counts->other_alg == 0);
}
