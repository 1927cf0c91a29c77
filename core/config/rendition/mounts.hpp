// What the operator gives the vMCP container beside its configuration: environment variables and files whose values come
// from Secrets and ConfigMaps. A rendition names them; no value is ever read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config/source.hpp"

namespace vmcpauth::config::rendition {

struct Mount {
  std::string name;  // of the variable, or the file's path
  std::string from;  // "Secret NAME, key KEY"
};

// Something that is referred to and not in the input.
struct Missing {
  std::string_view kind;
  std::string name;
  Span at;
};

struct Mounts {
  std::vector<Mount> variables, files;
  std::vector<Missing> missing;       // without it the operator generates nothing
  std::vector<std::string> left_out;  // what the operator adds from elsewhere and a rendition does not
};

}  // namespace vmcpauth::config::rendition
