// A large JSON object whose bulk is one list: cut into the list's elements and the rest, without a tree of all of it in
// memory. Every piece still goes through the strict reader. Used for dumps.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"

namespace vmcpauth::inspect {

struct JsonList {
  std::string envelope;                    // the object with the list emptied
  std::vector<std::string_view> elements;  // of the list, into the text
};

// `member` is the list's name at the top of the object. InvalidInput: no such list, or brackets that do not fit; whether the
// pieces are JSON is for whoever parses them.
[[nodiscard]] Result<JsonList> split_json_list(std::string_view text, std::string_view member);

}  // namespace vmcpauth::inspect
