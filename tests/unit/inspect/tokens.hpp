// Tokens made for the tests of this room: unsigned ones with any header and claims, signed ones by a key ring.
#pragma once

#include <string>

#include "core/base/encoding.hpp"
#include "core/base/json.hpp"
#include "core/inspect/decoded_token.hpp"

namespace vmcpauth::test {

inline constexpr std::int64_t kNow = 1'800'000'000;

// Header and payload as given, and a signature of some bytes.
inline std::string raw_jwt(const std::string& header, const std::string& payload, const std::string& signature = "signature") {
  return base64url_encode(header) + "." + base64url_encode(payload) + "." + base64url_encode(signature);
}
inline std::string jwt(const Json& header, const Json& claims) { return raw_jwt(dump_json(header), dump_json(claims)); }

// What nothing can be said against.
inline Json good_header() { return {{"alg", "ES256"}, {"kid", "key-1"}, {"typ", "at+jwt"}}; }
inline Json good_claims() {
  return {{"iss", "https://idp.example"}, {"sub", "user-1"}, {"aud", "https://vmcp.example/mcp"}, {"exp", kNow + 3600}, {"iat", kNow - 60},
          {"client_id", "client-1"},      {"jti", "id-1"},   {"scope", "openid profile"}};
}

inline inspect::DecodedToken decoded(const std::string& text) { return inspect::decode_token(text).value(); }

inline bool has_code(const inspect::Observations& seen, std::string_view code) {
  for (const auto& one : seen) {
    if (one.code.text() == code) return true;
  }
  return false;
}

}  // namespace vmcpauth::test
