// The parts of the catalogue, one a file; rules_table.cpp puts them together. Nobody else includes this.
#pragma once

#include <span>

#include "core/config/rules_table.hpp"

namespace vmcpauth::config::catalogue {

[[nodiscard]] std::span<const RuleInfo> syntax_rules() noexcept;          // VMA1xx
[[nodiscard]] std::span<const RuleInfo> structure_rules() noexcept;       // VMA2xx
[[nodiscard]] std::span<const RuleInfo> reference_rules() noexcept;       // VMA3xx
[[nodiscard]] std::span<const RuleInfo> auth_server_rules() noexcept;     // VMA401…
[[nodiscard]] std::span<const RuleInfo> auth_upstream_rules() noexcept;   // …VMA499
[[nodiscard]] std::span<const RuleInfo> outgoing_rules() noexcept;        // VMA5xx

// The text of a base, its files introduced by "# file: NAME".
[[nodiscard]] std::string_view base_text(Base base) noexcept;

}  // namespace vmcpauth::config::catalogue
