#include "core/base/error.hpp"

namespace vmcpauth {

std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::InvalidInput: return "invalid_input";
    case ErrorCode::InvalidConfig: return "invalid_config";
    case ErrorCode::NotFound: return "not_found";
    case ErrorCode::Expired: return "expired";
    case ErrorCode::AlreadyUsed: return "already_used";
    case ErrorCode::Denied: return "denied";
    case ErrorCode::Unauthenticated: return "unauthenticated";
    case ErrorCode::Forbidden: return "forbidden";
    case ErrorCode::BadSignature: return "bad_signature";
    case ErrorCode::TooLarge: return "too_large";
    case ErrorCode::RateLimited: return "rate_limited";
    case ErrorCode::Timeout: return "timeout";
    case ErrorCode::Cancelled: return "cancelled";
    case ErrorCode::Unreachable: return "unreachable";
    case ErrorCode::BlockedAddress: return "blocked_address";
    case ErrorCode::BadResponse: return "bad_response";
    case ErrorCode::UpstreamError: return "upstream_error";
    case ErrorCode::UpstreamToken: return "upstream_token";
    case ErrorCode::Unavailable: return "unavailable";
    case ErrorCode::Unsupported: return "unsupported";
    case ErrorCode::Io: return "io";
    case ErrorCode::Internal: return "internal";
  }
  return "internal";
}

std::string Error::describe() const {
  std::string text = message_;
  for (const auto& note : notes_) {
    text += ": ";
    text += note;
  }
  return text;
}

}  // namespace vmcpauth
