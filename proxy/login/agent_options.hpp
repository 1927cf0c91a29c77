// How the user agent of the command line is to behave: part of what `login` and `call` are told.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vmcpauth::proxy {

struct AgentOptions {
  bool open_browser = true;
  std::optional<std::uint16_t> port;
  std::chrono::milliseconds timeout{300'000};   // from sending the browser away to its return
  int paste_descriptor = -1;                    // where a pasted redirect URL may come from; -1: nowhere
  std::vector<std::string> withheld_variables;  // environment the browser does not get
  std::function<void(std::string_view line)> say = [](std::string_view) {};
};

}  // namespace vmcpauth::proxy
