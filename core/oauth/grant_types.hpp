// The registered names of grants, token types and client authentication methods.
#pragma once

#include <string_view>

namespace vmcpauth::oauth {

inline constexpr std::string_view kAuthorizationCode = "authorization_code";
inline constexpr std::string_view kRefreshToken = "refresh_token";
inline constexpr std::string_view kTokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";  // RFC 8693
inline constexpr std::string_view kJwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";          // RFC 7523

inline constexpr std::string_view kAccessTokenType = "urn:ietf:params:oauth:token-type:access_token";
inline constexpr std::string_view kIdTokenType = "urn:ietf:params:oauth:token-type:id_token";
inline constexpr std::string_view kJwtType = "urn:ietf:params:oauth:token-type:jwt";

inline constexpr std::string_view kAuthNone = "none";
inline constexpr std::string_view kAuthBasic = "client_secret_basic";
inline constexpr std::string_view kAuthPost = "client_secret_post";

}  // namespace vmcpauth::oauth
