#include "core/inspect/claim_diff.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/inspect/tokens.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;

namespace {

std::vector<std::string> shown(const Json& before, const Json& after) {
  std::vector<std::string> out;
  for (const auto& change : inspect::diff_claims(before, after)) out.push_back(change.name + " " + std::string(to_string(change.change)));
  return out;
}

}  // namespace

TEST_CASE("diff: registered claims first, then the rest by name") {
  const Json before = {{"zeta", 1}, {"sub", "u"}, {"iss", "a"}, {"aud", "x"}, {"exp", 5}};
  const Json after = {{"alpha", 1}, {"sub", "u"}, {"iss", "b"}, {"aud", "y"}, {"act", {{"sub", "agent"}}}};
  CHECK(shown(before, after) == std::vector<std::string>{"iss changed", "sub same", "aud changed", "act added", "exp removed", "alpha added", "zeta removed"});
}

TEST_CASE("diff: audiences and scopes are sets, whatever form they come in") {
  struct Case {
    Json before, after;
    const char* change;
  };
  const std::vector<Case> cases{
      {{{"aud", "a"}}, {{"aud", {"a"}}}, "aud same"},          {{{"aud", {"a", "b"}}}, {{"aud", {"b", "a"}}}, "aud same"},
      {{{"aud", {"a", "b"}}}, {{"aud", "a"}}, "aud changed"},  {{{"aud", "a b"}}, {{"aud", {"a", "b"}}}, "aud changed"},
      {{{"scope", "x y"}}, {{"scope", "y x"}}, "scope same"},  {{{"scope", "x y"}}, {{"scope", {"x", "y"}}}, "scope same"},
      {{{"scope", "x y"}}, {{"scope", "x"}}, "scope changed"}, {{{"scp", {"x"}}}, {{"scp", 1}}, "scp changed"},
  };
  for (const auto& c : cases) {
    INFO(dump_json(c.before) << " " << dump_json(c.after));
    CHECK(shown(c.before, c.after) == std::vector<std::string>{c.change});
  }
}

TEST_CASE("diff: an opaque side leaves everything added or removed; a token inside is never shown") {
  CHECK(shown(Json(), {{"sub", "u"}}) == std::vector<std::string>{"sub added"});
  CHECK(shown({{"sub", "u"}}, Json()) == std::vector<std::string>{"sub removed"});
  CHECK(inspect::diff_claims(Json(), Json()).empty());
  const auto inner = jwt(good_header(), good_claims());
  const auto changes = inspect::diff_claims({{"inner", inner}}, {{"inner", inner}});
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].before == "[redacted]");
  CHECK(changes[0].after == "[redacted]");
}
