// How the user agent of the command line is to behave: part of what `login` and `call` are told.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancellation.hpp"

namespace vmcpauth::proxy {

struct AgentOptions {
  bool open_browser = true;
  std::optional<std::uint16_t> port;
  std::optional<std::string> host;              // 127.0.0.1 or localhost, as the redirect URI has it; none: as at an earlier login, else 127.0.0.1
  std::chrono::milliseconds timeout{300'000};   // from sending the browser away to its return
  int paste_descriptor = -1;                    // where a pasted redirect URL may come from; -1: nowhere
  int terminal_descriptor = -1;                 // where a person can be asked; -1: nowhere
  Cancellation interrupted;                     // ends the waiting
  std::vector<std::string> withheld_variables;  // environment the browser does not get
  std::function<void(std::string_view line)> say = [](std::string_view) {};
};

}  // namespace vmcpauth::proxy
