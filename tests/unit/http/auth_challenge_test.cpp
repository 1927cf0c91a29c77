#include "core/http/auth_challenge.hpp"

#include "tests/support/catch.hpp"

using namespace vmcpauth;
using http::read_challenges;

namespace {

// "scheme name=value;name=value | scheme": the whole reading as one line.
std::string read(std::string_view field) {
  http::Headers headers;
  headers.add("WWW-Authenticate", std::string(field));
  std::string out;
  for (const auto& challenge : read_challenges(headers)) {
    if (!out.empty()) out += " | ";
    out += challenge.scheme;
    for (const auto& [name, value] : challenge.parameters) out += " " + name + "=" + value;
  }
  return out;
}

}  // namespace

TEST_CASE("auth challenge: what servers send is read") {
  struct Case {
    const char* field;
    const char* want;
  };
  const Case cases[] = {
      {"Bearer", "bearer"},
      {"Bearer realm=\"x\"", "bearer realm=x"},
      {"bearer Resource_Metadata = \"https://a/b?c=d,e\" , scope=\"a b\"", "bearer resource_metadata=https://a/b?c=d,e scope=a b"},
      {"Bearer scope=single", "bearer scope=single"},
      {"DPoP algs=\"ES256\", error=\"use_dpop_nonce\"", "dpop algs=ES256 error=use_dpop_nonce"},
      {"Basic realm=\"a\\\"b\", Bearer error=\"invalid_token\"", "basic realm=a\"b | bearer error=invalid_token"},
      {"Negotiate YWJj/ZGVm==, Bearer scope=\"x\"", "negotiate | bearer scope=x"},
      {"Negotiate, Bearer", "negotiate | bearer"},
      {", , Bearer a=1,, b=2", "bearer a=1 b=2"},
      {"Bearer a=1, a=2", "bearer a=1"},
      {"Bearer error=\"\"", "bearer error="},
  };
  for (const auto& c : cases) {
    INFO(c.field);
    CHECK(read(c.field) == c.want);
  }
}

TEST_CASE("auth challenge: what cannot be read ends the field, not the reading") {
  struct Case {
    const char* field;
    const char* want;
  };
  const Case cases[] = {
      {"", ""},
      {"   ", ""},
      {"\"quoted\"", ""},
      {"Bearer realm=\"never closed", "bearer"},
      {"Bearer a=1, b=\"open", "bearer a=1"},
      {"Bearer a=\"ends with a backslash\\", "bearer"},
      {"Bearer a=1, {}", "bearer a=1"},
      {"=", ""},
      {"Bearer =x", "bearer"},
  };
  for (const auto& c : cases) {
    INFO(c.field);
    CHECK(read(c.field) == c.want);
  }
}

TEST_CASE("auth challenge: numbers and sizes are bounded") {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "S" + std::to_string(i) + ", ";
  http::Headers headers;
  headers.add("WWW-Authenticate", many);
  CHECK(read_challenges(headers).size() == 16);

  std::string wide = "Bearer ";
  for (int i = 0; i < 100; ++i) wide += "p" + std::to_string(i) + "=1, ";
  http::Headers one;
  one.add("www-authenticate", wide);
  CHECK(read_challenges(one).at(0).parameters.size() == 32);

  http::Headers huge;
  huge.add("WWW-Authenticate", "Bearer realm=\"" + std::string(9000, 'x') + "\"");
  huge.add("WWW-Authenticate", "Bearer scope=\"y\"");
  const auto read_back = read_challenges(huge);
  REQUIRE(read_back.size() == 1);
  CHECK(read_back.at(0).get("SCOPE") == "y");
  CHECK(http::find_challenge(read_back, "dpop") == nullptr);
  CHECK(http::find_challenge(read_back, "bearer") == &read_back.front());
}
