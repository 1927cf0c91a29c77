#include "core/crypto/seal.hpp"

#include "core/base/encoding.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/temp_dir.hpp"

using namespace vmcpauth;

namespace {
const std::string kKey(32, 'k');
}

TEST_CASE("seal: a store key comes in three spellings") {
  for (const auto& text : {base64url_encode(kKey), base64_encode(kKey), hex_encode(kKey), " " + hex_encode(kKey) + "\n"}) {
    const auto key = crypto::parse_store_key(text);
    REQUIRE(key);
    CHECK(key->reveal() == kKey);
  }
  for (const auto& text : {std::string(), std::string("secret"), kKey, hex_encode(kKey.substr(1)), base64url_encode(kKey + "k"), hex_encode(kKey) + "00"}) {
    INFO(text);
    CHECK(crypto::parse_store_key(text).error().code() == ErrorCode::InvalidInput);
  }
}

TEST_CASE("seal: the key file is made once and read ever after") {
  const test::TempDir dir;
  SystemPrivateFiles files;
  SystemRandom random;
  const test::FakeEnv env;
  const auto path = dir.path() / "store.key";
  const auto made = crypto::load_store_key(path, files, env, random);
  REQUIRE(made);
  const auto again = crypto::load_store_key(path, files, env, random);
  REQUIRE(again);
  CHECK(made->reveal() == again->reveal());
  CHECK(made->reveal().size() == 32);

  REQUIRE(files.replace(path, "damaged"));
  const auto damaged = crypto::load_store_key(path, files, env, random);
  REQUIRE_FALSE(damaged);
  CHECK_THAT(damaged.error().describe(), ContainsSubstring("store.key"));
}

TEST_CASE("seal: the variable wins over the file and touches none") {
  const test::TempDir dir;
  SystemPrivateFiles files;
  SystemRandom random;
  test::FakeEnv env;
  env.values[crypto::kStoreKeyVariable] = hex_encode(kKey);
  const auto key = crypto::load_store_key(dir.path() / "store.key", files, env, random);
  REQUIRE(key);
  CHECK(key->reveal() == kKey);
  CHECK(files.names(dir.path())->empty());
  env.values[crypto::kStoreKeyVariable] = "too short";
  const auto bad = crypto::load_store_key(dir.path() / "store.key", files, env, random);
  REQUIRE_FALSE(bad);
  CHECK_THAT(bad.error().describe(), ContainsSubstring("VMCPAUTH_STORE_KEY"));
  CHECK_THAT(bad.error().describe(), !ContainsSubstring("too short"));
}

TEST_CASE("seal: opens only with the same key, purpose and context, unaltered") {
  SystemRandom random;
  const auto sealer = crypto::Sealer::with_key(Secret(kKey), "credentials");
  REQUIRE(sealer);
  const auto sealed = sealer->seal(Secret("token"), "a", random);
  REQUIRE(sealed);
  CHECK(sealer->open(*sealed, "a")->reveal() == "token");
  CHECK(sealer->open(*sealed, "b").error().code() == ErrorCode::BadSignature);
  CHECK(crypto::Sealer::with_key(Secret(kKey), "sessions")->open(*sealed, "a").error().code() == ErrorCode::BadSignature);
  CHECK_FALSE(crypto::Sealer::with_key(Secret("short"), "credentials"));
  for (std::size_t i = 0; i < sealed->size(); ++i) {
    std::string altered = *sealed;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    CHECK_FALSE(sealer->open(altered, "a"));
    CHECK_FALSE(sealer->open(sealed->substr(0, i), "a"));
  }
}
