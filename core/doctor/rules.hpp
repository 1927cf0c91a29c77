// What the doctor can find: identifiers VMA830 to VMA869, stable as those of configuration (core/config/rules_table.hpp), with the
// same severities. Read by the report; the titles are general, a finding adds the case.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/config/rules_table.hpp"

namespace vmcpauth::doctor {

enum class Rule : std::uint16_t {
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

struct RuleInfo {
  Rule rule;
  config::Severity severity;
  std::string_view title;   // one sentence, general
  std::string_view why;     // what happens otherwise
  std::string_view source;  // where it is written
};

// In order of identifier.
[[nodiscard]] std::span<const RuleInfo> rules() noexcept;
[[nodiscard]] const RuleInfo& info(Rule rule) noexcept;
// "VMA839".
[[nodiscard]] std::string rule_id(Rule rule);

}  // namespace vmcpauth::doctor
