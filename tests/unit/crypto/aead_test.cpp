#include "core/crypto/aead.hpp"
#include "core/base/encoding.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"

using namespace vmcpauth;
using crypto::Aes256Gcm;

namespace {

class ZeroRandom final : public Random {
 public:
  void fill(std::span<unsigned char> out) override { std::fill(out.begin(), out.end(), static_cast<unsigned char>(0)); }
};

Aes256Gcm sealer(char fill) {
  auto made = Aes256Gcm::with_key(Secret(std::string(32, fill)));
  REQUIRE(made);
  return *std::move(made);
}

}  // namespace

TEST_CASE("aes-gcm: test cases 13 and 14 of the GCM specification", "[crypto]") {
  ZeroRandom zero;
  const auto nonce = std::string(24, '0');
  CHECK(hex_encode(*sealer('\0').seal(Secret(), "", zero)) == nonce + "530f8afbc74536b9a963b4f1c4cb738b");
  CHECK(hex_encode(*sealer('\0').seal(Secret(std::string(16, '\0')), "", zero)) ==
        nonce + "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919");
}

TEST_CASE("aes-gcm: opens what it sealed, and only that", "[crypto]") {
  test::CountingRandom random;
  const auto aead = sealer('k');
  const auto sealed = aead.seal(Secret("refresh-token"), "row 7", random);
  REQUIRE(sealed);
  REQUIRE(aead.open(*sealed, "row 7"));
  CHECK(aead.open(*sealed, "row 7")->reveal() == "refresh-token");
  CHECK(sealed->find("refresh") == std::string::npos);
  CHECK(aead.open(*sealed, "row 8").error().code() == ErrorCode::BadSignature);
  CHECK(sealer('l').open(*sealed, "row 7").error().code() == ErrorCode::BadSignature);
  for (std::size_t bit = 0; bit < sealed->size() * 8; ++bit) {
    auto other = *sealed;
    other[bit / 8] = static_cast<char>(static_cast<unsigned char>(other[bit / 8]) ^ (1U << (bit % 8)));
    CHECK_FALSE(aead.open(other, "row 7"));
  }
  for (std::size_t size = 0; size < sealed->size(); ++size) CHECK_FALSE(aead.open(std::string_view(*sealed).substr(0, size), "row 7"));
}

TEST_CASE("aes-gcm: the same text seals differently each time", "[crypto]") {
  SystemRandom random;
  const auto aead = sealer('k');
  CHECK(*aead.seal(Secret("x"), "", random) != *aead.seal(Secret("x"), "", random));
}

TEST_CASE("aes-gcm: refuses keys of another size", "[crypto]") {
  for (const std::size_t size : {0U, 16U, 31U, 33U, 64U}) CHECK(Aes256Gcm::with_key(Secret(std::string(size, 'k'))).error().code() == ErrorCode::InvalidInput);
}
