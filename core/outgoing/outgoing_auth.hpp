// Boundary 2: what a strategy adds to the request that goes to a backend. One file a strategy behind this interface.
// The client's Authorization, Cookie and Proxy-Authorization are already gone when apply() runs.
#pragma once

#include <memory>

#include "core/base/error.hpp"
#include "core/base/task.hpp"
#include "core/http/headers.hpp"
#include "core/identity/identity.hpp"

namespace vmcpauth::outgoing {

class OutgoingAuth {
 public:
  virtual ~OutgoingAuth() = default;
  // The header fields to set. UpstreamToken when the session has no usable token of the provider (the message names
  // the provider; never a request without it); UpstreamError, Timeout, Unreachable, BadResponse from an STS.
  [[nodiscard]] virtual Task<Result<http::Headers>> apply(identity::IdentityPtr identity) = 0;
  // The header fields for a request on nobody's behalf: a health check (REFERENCE §6). Strategies that hand out a user's token
  // have none, so the backend is probed without a credential; token_exchange uses a client-credentials grant when it has a
  // client id and secret (errors as from apply). Headers of the operator's own (header_injection, headerForward) are there.
  [[nodiscard]] virtual Task<Result<http::Headers>> apply_without_identity() = 0;
  // "upstream_inject", … and the provider it draws on ("" when none): for the request log and /status.
  [[nodiscard]] virtual std::string_view strategy() const noexcept = 0;
  [[nodiscard]] virtual std::string_view provider() const noexcept = 0;
};

}  // namespace vmcpauth::outgoing
