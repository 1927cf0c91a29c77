#include "proxy/serve/provider_uses.hpp"

namespace vmcpauth::proxy {

authserver::WalkthroughSettings provider_uses(const config::Runtime& runtime) {
  authserver::WalkthroughSettings settings;
  for (const auto& backend : runtime.backends) {
    if (const auto* inject = std::get_if<config::UpstreamInject>(&backend.strategy)) {
      settings.uses[inject->provider_name].push_back({backend.name, "gets your token of this provider"});
    } else if (const auto* exchange = std::get_if<config::TokenExchange>(&backend.strategy); exchange != nullptr && exchange->subject_provider_name) {
      settings.uses[*exchange->subject_provider_name].push_back({backend.name, "gets a token made from your token of this provider"});
    }
  }
  return settings;
}

}  // namespace vmcpauth::proxy
