// Whether a URI can come from a URI template (RFC 6570): which backend's template a resources/read is meant for. Bounded:
// the work is the product of both lengths, whatever the template.
#pragma once

#include <string_view>

namespace vmcpauth::mcp {

// False for templates that are malformed or longer than 2,048 bytes. Expressions may expand to anything their operator
// lets through, nothing included but for simple ones.
[[nodiscard]] bool matches_uri_template(std::string_view pattern, std::string_view uri);

}  // namespace vmcpauth::mcp
