#include "cli/suggest.hpp"

#include "tests/support/catch.hpp"

namespace vmcpauth::cli {

TEST_CASE("suggest: the nearest word, or none when nothing is near") {
  const std::vector<std::string> known = {"--listen", "--issuer", "--keep-issuer", "--log-format", "--color", "--quiet"};
  struct Case {
    std::string given, want;
  };
  for (const auto& each : std::vector<Case>{
           {"--lisen", "--listen"},      // left out
           {"--listten", "--listen"},    // one too many
           {"--listem", "--listen"},     // another one
           {"--litsen", "--listen"},     // swapped
           {"--colour", "--color"},      // spelt otherwise
           {"--log", "--log-format"},    // only begun
           {"--keep", "--keep-issuer"},  // only begun
           {"--frobnicate", ""},
           {"", ""},
           {"-x", ""},
           {std::string(100000, 'a'), ""},  // no quadratic work for it
       }) {
    INFO(each.given.substr(0, 40));
    CHECK(nearest(each.given, known).value_or("") == each.want);
  }
}

TEST_CASE("suggest: nothing is near to nothing") { CHECK_FALSE(nearest("--listen", {})); }

}  // namespace vmcpauth::cli
