#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/jose/public_key.hpp"
#include "core/jose/verifier.hpp"
#include "tests/unit/jose/vectors.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

TEST_CASE("rfc vectors: signatures of RFC 7515, 7520 and 8037 verify", "[jose]") {
  const auto vectors = rfc_vectors();
  REQUIRE(vectors.at("signatures").size() == 7);
  for (const auto& vector : vectors.at("signatures")) {
    INFO(vector.at("name"));
    CHECK(accepts(vector.at("jws").get<std::string>(), key_set(vector.at("jwk"))));
  }
}

TEST_CASE("rfc vectors: a key verifies only its own vector", "[jose]") {
  const auto vectors = rfc_vectors();
  const auto& list = vectors.at("signatures");
  for (std::size_t i = 0; i < list.size(); ++i) {
    for (std::size_t j = 0; j < list.size(); ++j) {
      if (list[i].at("jwk").value("n", "i") == list[j].at("jwk").value("n", "j") || i == j) continue;
      CHECK_FALSE(accepts(list[i].at("jws").get<std::string>(), key_set(list[j].at("jwk"))));
    }
  }
}

TEST_CASE("rfc vectors: RFC 7517 A.1 key set, RFC 7638 and RFC 8037 thumbprints", "[jose]") {
  const auto vectors = rfc_vectors();
  const auto set = key_set(vectors.at("key_set").at("text"));
  REQUIRE(set.keys().size() == 2);
  CHECK(set.keys()[0].kid() == "1");
  CHECK_FALSE(set.keys()[0].may_verify(jose::Algorithm::Es256));  // use=enc
  CHECK(set.keys()[1].may_verify(jose::Algorithm::Rs256));
  CHECK_FALSE(set.keys()[1].may_verify(jose::Algorithm::Rs512));  // alg=RS256
  CHECK(set.keys()[1].thumbprint() == vectors.at("rfc7638_thumbprint").get<std::string>());
  const auto& ed = vectors.at("signatures").back();
  CHECK(key_set(ed.at("jwk")).keys()[0].thumbprint() == ed.at("thumbprint").get<std::string>());
}

TEST_CASE("rfc vectors: every flipped bit and every truncation is refused", "[jose]") {
  const auto vectors = rfc_vectors();
  for (const auto& vector : vectors.at("signatures")) {
    const auto token = vector.at("jws").get<std::string>();
    const auto keys = key_set(vector.at("jwk"));
    for (std::size_t at = 0; at < token.size(); ++at) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        auto changed = token;
        changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ (1U << bit));
        INFO(vector.at("name") << " byte " << at << " bit " << bit);
        if (accepts(changed, keys)) FAIL("accepted");
      }
    }
    for (std::size_t size = 0; size < token.size(); ++size) {
      INFO(vector.at("name") << " cut to " << size);
      if (accepts(std::string_view(token).substr(0, size), keys)) FAIL("accepted");
    }
    for (const char* tail : {"A", "=", ".", "AA", "\n", " "}) CHECK_FALSE(accepts(token + tail, keys));
    CHECK_FALSE(accepts(" " + token, keys));
  }
}

TEST_CASE("rfc vectors: signature bits flipped before encoding are refused", "[jose]") {
  const auto vectors = rfc_vectors();
  for (const auto& vector : vectors.at("signatures")) {
    const auto jws = jose::CompactJws::parse(vector.at("jws").get<std::string>());
    const auto keys = key_set(vector.at("jwk"));
    REQUIRE(jws);
    for (std::size_t bit = 0; bit < jws->signature.size() * 8; ++bit) {
      auto signature = jws->signature;
      signature[bit / 8] = static_cast<char>(static_cast<unsigned char>(signature[bit / 8]) ^ (1U << (bit % 8)));
      if (jose::verify_signature(jws->header, jws->signing_input, signature, all_algorithms(), keys)) FAIL("accepted " << vector.at("name") << " bit " << bit);
    }
  }
}

TEST_CASE("hash claims: at_hash of OIDC Core appendix A and of every hash size", "[jose]") {
  // OpenID Connect Core 1.0 A.3: access token and at_hash of the example, RS256.
  CHECK(jose::left_half_hash(jose::Algorithm::Rs256, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ");
  CHECK(base64url_decode(jose::left_half_hash(jose::Algorithm::Es384, "x"))->size() == 24);
  CHECK(base64url_decode(jose::left_half_hash(jose::Algorithm::Ps512, "x"))->size() == 32);
  CHECK(base64url_decode(jose::left_half_hash(jose::Algorithm::EdDsa, "x"))->size() == 32);
}
