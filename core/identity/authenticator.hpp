// Boundary 1: from a request's Authorization field to an Identity or a Challenge (REFERENCE §5). Called by proxy/ once a
// request, before anything else looks at it. Thread-safe.
#pragma once

#include <expected>
#include <memory>
#include <optional>

#include "core/base/secret.hpp"
#include "core/base/task.hpp"
#include "core/http/headers.hpp"
#include "core/identity/challenge.hpp"
#include "core/identity/identity.hpp"

namespace vmcpauth::identity {

using Outcome = std::expected<IdentityPtr, Challenge>;

// The bearer token of a request (RFC 6750 §2.1): nullopt when there is none (no Authorization, or another scheme). Two
// Authorization fields are 400; text that is no b64token, or over 16 KiB, is 401 invalid_token.
[[nodiscard]] std::expected<std::optional<Secret>, Challenge> read_bearer(const http::Headers& headers);

class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // Who sends this token. The Authenticator must outlive the task.
  [[nodiscard]] virtual Task<Outcome> authenticate(std::optional<Secret> bearer) = 0;
  // The same from the request's header; `headers` is read before the task starts.
  [[nodiscard]] virtual Task<Outcome> authenticate(const http::Headers& headers);
};

// Everybody is let in as nobody; tokens are not looked at.
class AnonymousAuthenticator final : public Authenticator {
 public:
  AnonymousAuthenticator();
  [[nodiscard]] Task<Outcome> authenticate(std::optional<Secret> bearer) override;
  [[nodiscard]] Task<Outcome> authenticate(const http::Headers& headers) override;

 private:
  IdentityPtr nobody_;
};

}  // namespace vmcpauth::identity
