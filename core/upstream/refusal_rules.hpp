// What is known in the field about a provider's refusals: one table, by OAuth code, the provider's own error number or
// words, its host, and what it was asked for. Used wherever a refusal is shown: log, login page, `token exchange|refresh|revoke`.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/url.hpp"

namespace vmcpauth::upstream {

// What the provider was asked for when it refused.
enum class Asked : std::uint8_t { Login, Refresh, Exchange, Revocation };

struct RefusalRule {
  std::string_view id;     // stable: "entra.resource-conflicts-with-scope"
  std::uint8_t asked;      // bit set of Asked
  std::string_view host;   // suffix of the endpoint's host; "" = any
  std::string_view code;   // OAuth code, exact; "" = any
  std::string_view words;  // in the description, ignoring case; "" = any
  std::string_view text;   // what it means and what to do: one or two clauses
};

// All rules, the more particular ones first.
[[nodiscard]] std::span<const RefusalRule> refusal_rules() noexcept;

// The first that fits; nullptr when nothing is known.
[[nodiscard]] const RefusalRule* find_refusal_rule(Asked asked, const Url& url, std::string_view code, std::string_view description);

}  // namespace vmcpauth::upstream
