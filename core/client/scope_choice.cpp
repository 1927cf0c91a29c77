#include "core/client/scope_choice.hpp"

#include <algorithm>

namespace vmcpauth::client {
namespace {
constexpr std::string_view kOfflineAccess = "offline_access";
}

oauth::Scopes choose_scopes(const ScopeSources& sources) {
  if (!sources.wanted.empty()) return oauth::scope_union(oauth::scope_union(sources.wanted, sources.before), sources.challenge);
  oauth::Scopes out = sources.challenge.empty() && sources.before.empty() ? sources.resource : oauth::scope_union(sources.before, sources.challenge);
  const bool offline = oauth::has_scope(sources.server, kOfflineAccess);
  // A resource may list it for clients in general; only the authorization server knows what it means.
  if (!offline) std::erase(out, kOfflineAccess);
  if (offline && !out.empty() && !oauth::has_scope(out, kOfflineAccess)) out.emplace_back(kOfflineAccess);
  return out;
}

}  // namespace vmcpauth::client
