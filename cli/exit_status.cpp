#include "cli/exit_status.hpp"

namespace vmcpauth::cli {

ExitStatus exit_status(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::InvalidInput:
    case ErrorCode::InvalidConfig:
    case ErrorCode::Expired:
    case ErrorCode::AlreadyUsed:
    case ErrorCode::Denied:
    case ErrorCode::Forbidden:
    case ErrorCode::BadSignature:
    case ErrorCode::TooLarge: return ExitStatus::Findings;
    case ErrorCode::Unauthenticated:
    case ErrorCode::UpstreamToken: return ExitStatus::NotLoggedIn;
    case ErrorCode::NotFound:
    case ErrorCode::RateLimited:
    case ErrorCode::Timeout:
    case ErrorCode::Cancelled:
    case ErrorCode::Unreachable:
    case ErrorCode::BlockedAddress:
    case ErrorCode::BadResponse:
    case ErrorCode::UpstreamError:
    case ErrorCode::Unavailable:
    case ErrorCode::Unsupported:
    case ErrorCode::Io:
    case ErrorCode::Internal: return ExitStatus::CouldNotRun;
  }
  return ExitStatus::CouldNotRun;
}

}  // namespace vmcpauth::cli
