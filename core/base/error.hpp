// The one error type of the project and the Result every fallible function returns.
// A code is a closed enum that callers may branch on; the message is one clause for people and never
// holds a secret; notes are context added on the way up, outermost last.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vmcpauth {

// What went wrong, as far as a caller may care. Mapped to exit status, OAuth error and HTTP status in
// exactly three tables (cli/exit_status.cpp, oauth/error.cpp, http/status.cpp).
enum class ErrorCode : std::uint8_t {
  InvalidInput,     // bytes we were given are malformed or out of bounds
  InvalidConfig,    // configuration is wrong; positions are in the diagnostics
  NotFound,         // the thing named does not exist
  Expired,          // it existed and its time is over
  AlreadyUsed,      // single use, used before
  Denied,           // the user or a provider said no
  Unauthenticated,  // no or wrong credential
  Forbidden,        // authenticated, not allowed
  BadSignature,     // a MAC or signature does not verify
  TooLarge,         // a size, count or depth bound was passed
  RateLimited,      // too many requests
  Timeout,          // a deadline passed
  Cancelled,        // the peer that wanted the result is gone
  Unreachable,      // connect, DNS or TLS failed
  BlockedAddress,   // the private-address guard refused the peer
  BadResponse,      // a peer answered against its protocol
  UpstreamError,    // an identity provider answered with an OAuth error of its own
  UpstreamToken,    // the session holds no usable token for the provider
  Unavailable,      // a store or resource cannot answer now
  Unsupported,      // recognised and deliberately not done
  Io,               // file or socket trouble on this machine
  Internal,         // a bug
};

[[nodiscard]] std::string_view to_string(ErrorCode code) noexcept;

class Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

  // An OAuth error code (RFC 6749 §5.2 and its registry) when the failure already has one.
  [[nodiscard]] const std::optional<std::string>& oauth_code() const noexcept { return oauth_code_; }

  // Adds context; at most one note a layer. By value, so that `error = std::move(error).note(…)` is no self-move, which
  // would empty it.
  [[nodiscard]] Error note(std::string text) && {
    notes_.push_back(std::move(text));
    return std::move(*this);
  }
  [[nodiscard]] Error with_oauth_code(std::string code) && {
    oauth_code_ = std::move(code);
    return std::move(*this);
  }

  // "message: note: note", for logs and terminals.
  [[nodiscard]] std::string describe() const;

 private:
  ErrorCode code_;
  std::string message_;
  std::vector<std::string> notes_;
  std::optional<std::string> oauth_code_;
};

template <class T = void>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected<Error>(std::in_place, code, std::move(message));
}

}  // namespace vmcpauth

#define VMCP_CONCAT_INNER(a, b) a##b
#define VMCP_CONCAT(a, b) VMCP_CONCAT_INNER(a, b)

// TRY(auto x, f()): x becomes the value, or the enclosing function returns the error.
#define TRY(declaration, expression)                                                                        \
  auto VMCP_CONCAT(try_, __LINE__) = (expression);                                                          \
  if (!VMCP_CONCAT(try_, __LINE__)) return std::unexpected(std::move(VMCP_CONCAT(try_, __LINE__)).error()); \
  declaration = *std::move(VMCP_CONCAT(try_, __LINE__))

// TRY_VOID(f()): for Result<void>.
#define TRY_VOID(expression)                                                \
  do {                                                                      \
    auto try_result = (expression);                                         \
    if (!try_result) return std::unexpected(std::move(try_result).error()); \
  } while (false)

// The same inside coroutines that return Task<Result<...>>; the expression usually starts with co_await.
#define CO_TRY(declaration, expression)                                                                        \
  auto VMCP_CONCAT(try_, __LINE__) = expression;                                                               \
  if (!VMCP_CONCAT(try_, __LINE__)) co_return std::unexpected(std::move(VMCP_CONCAT(try_, __LINE__)).error()); \
  declaration = *std::move(VMCP_CONCAT(try_, __LINE__))

#define CO_TRY_VOID(expression)                                                \
  do {                                                                         \
    auto try_result = expression;                                              \
    if (!try_result) co_return std::unexpected(std::move(try_result).error()); \
  } while (false)
