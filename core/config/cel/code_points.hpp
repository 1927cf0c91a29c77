// A text as its code points: the unit in which CEL counts, cuts and searches. Called by the functions that do.
#pragma once

#include <string_view>
#include <vector>

namespace vmcpauth::config::cel {

// Each code point as its bytes; a byte that is no valid UTF-8 counts as one.
[[nodiscard]] std::vector<std::string_view> code_points(std::string_view text);

}  // namespace vmcpauth::config::cel
