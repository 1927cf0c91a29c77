#include "core/outgoing/passthrough.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/http/headers.hpp"

namespace vmcpauth::outgoing {

Result<Passthrough> Passthrough::make(const std::vector<std::string>& names) {
  Passthrough out;
  for (const auto& name : names) {
    if (!http::is_header_name(name)) return fail(ErrorCode::InvalidConfig, "passthroughHeaders: \"" + printable(name, 60) + "\" is not a header name");
    if (!http::is_passthrough_allowed(name)) return fail(ErrorCode::InvalidConfig, "passthroughHeaders: " + name + " never reaches a backend");
    if (!out.contains(name)) out.names_.push_back(name);
  }
  return out;
}

bool Passthrough::contains(std::string_view name) const noexcept {
  return std::any_of(names_.begin(), names_.end(), [&](const std::string& own) { return http::equals_ignoring_case(own, name); });
}

}  // namespace vmcpauth::outgoing
