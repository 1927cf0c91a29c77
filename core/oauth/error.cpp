#include "core/oauth/error.hpp"

#include <algorithm>
#include <array>

namespace vmcpauth::oauth {
namespace {

struct Row {
  std::string_view oauth_code;
  ErrorCode code;
  int status;
  std::string_view text;
};

constexpr std::array<Row, 20> kRows{{
    {"invalid_request", ErrorCode::InvalidInput, 400, "The request is malformed or misses a parameter."},
    {"invalid_client", ErrorCode::Unauthenticated, 401, "Client authentication failed."},
    {"invalid_grant", ErrorCode::Expired, 400, "The grant is invalid, expired, revoked or was issued to another client."},
    {"unauthorized_client", ErrorCode::Forbidden, 400, "The client may not use this grant."},
    {"unsupported_grant_type", ErrorCode::Unsupported, 400, "The grant type is not supported."},
    {"unsupported_response_type", ErrorCode::Unsupported, 400, "Only the response type \"code\" is supported."},
    {"invalid_scope", ErrorCode::Forbidden, 400, "The scope is malformed or more than the client may have."},
    {"invalid_target", ErrorCode::InvalidInput, 400, "The resource is malformed or not served here."},
    {"access_denied", ErrorCode::Denied, 400, "The sign-in was denied or cancelled."},
    {"server_error", ErrorCode::Internal, 500, "The sign-in could not be completed; the server's log says why."},
    {"temporarily_unavailable", ErrorCode::Unavailable, 503, "The server or an identity provider cannot answer now; try again."},
    {"slow_down", ErrorCode::RateLimited, 429, "Too many requests; try again later."},
    {"login_required", ErrorCode::Denied, 400, "The user has to sign in, which prompt=none forbids."},
    {"request_not_supported", ErrorCode::Unsupported, 400, "The request parameter is not supported."},
    {"request_uri_not_supported", ErrorCode::Unsupported, 400, "The request_uri parameter is not supported."},
    {"registration_not_supported", ErrorCode::Unsupported, 400, "The registration parameter is not supported."},
    {"invalid_redirect_uri", ErrorCode::InvalidInput, 400, "A redirect URI is not acceptable."},
    {"invalid_client_metadata", ErrorCode::InvalidInput, 400, "The client metadata is not acceptable."},
    {"unsupported_token_type", ErrorCode::Unsupported, 400, "The token type is not supported."},
    {"invalid_token", ErrorCode::Unauthenticated, 401, "The token is invalid."},
}};

const Row* row_of(std::string_view oauth_code) noexcept {
  const auto* const it = std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return row.oauth_code == oauth_code; });
  return it == kRows.end() ? nullptr : it;
}

}  // namespace

std::unexpected<Error> refuse(std::string_view oauth_code, std::string message) {
  return std::unexpected(Error(error_code(oauth_code), std::move(message)).with_oauth_code(std::string(oauth_code)));
}

std::string oauth_code(const Error& error) {
  const auto& own = error.oauth_code();
  // A provider's code outside our table is its own affair.
  if (own && row_of(*own) != nullptr) return *own;
  return std::string(oauth_code(error.code()));
}

std::string_view oauth_code(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::InvalidInput:
    case ErrorCode::TooLarge: return "invalid_request";
    case ErrorCode::Unauthenticated: return "invalid_client";
    case ErrorCode::NotFound:
    case ErrorCode::Expired:
    case ErrorCode::AlreadyUsed:
    case ErrorCode::BadSignature: return "invalid_grant";
    case ErrorCode::Forbidden: return "unauthorized_client";
    case ErrorCode::Denied: return "access_denied";
    case ErrorCode::RateLimited: return "slow_down";
    case ErrorCode::Timeout:
    case ErrorCode::Unreachable:
    case ErrorCode::Unavailable: return "temporarily_unavailable";
    case ErrorCode::InvalidConfig:
    case ErrorCode::Cancelled:
    case ErrorCode::BlockedAddress:
    case ErrorCode::BadResponse:
    case ErrorCode::UpstreamError:
    case ErrorCode::UpstreamToken:
    case ErrorCode::Unsupported:
    case ErrorCode::Io:
    case ErrorCode::Internal: return "server_error";
  }
  return "server_error";
}

ErrorCode error_code(std::string_view oauth_code) noexcept {
  const Row* row = row_of(oauth_code);
  return row == nullptr ? ErrorCode::Internal : row->code;
}

int http_status(std::string_view oauth_code) noexcept {
  const Row* row = row_of(oauth_code);
  return row == nullptr ? 400 : row->status;
}

std::string_view fixed_description(std::string_view oauth_code) noexcept {
  const Row* row = row_of(oauth_code);
  return row == nullptr ? "The request failed." : row->text;
}

std::string as_description(std::string_view text) {
  std::string out(text.substr(0, 300));
  for (char& c : out) {
    if (c == '"' || c == '\\') {
      c = '\'';
    } else if (c < 0x20 || c > 0x7E) {
      c = '?';
    }
  }
  return out;
}

}  // namespace vmcpauth::oauth
