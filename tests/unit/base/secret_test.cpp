#include "core/base/secret.hpp"

#include <type_traits>

#include "tests/support/catch.hpp"

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
