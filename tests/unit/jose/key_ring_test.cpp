#include <thread>

#include "core/jose/key_ring.hpp"
#include "core/jose/verifier.hpp"
#include "tests/unit/jose/vectors.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using jose::Algorithm;
using jose::KeyRing;

namespace {

Secret pem_of(Algorithm algorithm) {
  auto pem = KeyRing::generate_pem(algorithm);
  REQUIRE(pem);
  return *std::move(pem);
}

KeyRing ring_of(std::vector<Secret> pem) {
  auto ring = KeyRing::from_pem(pem);
  REQUIRE(ring);
  return *std::move(ring);
}

}  // namespace

TEST_CASE("key ring: each key type signs by its algorithm and verifies by the published set", "[jose]") {
  const std::pair<Algorithm, std::size_t> cases[] = {
      {Algorithm::Rs256, 256}, {Algorithm::Es256, 64}, {Algorithm::Es384, 96}, {Algorithm::Es512, 132}, {Algorithm::EdDsa, 64}};
  for (const auto& [algorithm, signature_size] : cases) {
    INFO(to_string(algorithm));
    std::vector<Secret> pem;
    pem.push_back(pem_of(algorithm));
    const auto ring = ring_of(std::move(pem));
    CHECK(ring.algorithm() == algorithm);
    const auto token = ring.sign("at+jwt", {{"sub", "u"}});
    REQUIRE(token);
    const auto jws = jose::CompactJws::parse(*token);
    REQUIRE(jws);
    CHECK(jws->signature.size() == signature_size);
    CHECK(jws->header == Json{{"alg", to_string(algorithm)}, {"typ", "at+jwt"}, {"kid", ring.public_keys().keys().front().thumbprint()}});
    CHECK(accepts(*token, ring.public_keys()));
    const auto published = jose::JwkSet::parse(ring.public_keys().to_json_text());
    REQUIRE(published);
    CHECK(accepts(*token, *published));
    CHECK(ring.public_keys().to_json_text().find("\"d\"") == std::string::npos);
  }
}

TEST_CASE("key ring: after a rotation old tokens verify and new ones carry the new kid", "[jose]") {
  std::vector<Secret> before, after;
  before.push_back(pem_of(Algorithm::Es256));
  after.push_back(pem_of(Algorithm::Rs256));
  after.push_back(before.front().clone());
  after.push_back(before.front().clone());  // twice: published once
  const auto old_ring = ring_of(std::move(before));
  const auto new_ring = ring_of(std::move(after));
  const auto old_token = old_ring.sign("JWT", {{"sub", "u"}});
  const auto new_token = new_ring.sign("JWT", {{"sub", "u"}});
  REQUIRE(new_ring.public_keys().keys().size() == 2);
  CHECK(accepts(*old_token, new_ring.public_keys()));
  CHECK(accepts(*new_token, new_ring.public_keys()));
  CHECK_FALSE(accepts(*new_token, old_ring.public_keys()));
}

TEST_CASE("key ring: generated keys differ", "[jose]") {
  const auto a = KeyRing::generate();
  const auto b = KeyRing::generate();
  REQUIRE(a);
  REQUIRE(b);
  CHECK(a->algorithm() == Algorithm::Es256);
  CHECK(a->public_keys().keys()[0].kid() != b->public_keys().keys()[0].kid());
  CHECK_FALSE(accepts(*a->sign("JWT", {{"sub", "u"}}), b->public_keys()));
}

TEST_CASE("key ring: names the key that does not load", "[jose]") {
  CHECK(KeyRing::from_pem({}).error().code() == ErrorCode::InvalidInput);
  std::vector<Secret> pem;
  pem.push_back(pem_of(Algorithm::Es256));
  pem.emplace_back("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
  const auto ring = KeyRing::from_pem(pem);
  REQUIRE_FALSE(ring);
  CHECK(ring.error().describe().find("signing key 2") != std::string::npos);
}

TEST_CASE("key ring: signs and verifies from many threads", "[jose]") {
  const auto ring = KeyRing::generate();
  REQUIRE(ring);
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        const auto token = ring->sign("JWT", {{"sub", std::to_string(i)}});
        if (token && accepts(*token, ring->public_keys())) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 200);
}
