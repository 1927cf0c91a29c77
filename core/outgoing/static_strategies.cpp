#include "core/outgoing/static_strategies.hpp"

#include "core/base/encoding.hpp"

namespace vmcpauth::outgoing {

bool is_injectable(std::string_view name) noexcept {
  // Credentials are what injection is for; of the reserved names only these carry some.
  for (const std::string_view credential : {"authorization", "cookie", "proxy-authorization"}) {
    if (http::equals_ignoring_case(name, credential)) return true;
  }
  return http::is_passthrough_allowed(name);
}

Task<Result<http::Headers>> Unauthenticated::apply(identity::IdentityPtr /*identity*/) { co_return http::Headers(); }
Task<Result<http::Headers>> Unauthenticated::apply_without_identity() { co_return http::Headers(); }

Result<std::unique_ptr<HeaderInjection>> HeaderInjection::make(const config::HeaderInjection& settings) {
  if (!is_injectable(settings.header_name)) {
    return fail(ErrorCode::InvalidConfig, "header_injection cannot set \"" + printable(settings.header_name, 60) + "\"");
  }
  if (settings.header_value.empty()) return fail(ErrorCode::InvalidConfig, "the value to inject as " + settings.header_name + " is empty");
  if (!http::is_header_value(settings.header_value.reveal())) {
    return fail(ErrorCode::InvalidConfig,
                "the value to inject as " + settings.header_name + " has a line break, a control character, or white space at an end");
  }
  return std::unique_ptr<HeaderInjection>(new HeaderInjection(settings.header_name, settings.header_value.clone()));
}

Task<Result<http::Headers>> HeaderInjection::apply(identity::IdentityPtr /*identity*/) { return apply_without_identity(); }

Task<Result<http::Headers>> HeaderInjection::apply_without_identity() {
  http::Headers headers;
  headers.add(name_, value_.reveal());
  co_return headers;
}

}  // namespace vmcpauth::outgoing
