// Resource indicators (RFC 8707): which audience an access token is for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace vmcpauth::oauth {

// An absolute http or https URI without fragment (RFC 8707 §2), at most 4096 bytes. Fails with invalid_target.
[[nodiscard]] Result<void> check_resource_syntax(std::string_view resource);
// The one resource asked for, checked against the audiences this server may issue for (exact strings); nullopt when
// none was asked. Several, malformed or unknown ones: invalid_target.
[[nodiscard]] Result<std::optional<std::string>> requested_resource(const std::vector<std::string>& values, const std::vector<std::string>& allowed);

}  // namespace vmcpauth::oauth
