#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/crypto/private_key.hpp"
#include "core/crypto/roca.hpp"
#include "tests/support/catch.hpp"

using namespace vmcpauth;
using crypto::KeyType;
using crypto::PrivateKey;
using crypto::SignatureScheme;

namespace {

const std::filesystem::path kFolder = VMCPAUTH_SOURCE_DIR "/testdata/crypto";

Secret read_pem(const std::filesystem::path& path) {
  std::ifstream in(path);
  REQUIRE(in);
  return Secret(std::string(std::istreambuf_iterator<char>(in), {}));
}

constexpr SignatureScheme kSchemes[] = {SignatureScheme::RsaPkcs1Sha256, SignatureScheme::RsaPkcs1Sha384, SignatureScheme::RsaPkcs1Sha512,
                                        SignatureScheme::RsaPssSha256,   SignatureScheme::RsaPssSha384,   SignatureScheme::RsaPssSha512,
                                        SignatureScheme::EcdsaSha256,    SignatureScheme::EcdsaSha384,    SignatureScheme::EcdsaSha512,
                                        SignatureScheme::Ed25519};

}  // namespace

TEST_CASE("private key: loads PKCS#8, SEC1 and PKCS#1", "[crypto]") {
  const std::pair<const char*, KeyType> cases[] = {
      {"p256-sec1.pem", KeyType::P256},        {"p256-sec1-with-parameters.pem", KeyType::P256},
      {"p256-pkcs8.pem", KeyType::P256},       {"p256-explicit-parameters.pem", KeyType::P256},
      {"p521-sec1.pem", KeyType::P521},        {"rsa2048-pkcs1.pem", KeyType::Rsa},
      {"ed25519-pkcs8.pem", KeyType::Ed25519},
  };
  for (const auto& [name, type] : cases) {
    INFO(name);
    const auto key = PrivateKey::from_pem(read_pem(kFolder / name));
    REQUIRE(key);
    CHECK(key->type() == type);
  }
  const auto sec1 = PrivateKey::from_pem(read_pem(kFolder / "p256-sec1.pem"));
  const auto pkcs8 = PrivateKey::from_pem(read_pem(kFolder / "p256-pkcs8.pem"));
  CHECK(sec1->public_key().parameters().x == pkcs8->public_key().parameters().x);
}

TEST_CASE("private key: refuses what must not sign", "[crypto]") {
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (!entry.path().filename().string().starts_with("refused-")) continue;
    INFO(entry.path().filename());
    ++seen;
    const auto key = PrivateKey::from_pem(read_pem(entry.path()));
    REQUIRE_FALSE(key);
    const auto code = key.error().code();
    CHECK((code == ErrorCode::InvalidInput || code == ErrorCode::Unsupported));
  }
  CHECK(seen == 13);
  CHECK(PrivateKey::from_pem(read_pem(kFolder / "refused-encrypted-pkcs8.pem")).error().message() == "private key is encrypted; give it without a passphrase");
  CHECK(PrivateKey::from_pem(read_pem(kFolder / "refused-encrypted-sec1.pem")).error().message() == "private key is encrypted; give it without a passphrase");
  CHECK(PrivateKey::from_pem(Secret(std::string(70'000, 'x'))).error().code() == ErrorCode::InvalidInput);
}

TEST_CASE("private key: every scheme signs with its own key type only, and round-trips through PEM", "[crypto]") {
  for (const auto type : {KeyType::Rsa, KeyType::P256, KeyType::P384, KeyType::P521, KeyType::Ed25519}) {
    const auto key = PrivateKey::generate(type);
    REQUIRE(key);
    const auto pem = key->to_pem();
    REQUIRE(pem);
    const auto again = PrivateKey::from_pem(*pem);
    REQUIRE(again);
    for (const auto scheme : kSchemes) {
      const auto signature = again->sign(scheme, "data");
      const bool fits = (type == KeyType::Rsa && scheme <= SignatureScheme::RsaPssSha512) ||
                        (type == KeyType::P256 && scheme == SignatureScheme::EcdsaSha256) ||
                        (type == KeyType::P384 && scheme == SignatureScheme::EcdsaSha384) ||
                        (type == KeyType::P521 && scheme == SignatureScheme::EcdsaSha512) || (type == KeyType::Ed25519 && scheme == SignatureScheme::Ed25519);
      REQUIRE(signature.has_value() == fits);
      if (!fits) continue;
      CHECK(key->public_key().verify(scheme, "data", *signature));
      CHECK_FALSE(key->public_key().verify(scheme, "date", *signature));
      CHECK_FALSE(key->public_key().verify(scheme, "data", ""));
      for (const auto other : kSchemes) CHECK(key->public_key().verify(other, "data", *signature) == (other == scheme));
    }
  }
}

TEST_CASE("roca: ordinary moduli do not have the fingerprint, powers of the generator do", "[crypto]") {
  CHECK_FALSE(crypto::is_roca_modulus(PrivateKey::generate(KeyType::Rsa)->public_key().parameters().n));
  CHECK(crypto::is_roca_modulus(std::string("\x01\x00\x01", 3)));  // 65537^1
  CHECK(crypto::is_roca_modulus(std::string("\x01", 1)));          // 65537^0
  CHECK_FALSE(crypto::is_roca_modulus(std::string("\x01\x00\x03", 3)));
}
