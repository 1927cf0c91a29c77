#include "core/outgoing/make_outgoing.hpp"

#include "core/outgoing/static_strategies.hpp"
#include "core/outgoing/token_exchange.hpp"
#include "core/outgoing/upstream_inject.hpp"

namespace vmcpauth::outgoing {
namespace {

using Made = Result<std::unique_ptr<OutgoingAuth>>;

struct Maker {
  const Dependencies& dependencies;

  Made operator()(const config::Unauthenticated& /*settings*/) const { return std::make_unique<Unauthenticated>(); }
  Made operator()(const config::HeaderInjection& settings) const {
    TRY(auto made, HeaderInjection::make(settings));
    return made;
  }
  Made operator()(const config::UpstreamInject& settings) const {
    if (settings.provider_name.empty()) return fail(ErrorCode::InvalidConfig, "upstream_inject: providerName is empty");
    TRY_VOID(injection_enabled("upstream_inject"));
    return std::make_unique<UpstreamInject>(settings.provider_name, dependencies.sign_in_hint);
  }
  Made operator()(const config::TokenExchange& settings) const {
    TRY_VOID(injection_enabled("token_exchange"));
    TRY(auto made, TokenExchange::make(settings, dependencies));
    return made;
  }

  Result<void> injection_enabled(std::string_view strategy) const {
    if (!dependencies.upstream_token_injection_disabled) return {};
    return fail(ErrorCode::InvalidConfig, std::string(strategy) + " contradicts disable_upstream_token_injection, which keeps upstream tokens from backends");
  }
};

}  // namespace

Result<std::unique_ptr<OutgoingAuth>> make_outgoing(const config::Strategy& strategy, Dependencies dependencies) {
  return std::visit(Maker{dependencies}, strategy);
}

}  // namespace vmcpauth::outgoing
