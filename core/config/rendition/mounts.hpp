// What the operator gives the vMCP container beside its configuration: environment variables and files whose values come
// from Secrets and ConfigMaps. A rendition names them; no value is ever read.
#pragma once

#include <string>
#include <vector>

namespace vmcpauth::config::rendition {

struct Mount {
  std::string name;  // of the variable, or the file's path
  std::string from;  // "Secret NAME, key KEY"
};

struct Mounts {
  std::vector<Mount> variables, files;
};

}  // namespace vmcpauth::config::rendition
