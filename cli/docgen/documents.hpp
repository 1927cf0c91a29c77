// The documents made from the tables of options, fields, rules, log names and JSON members: man page, completions of three shells, reference
// pages. Called by docgen's main and by nothing else; the results are committed, so that packaging needs no extra step.
#pragma once

#include <string>
#include <string_view>

#include "cli/options.hpp"

namespace vmcpauth::cli::docgen {

// What generated pages begin with.
inline constexpr std::string_view kGenerated = "<!-- Generated from the tables in the code by ./dev generate. Do not edit. -->\n";

// man(7) source for section 1.
[[nodiscard]] std::string man_page(const Program& program, std::string_view version);

// docs/reference/configuration.md, from the field tables of core/config.
[[nodiscard]] std::string configuration_page();

[[nodiscard]] std::string bash_completion(const Program& program);
[[nodiscard]] std::string zsh_completion(const Program& program);
[[nodiscard]] std::string fish_completion(const Program& program);

// docs/reference/cli.md.
[[nodiscard]] std::string cli_reference(const Program& program);

// docs/reference/log.md and exit-codes.md, from core/base/log_vocabulary.hpp and cli/exit_status.
[[nodiscard]] std::string log_page();
[[nodiscard]] std::string exit_codes_page();

// docs/reference/…-json.md, from the tables of the documents' members.
[[nodiscard]] std::string token_json_page();
[[nodiscard]] std::string validate_json_page();
[[nodiscard]] std::string doctor_json_page();
[[nodiscard]] std::string call_json_page();

// In single quotes for a POSIX shell; bash and zsh read it alike.
[[nodiscard]] std::string shell_quoted(std::string_view text);

}  // namespace vmcpauth::cli::docgen
