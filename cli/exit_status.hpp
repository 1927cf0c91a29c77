// How the program ends: one of the three tables of ErrorCode (the others: OAuth error, HTTP status).
#pragma once

#include <cstdint>

#include "core/base/error.hpp"

namespace vmcpauth::cli {

enum class ExitStatus : std::uint8_t {
  Fine = 0,
  Findings = 1,     // something is wrong with what was examined, or the answer is no
  Usage = 2,        // the command line is wrong
  CouldNotRun = 3,  // a file, the network or a peer failed
  NotLoggedIn = 4,
};

[[nodiscard]] ExitStatus exit_status(ErrorCode code) noexcept;

}  // namespace vmcpauth::cli
