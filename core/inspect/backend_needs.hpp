// What the backends of a configuration need of a session's upstream tokens: which provider, which kind of token, which
// scopes. Used by `token doctor --config`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config/runtime.hpp"

namespace vmcpauth::inspect {

struct BackendNeed {
  std::string backend, provider;
  bool id_token = false;  // an ID token instead of an access token
};

// Sorted by backend. Strategies that need no upstream token are left out.
[[nodiscard]] std::vector<BackendNeed> needs_of(const config::Runtime& runtime);

// The configured scopes that the granted ones lack. Protocol scopes that providers leave out of their answers (openid,
// offline_access) and Google's other names of email and profile are not counted; nothing is when `granted` is empty (unknown).
[[nodiscard]] std::vector<std::string> missing_scopes(const std::vector<std::string>& configured, const std::vector<std::string>& granted);

}  // namespace vmcpauth::inspect
