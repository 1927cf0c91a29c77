// POST /oauth/register (RFC 7591): a client introduces itself. Open to everybody, so it is small, bounded and slow: one
// registration a second, five at once.
#pragma once

#include "core/authserver/context.hpp"
#include "core/authserver/rate_limit.hpp"

namespace vmcpauth::authserver {

class RegisterEndpoint {
 public:
  explicit RegisterEndpoint(const Context& context) : context_(context), limit_(context.deps.clock, Milliseconds(1000), 5) {}
  [[nodiscard]] Task<http::Response> handle(http::Request request);

 private:
  [[nodiscard]] Task<Result<Json>> enrol(http::Request request);

  const Context& context_;
  RateLimit limit_;
};

}  // namespace vmcpauth::authserver
