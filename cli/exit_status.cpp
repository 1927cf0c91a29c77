#include "cli/exit_status.hpp"

#include <utility>

namespace vmcpauth::cli {

Ending ending_of(ErrorCode code) noexcept {
  using enum ExitStatus;
  switch (code) {
    case ErrorCode::InvalidInput: return {Findings, "what was given is malformed or out of bounds"};
    case ErrorCode::InvalidConfig: return {Findings, "the configuration is wrong"};
    case ErrorCode::Expired: return {Findings, "its time is over"};
    case ErrorCode::AlreadyUsed: return {Findings, "it works once and was used before"};
    case ErrorCode::Denied: return {Findings, "the user or a provider said no"};
    case ErrorCode::Forbidden: return {Findings, "signed in, but not allowed"};
    case ErrorCode::BadSignature: return {Findings, "a signature does not verify"};
    case ErrorCode::TooLarge: return {Findings, "a limit of size, count or depth was passed"};
    case ErrorCode::Unauthenticated: return {NotLoggedIn, "no credential, or one that is refused"};
    case ErrorCode::UpstreamToken: return {NotLoggedIn, "the session has no usable token of the provider"};
    case ErrorCode::NotFound: return {CouldNotRun, "what was named does not exist"};
    case ErrorCode::RateLimited: return {CouldNotRun, "too many requests"};
    case ErrorCode::Timeout: return {CouldNotRun, "a deadline passed"};
    case ErrorCode::Cancelled: return {CouldNotRun, "it was interrupted"};
    case ErrorCode::Unreachable: return {CouldNotRun, "the name does not resolve, the connection is refused, or TLS fails"};
    case ErrorCode::BlockedAddress: return {CouldNotRun, "the peer has a private address, which is not allowed there"};
    case ErrorCode::BadResponse: return {CouldNotRun, "a peer answered against its protocol"};
    case ErrorCode::UpstreamError: return {CouldNotRun, "a provider answered with an error of its own"};
    case ErrorCode::Unavailable: return {CouldNotRun, "a store or resource cannot answer now"};
    case ErrorCode::Unsupported: return {CouldNotRun, "known, and deliberately not done"};
    case ErrorCode::Io: return {CouldNotRun, "a file or socket of this machine failed"};
    case ErrorCode::Internal: return {CouldNotRun, "a bug: please report it"};
  }
  std::unreachable();
}

}  // namespace vmcpauth::cli
