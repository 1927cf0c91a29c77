#include "core/inspect/decoded_token.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/inspect/tokens.hpp"

using namespace vmcpauth;
using namespace vmcpauth::test;
using inspect::TokenForm;

TEST_CASE("decode: the forms of tokens") {
  struct Case {
    const char* what;
    std::string text;
    TokenForm form;
  };
  const std::vector<Case> cases{
      {"a signed JWT", jwt(good_header(), good_claims()), TokenForm::Jws},
      {"an encrypted one", base64url_encode(R"({"alg":"dir","enc":"A256GCM"})") + "..a.b.c", TokenForm::Jwe},
      {"a GitHub token", "gho_16C7e42F292c6912E7710c838347Ae178B4a", TokenForm::Opaque},
      {"three parts, no header", "a.b.c", TokenForm::Opaque},
      {"a header that is a list", base64url_encode("[1]") + ".e30.x", TokenForm::Opaque},
      {"a header that is no JSON", base64url_encode("{") + ".e30.x", TokenForm::Opaque},
      {"two parts", base64url_encode("{}") + ".e30", TokenForm::Opaque},
      {"four parts", base64url_encode("{}") + ".e30.a.b", TokenForm::Opaque},
      {"six parts", base64url_encode("{}") + ".e30.a.b.c.d", TokenForm::Opaque},
      {"dots only", "..", TokenForm::Opaque},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    const auto token = decoded(c.text);
    CHECK(token.form == c.form);
    CHECK(token.header.is_object() == (c.form != TokenForm::Opaque));
    CHECK(token.claims.is_object() == (c.form == TokenForm::Jws));
    CHECK(token.token.reveal() == c.text);
  }
}

TEST_CASE("decode: what was pasted along is taken off and said") {
  const auto token = jwt(good_header(), good_claims());
  struct Case {
    std::string text;
    const char* code;
  };
  const std::vector<Case> cases{
      {"Bearer " + token, "bearer-prefix"},
      {"bearer " + token + "\n", "bearer-prefix"},
      {"\"" + token + "\"", "quoted"},
      {"'" + token + "'", "quoted"},
      {"Authorization: Bearer " + token, "authorization-header"},
      {token.substr(0, 20) + "\n" + token.substr(20), "line-breaks"},
      {token.substr(0, 20) + "\r\n" + token.substr(20), "line-breaks"},
  };
  for (const auto& c : cases) {
    INFO(c.text);
    const auto read = decoded(c.text);
    CHECK(read.token.reveal() == token);
    CHECK(read.form == TokenForm::Jws);
    CHECK(has_code(read.observations, c.code));
  }
  CHECK(decoded("  " + token + "\n").observations.empty());
}

TEST_CASE("decode: broken tokens are read as far as they can be") {
  const auto header = dump_json(good_header());
  const auto payload = dump_json(good_claims());
  struct Case {
    const char* what;
    std::string text;
    const char* code;
    bool claims;
  };
  const std::vector<Case> cases{
      {"no signature", base64url_encode(header) + "." + base64url_encode(payload) + ".", "signature-missing", true},
      {"padded", base64url_encode(header) + "." + base64url_encode("{\"a\":10}") + "=." + "c2ln", "payload-base64", true},
      {"standard alphabet", base64url_encode(header) + "." + base64_encode("{\"a\":\"\xC3\xBF\xC3\xBE?>\"}") + ".c2ln", "payload-base64", true},
      {"payload is no base64", base64url_encode(header) + ".!!!.c2ln", "payload-encoding", false},
      {"payload is a list", raw_jwt(header, "[]"), "payload-not-json", false},
      {"payload is text", raw_jwt(header, "hello"), "payload-not-json", false},
      {"payload is not UTF-8", raw_jwt(header, "{\"a\":\"\xFF\"}"), "payload-not-json", false},
      {"payload is too deep", raw_jwt(header, R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}"), "payload-not-json", false},
      {"claim twice", raw_jwt(header, R"({"sub":"a","sub":"b"})"), "duplicate-member", true},
      {"header member twice", raw_jwt(R"({"alg":"ES256","alg":"none"})", payload), "duplicate-member", true},
      {"nested member twice", raw_jwt(header, R"({"act":{"sub":"a","sub":"b"}})"), "duplicate-member", true},
      {"too large", raw_jwt(header, R"({"a":")" + std::string(20'000, 'x') + "\"}"), "too-large", true},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    const auto token = decoded(c.text);
    CHECK(token.form == TokenForm::Jws);
    CHECK(has_code(token.observations, c.code));
    CHECK(token.claims.is_object() == c.claims);
  }
  CHECK(decoded(raw_jwt(header, R"({"sub":"a","sub":"b"})")).claims["sub"] == "b");
}

TEST_CASE("decode: what is no token is refused") {
  for (const std::string& text : {std::string(), std::string(" \n "), std::string("Bearer "), std::string("\"\""), std::string("two words"),
                                  std::string("tab\tin it"), std::string("\x01"), std::string("caf\xC3\xA9"), std::string(70'000, 'a')}) {
    INFO(text.substr(0, 40));
    CHECK_FALSE(inspect::decode_token(text));
  }
  CHECK(inspect::decode_token(std::string(70'000, 'a')).error().code() == ErrorCode::TooLarge);
}

TEST_CASE("decode: every truncation and every changed character of a token is survived") {
  const auto token = jwt(good_header(), good_claims());
  for (std::size_t i = 0; i < token.size(); ++i) {
    (void)inspect::decode_token(token.substr(0, i));
    auto changed = token;
    changed[i] = static_cast<char>(changed[i] ^ 0x11);
    (void)inspect::decode_token(changed);
  }
  SUCCEED();
}
