// What a login tells the person who waits for it, line by line. The command line prints it; tests remember it.
#pragma once

#include <cstdint>
#include <string>

namespace vmcpauth::client {

enum class ProgressKind : std::uint8_t {
  Step,     // something is done or about to be done
  Warning,  // worth reading, not fatal
  Detail,   // only for -v
};

class Progress {
 public:
  virtual ~Progress() = default;
  // One clause without a secret.
  virtual void report(ProgressKind kind, std::string text) = 0;
};

}  // namespace vmcpauth::client
