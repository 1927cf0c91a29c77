// What `vmcpauth serve` prints when it is ready: where to connect, what is behind it, and the line to paste.
#pragma once

#include <map>
#include <string>

#include "core/config/runtime.hpp"

namespace vmcpauth::proxy {

struct BannerFacts {
  const config::Runtime& runtime;
  std::string origin;  // where we listen
  std::string version;
  bool demo = false;
  std::map<std::string, std::string> builtin_providers;  // name → origin
  bool colour = false;
};

[[nodiscard]] std::string banner(const BannerFacts& facts);

}  // namespace vmcpauth::proxy
