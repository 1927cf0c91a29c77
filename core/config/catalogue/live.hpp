// VMA8xx: rules about answers over the network (--online). They are reported by core/live only, so their names are here and
// not among those that every file of configuration knows.
#pragma once

#include <span>

#include "core/config/rules_table.hpp"

namespace vmcpauth::config::live_rule {

inline constexpr Rule kUnreachable{801};
inline constexpr Rule kPrivateAddress{802};
inline constexpr Rule kNoMetadata{803};
inline constexpr Rule kBadMetadata{804};
inline constexpr Rule kIssuerMismatch{805};
inline constexpr Rule kKeysUnusable{806};
inline constexpr Rule kNoPkce{807};
inline constexpr Rule kScopeMissing{808};
inline constexpr Rule kGrantMissing{809};
inline constexpr Rule kRegistrationClosed{810};
inline constexpr Rule kClockSkew{811};
inline constexpr Rule kNotChecked{812};

}  // namespace vmcpauth::config::live_rule

namespace vmcpauth::config::catalogue {

[[nodiscard]] std::span<const RuleInfo> live_rules() noexcept;

}  // namespace vmcpauth::config::catalogue
