#include "core/base/secret.hpp"

#include <type_traits>

#include "tests/support/catch.hpp"

using vmcpauth::constant_time_equal;
using vmcpauth::Secret;

static_assert(!std::is_copy_constructible_v<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!fmt::is_formattable<Secret>::value);

TEST_CASE("secret: moves leave nothing behind, short or long") {
  for (const auto& value : {std::string("short"), std::string(100, 'x')}) {
    Secret a(value);
    const Secret b(std::move(a));
    CHECK(a.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
    CHECK(b.reveal() == value);
    CHECK(b.equals(value));
    CHECK_FALSE(b.equals(value + "x"));
    CHECK_FALSE(b.equals(""));
    CHECK(b.clone().equals(value));
  }
}

TEST_CASE("secret: a difference is seen wherever it is", "[base]") {
  for (std::size_t size = 0; size <= 40; ++size) {
    const std::string text(size, 'a');
    CHECK(constant_time_equal(text, text));
    CHECK_FALSE(constant_time_equal(text, text + 'a'));
    for (std::size_t at = 0; at < size; ++at) {
      INFO(size << " bytes, the difference at " << at);
      std::string other = text;
      other[at] = 'b';
      CHECK_FALSE(constant_time_equal(text, other));
      other[at] = static_cast<char>('a' ^ 0x80);
      CHECK_FALSE(constant_time_equal(other, text));
    }
  }
}
