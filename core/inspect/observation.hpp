// One thing noticed about a token or a stored session: how bad it is, a stable code for scripts, and words for people.
// Filled by the other files of this room, shown by `token inspect` and `token doctor`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/inspect/observation_codes.hpp"

namespace vmcpauth::inspect {

enum class Severity : std::uint8_t { Note, Warning, Problem };

[[nodiscard]] constexpr std::string_view to_string(Severity severity) noexcept {
  switch (severity) {
    case Severity::Note: return "note";
    case Severity::Warning: return "warning";
    case Severity::Problem: return "problem";
  }
  return "note";
}

struct Observation {
  Severity severity = Severity::Note;
  ObservationCode code;  // "exp-missing"
  std::string text;      // one clause, no secret in it
};
using Observations = std::vector<Observation>;

}  // namespace vmcpauth::inspect
