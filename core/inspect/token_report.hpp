// Everything `token inspect` says about one token, as a value: made here without touching the world, completed with what the
// network answered, rendered by report_json and by the command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/inspect/actor_chain.hpp"
#include "core/inspect/decoded_token.hpp"
#include "core/inspect/expectation.hpp"
#include "core/inspect/known_tokens.hpp"
#include "core/inspect/signature_check.hpp"

namespace vmcpauth::inspect {

struct Introspected {
  std::string who;
  std::optional<Json> answer;  // without tokens
  std::string failure;         // why there is none
};

struct TokenReport {
  std::string label;  // `access token of provider "okta"`; "" = just a token
  TokenForm form = TokenForm::Opaque;
  std::size_t bytes = 0;
  Json header, claims;  // null where there are none; a token inside reads "[redacted]"
  Observations observations;
  std::optional<Recognition> recognition;
  SignatureCheck signature;
  std::string compared_with;  // Expectation::role; "" = not compared
  std::vector<Comparison> comparisons;
  ActorChain actors;
  std::optional<Introspected> introspection;

  // No problem was seen: no Problem observation, no comparison that fails, a signature that is valid or was not checked, and an
  // introspection that says active (or was not asked).
  [[nodiscard]] bool good() const;
};

[[nodiscard]] TokenReport make_report(const DecodedToken& token, TimePoint now);

// Compares with what the configuration expects of it.
void add_comparison(TokenReport& report, const Expectation& expectation);

// The stable form documented in docs/reference/token-json.md.
[[nodiscard]] OrderedJson to_json(const TokenReport& report, TimePoint now);

}  // namespace vmcpauth::inspect
