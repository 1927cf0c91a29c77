// Arguments of a tool as a person types them: `key=value`, read with the type the tool's inputSchema gives that key. Same-document
// references are followed; nothing is ever fetched for a $ref.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"

namespace vmcpauth::mcp {

// Adds `key=value` pairs to `arguments` (an object). A key with dots reaches into objects ("filter.owner=ada"). Types: string as it
// is; integer, number, boolean, null by their text; array and object as JSON, an array also item by item when its key is
// repeated. Without a known type a value that is valid JSON and no string is taken as that, else as text.
// InvalidInput names the key and what it must be.
[[nodiscard]] Result<void> add_arguments(Json& arguments, const std::vector<std::string>& pairs, const Json& input_schema);

}  // namespace vmcpauth::mcp
