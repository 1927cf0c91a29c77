// VMA830 to VMA869: rules about a server that runs, as `vmcpauth doctor` sees it. They are reported by core/doctor only, so their
// names are here and not among those that every file of configuration knows.
#pragma once

#include <cstdint>
#include <span>

#include "core/config/rules_table.hpp"

namespace vmcpauth::config {

enum class DoctorRule : std::uint16_t {
  ServerUnreachable = 830,
  CleartextServer = 831,
  ClockSkew = 832,
  ServerRedirects = 833,
  OpenServer = 834,
  NoChallenge = 835,
  ChallengeWithoutMetadata = 836,
  ChallengeElsewhere = 837,
  UnexpectedRefusal = 838,
  NoResourceMetadata = 839,
  BadResourceMetadata = 840,
  ResourceMismatch = 841,
  MetadataWithoutCors = 842,
  NoServerMetadata = 843,
  WrongMetadataIssuer = 844,
  BadServerMetadata = 845,
  PkceNotAdvertised = 846,
  NoRegistrationWay = 847,
  IssuerNotReturned = 848,
  BadKeys = 849,
  OriginNotChecked = 850,
  OpenRedirect = 851,
  TokenElsewhere = 852,
  TokenOfAnotherIssuer = 853,
  TokenOverdue = 854,
  TokenTooEarly = 855,
  TokenLacksScopes = 856,
  TokenUnverifiable = 857,
  CredentialRefused = 858,
  McpRequestFails = 859,
  BackendRefuses = 860,
  ProviderTokenMissing = 861,
};

// The same rule in the one table.
[[nodiscard]] constexpr Rule rule_of(DoctorRule rule) noexcept { return static_cast<Rule>(rule); }

namespace catalogue {

[[nodiscard]] std::span<const RuleInfo> doctor_rules() noexcept;

}  // namespace catalogue
}  // namespace vmcpauth::config
