// A passphrase for encrypted dumps: from a file, from the environment, or typed on the terminal without being shown.
#pragma once

#include <optional>

#include "cli/parser.hpp"
#include "cli/world.hpp"
#include "core/base/error.hpp"
#include "core/base/secret.hpp"

namespace vmcpauth::cli {

inline constexpr const char* kPassphraseVariable = "VMCPAUTH_PASSPHRASE";

// --passphrase-file FILE
[[nodiscard]] Option passphrase_option();

enum class Typing : std::uint8_t { Once, Twice };  // twice where a mistake would lock the data away

// --passphrase-file before the variable before the terminal. InvalidInput: empty, the two differ; Unavailable: no terminal to ask on;
// errors of reading the file.
[[nodiscard]] Result<Secret> read_passphrase(const World& world, const Invocation& invocation, Typing typing);

}  // namespace vmcpauth::cli
