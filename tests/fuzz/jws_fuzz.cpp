// Compact JWS: parse and verify. Nobody here holds the private key, so no input at all may verify.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/jose/verifier.hpp"

namespace {

// Public keys whose private halves are not in the fuzzer's reach: RFC 7515 A.3, RFC 8037 A.4, RFC 7638 §3.1, under the corpus' kids and none.
constexpr std::string_view kKeys = R"({"keys":[
{"kty":"EC","crv":"P-256","kid":"a","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
{"kty":"RSA","kid":"2011-04-29","e":"AQAB","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}]})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vmcpauth;
  using enum jose::Algorithm;
  static const auto keys = *jose::JwkSet::parse(kKeys);
  static const jose::VerifyPolicy policy{
      .algorithms = {Rs256, Rs384, Rs512, Ps256, Ps384, Ps512, Es256, Es384, Es512, EdDsa}, .issuer = "joe", .audiences = {"a"}};
  const auto token = jose::UnverifiedToken::parse({reinterpret_cast<const char*>(data), size});
  if (!token) return 0;
  static_cast<void>(jose::has_key_for(*token, keys));
  if (jose::verify(*token, policy, keys, from_unix_seconds(1'300'000'000))) std::abort();
  return 0;
}
