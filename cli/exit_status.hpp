// How the program ends: one of the three tables of ErrorCode (the others: OAuth error, HTTP status). The man page and
// docs/reference/exit-codes.md are made from what is here.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/base/error.hpp"

namespace vmcpauth::cli {

enum class ExitStatus : std::uint8_t {
  Fine = 0,
  Findings = 1,     // something is wrong with what was examined, or the answer is no
  Usage = 2,        // the command line is wrong
  CouldNotRun = 3,  // a file, the network or a peer failed
  NotLoggedIn = 4,
};

struct ExitStatusMeaning {
  ExitStatus status;
  std::string_view meaning;
};

inline constexpr std::array<ExitStatusMeaning, 5> kExitStatuses{{{ExitStatus::Fine, "fine"},
                                                                 {ExitStatus::Findings, "there were findings, or the answer is no"},
                                                                 {ExitStatus::Usage, "the command line is wrong"},
                                                                 {ExitStatus::CouldNotRun, "it could not run: a file, the network or a peer failed"},
                                                                 {ExitStatus::NotLoggedIn, "not signed in"}}};

// The status for a failure, and what such a failure is.
struct Ending {
  ExitStatus status;
  std::string_view when;
};
[[nodiscard]] Ending ending_of(ErrorCode code) noexcept;

[[nodiscard]] inline ExitStatus exit_status(ErrorCode code) noexcept { return ending_of(code).status; }

}  // namespace vmcpauth::cli
