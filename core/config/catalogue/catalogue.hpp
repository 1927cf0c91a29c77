// The parts of the catalogue, one a file; rules_table.cpp puts them together. Nobody else includes this.
#pragma once

#include <span>

#include "core/config/rules_table.hpp"

namespace vmcpauth::config::catalogue {

[[nodiscard]] std::span<const RuleInfo> syntax_rules() noexcept;          // VMA1xx
[[nodiscard]] std::span<const RuleInfo> structure_rules() noexcept;       // VMA2xx
[[nodiscard]] std::span<const RuleInfo> crd_rules() noexcept;             // VMA23x, 24x
[[nodiscard]] std::span<const RuleInfo> reference_rules() noexcept;       // VMA3xx
[[nodiscard]] std::span<const RuleInfo> auth_server_rules() noexcept;     // VMA401…
[[nodiscard]] std::span<const RuleInfo> auth_upstream_rules() noexcept;   // …VMA499
[[nodiscard]] std::span<const RuleInfo> outgoing_rules() noexcept;        // VMA5xx
[[nodiscard]] std::span<const RuleInfo> login_provider_rules() noexcept;  // VMA60x–63x, 67x–69x: who logs users in
[[nodiscard]] std::span<const RuleInfo> service_rules() noexcept;         // VMA64x–66x, 69x: services with APIs of their own
[[nodiscard]] std::span<const RuleInfo> security_rules() noexcept;        // VMA7xx

// The text of a base, its files introduced by "# file: NAME".
[[nodiscard]] std::string_view base_text(Base base) noexcept;

}  // namespace vmcpauth::config::catalogue
