#include "core/inspect/backend_needs.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "core/oauth/scope.hpp"

namespace vmcpauth::inspect {
namespace {

struct NeedOf {
  const std::string& backend;

  std::optional<BackendNeed> operator()(const config::UpstreamInject& inject) const { return BackendNeed{backend, inject.provider_name, false}; }
  std::optional<BackendNeed> operator()(const config::TokenExchange& exchange) const {
    if (!exchange.subject_provider_name) return std::nullopt;
    return BackendNeed{backend, *exchange.subject_provider_name, exchange.subject_token_type == config::SubjectTokenType::IdToken};
  }
  template <class Other>
  std::optional<BackendNeed> operator()(const Other& /*strategy*/) const {
    return std::nullopt;
  }
};

struct OtherName {
  std::string_view scope, granted_as;
};
constexpr std::array kOtherNames{OtherName{"email", "https://www.googleapis.com/auth/userinfo.email"},
                                 OtherName{"profile", "https://www.googleapis.com/auth/userinfo.profile"}};

bool is_granted(const std::string& scope, const std::vector<std::string>& granted) {
  if (scope == "openid" || scope == "offline_access" || oauth::has_scope(granted, scope)) return true;
  return std::any_of(kOtherNames.begin(), kOtherNames.end(),
                     [&](const auto& other) { return other.scope == scope && oauth::has_scope(granted, other.granted_as); });
}

}  // namespace

std::vector<BackendNeed> needs_of(const config::Runtime& runtime) {
  std::vector<BackendNeed> out;
  for (const auto& backend : runtime.backends) {
    if (auto need = std::visit(NeedOf{backend.name}, backend.strategy)) out.push_back(*std::move(need));
  }
  return out;
}

std::vector<std::string> missing_scopes(const std::vector<std::string>& configured, const std::vector<std::string>& granted) {
  std::vector<std::string> out;
  if (granted.empty()) return out;
  std::copy_if(configured.begin(), configured.end(), std::back_inserter(out), [&](const auto& scope) { return !is_granted(scope, granted); });
  return out;
}

}  // namespace vmcpauth::inspect
