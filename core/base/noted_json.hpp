// JSON that somebody else made, read to be looked at rather than obeyed: duplicates are noted where parse_json refuses them.
#pragma once

#include "core/base/json.hpp"

namespace vmcpauth {

// As parse_json, but of members with the same name the last one wins, and each such name is added to `duplicates`, once.
// InvalidInput, TooLarge.
[[nodiscard]] Result<Json> parse_json_noting_duplicates(std::string_view text, JsonLimits limits, std::vector<std::string>& duplicates);

}  // namespace vmcpauth
