#include "core/crypto/digest.hpp"
#include "core/base/encoding.hpp"
#include "core/crypto/mac.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;

namespace {
std::string unhex(std::string_view text) { return *hex_decode(text); }
}  // namespace

TEST_CASE("digest: FIPS 180-4 examples", "[crypto]") {
  CHECK(hex_encode(crypto::sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_encode(crypto::sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex_encode(crypto::sha384("abc")) == "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  CHECK(hex_encode(crypto::sha512("abc")) ==
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  const auto array = crypto::sha256_array("abc");
  CHECK(std::string(array.begin(), array.end()) == crypto::sha256("abc"));
}

TEST_CASE("hmac: RFC 4231 test cases", "[crypto]") {
  struct Case {
    std::string key, data, tag;
  };
  const Case cases[] = {
      {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First", "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
  };
  for (const auto& c : cases) {
    const crypto::HmacSha256 mac(Secret(c.key));
    CHECK(hex_encode(mac.tag(c.data)) == c.tag);
    CHECK(mac.verify(c.data, unhex(c.tag)));
  }
}

TEST_CASE("hmac: refuses other tags, data and keys", "[crypto]") {
  const crypto::HmacSha256 mac(Secret("key"));
  const auto tag = mac.tag("data");
  for (std::size_t bit = 0; bit < tag.size() * 8; ++bit) {
    auto other = tag;
    other[bit / 8] = static_cast<char>(static_cast<unsigned char>(other[bit / 8]) ^ (1U << (bit % 8)));
    CHECK_FALSE(mac.verify("data", other));
  }
  CHECK_FALSE(mac.verify("data", ""));
  CHECK_FALSE(mac.verify("data", tag.substr(0, 31)));
  CHECK_FALSE(mac.verify("data", tag + '\0'));
  CHECK_FALSE(mac.verify("date", tag));
  CHECK_FALSE(crypto::HmacSha256(Secret("kez")).verify("data", tag));
}

TEST_CASE("hkdf: RFC 5869 test cases 1 to 3", "[crypto]") {
  const auto derive = [](const std::string& key, const std::string& salt, const std::string& info, std::size_t length) {
    auto out = crypto::hkdf_sha256(Secret(key), salt, info, length);
    REQUIRE(out);
    return hex_encode(out->reveal());
  };
  const auto range = [](int from, int to) {
    std::string out;
    for (int i = from; i <= to; ++i) out += static_cast<char>(i);
    return out;
  };
  CHECK(derive(std::string(22, '\x0b'), range(0, 12), unhex("f0f1f2f3f4f5f6f7f8f9"), 42) ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  CHECK(derive(range(0, 0x4f), range(0x60, 0xaf), range(0xb0, 0xff), 82) ==
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01"
        "d5c1f3434f1d87");
  CHECK(derive(std::string(22, '\x0b'), "", "", 42) == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("hkdf: refuses lengths it cannot give", "[crypto]") {
  CHECK(crypto::hkdf_sha256(Secret("k"), "", "", 0).error().code() == ErrorCode::InvalidInput);
  CHECK(crypto::hkdf_sha256(Secret("k"), "", "", 8161).error().code() == ErrorCode::InvalidInput);
  CHECK(crypto::hkdf_sha256(Secret("k"), "", "", 8160)->reveal().size() == 8160);
}
