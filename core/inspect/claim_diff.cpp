#include "core/inspect/claim_diff.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "core/inspect/claim_values.hpp"

namespace vmcpauth::inspect {
namespace {

constexpr std::array<std::string_view, 13> kFirst{"iss", "sub", "aud", "azp", "client_id", "scope", "scp", "act", "may_act", "exp", "nbf", "iat", "jti"};

// Order says nothing in audiences and scopes, and one string says the same as an array of it.
std::multiset<std::string> as_set(std::string_view name, const Json& value) {
  if (name == "aud") {
    const auto list = audience_claim({{"aud", value}});
    return {list.begin(), list.end()};
  }
  const auto list = scope_claim({{"scope", value}});
  return {list.begin(), list.end()};
}

bool is_set(std::string_view name, const Json& value) { return (name == "aud" || name == "scope" || name == "scp") && (value.is_string() || value.is_array()); }

bool equal(std::string_view name, const Json& a, const Json& b) { return is_set(name, a) && is_set(name, b) ? as_set(name, a) == as_set(name, b) : a == b; }

ClaimChange compare(const std::string& name, const Json& before, const Json& after) {
  const bool was = before.is_object() && before.contains(name);
  const bool is = after.is_object() && after.contains(name);
  ClaimChange out{.name = name, .before = was ? without_tokens(before[name]) : Json(), .after = is ? without_tokens(after[name]) : Json()};
  if (was && is) {
    out.change = equal(name, before[name], after[name]) ? Change::Same : Change::Changed;
  } else {
    out.change = is ? Change::Added : Change::Removed;
  }
  return out;
}

void add_names(std::set<std::string>& names, const Json& claims) {
  if (!claims.is_object()) return;
  for (const auto& [name, value] : claims.items()) names.insert(name);
}

}  // namespace

std::string_view to_string(Change change) noexcept {
  switch (change) {
    case Change::Same: return "same";
    case Change::Changed: return "changed";
    case Change::Added: return "added";
    case Change::Removed: return "removed";
  }
  return "same";
}

std::vector<ClaimChange> diff_claims(const Json& before, const Json& after) {
  std::set<std::string> names;
  add_names(names, before);
  add_names(names, after);
  std::vector<ClaimChange> out;
  for (const auto first : kFirst) {
    if (names.erase(std::string(first)) > 0) out.push_back(compare(std::string(first), before, after));
  }
  for (const auto& name : names) out.push_back(compare(name, before, after));
  return out;
}

}  // namespace vmcpauth::inspect
