#include "core/crypto/passphrase_key.hpp"

#include "core/base/encoding.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;

TEST_CASE("scrypt: as another implementation computes it") {
  const crypto::ScryptCost cost{16384, 8, 1};
  // By Python's hashlib.scrypt; RFC 7914's own salts are shorter than the 16 bytes demanded here.
  const auto key = crypto::scrypt_key(Secret("pleaseletmein"), "SodiumChlorideSodiumChloride", cost);
  REQUIRE(key);
  CHECK(key->reveal().size() == 32);
  CHECK(hex_encode(key->reveal()) == "1073a16c2cd56ec6123cde38d36c1a8ec07f8af8ccec9e962316ef3a480150f2");
}

TEST_CASE("scrypt: every part counts") {
  const crypto::ScryptCost cost{1024, 8, 1};
  const std::string salt(16, 's');
  const auto key = crypto::scrypt_key(Secret("passphrase"), salt, cost)->reveal();
  CHECK(crypto::scrypt_key(Secret("passphrase"), salt, cost)->reveal() == key);
  CHECK(crypto::scrypt_key(Secret("passphrasE"), salt, cost)->reveal() != key);
  CHECK(crypto::scrypt_key(Secret("passphrase"), std::string(16, 't'), cost)->reveal() != key);
  CHECK(crypto::scrypt_key(Secret("passphrase"), salt, {2048, 8, 1})->reveal() != key);
}

TEST_CASE("scrypt: what a file may not ask of us") {
  const std::vector<crypto::ScryptCost> refused{{0, 8, 1},          {1, 8, 1},         {1000, 8, 1},         {1024, 0, 1},
                                                {1024, 8, 0},       {1U << 25U, 8, 1}, {1U << 20U, 8, 1},    {1U << 18U, 16, 1},
                                                {1U << 17U, 8, 64}, {1024, 65, 1},     {1ULL << 63U, 64, 64}};
  for (const auto& cost : refused) {
    INFO(cost.n << " " << cost.r << " " << cost.p);
    CHECK_FALSE(crypto::check_cost(cost));
    CHECK_FALSE(crypto::scrypt_key(Secret("x"), std::string(16, 's'), cost));
  }
  CHECK(crypto::check_cost({}));
  CHECK_FALSE(crypto::scrypt_key(Secret(""), std::string(16, 's'), {1024, 8, 1}));
  CHECK_FALSE(crypto::scrypt_key(Secret("x"), std::string(15, 's'), {1024, 8, 1}));
}
