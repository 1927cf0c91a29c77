#include "core/config/practice/practice.hpp"

#include <algorithm>

namespace vmcpauth::config {

namespace {

const ServerPlan* plan_with(const std::vector<ServerPlan>& plans, const AuthServerSpec& server) {
  const auto found = std::find_if(plans.begin(), plans.end(), [&](const ServerPlan& plan) { return plan.auth_server == &server; });
  return found == plans.end() ? nullptr : &*found;
}

}  // namespace

void check_practice(const Inventory& inventory, const std::vector<ServerPlan>& plans, Diagnostics& diagnostics) {
  for (const auto& server : inventory.servers) {
    const auto& own = server.spec.auth_server;
    if (own) check_providers(own.value, plan_with(plans, own.value), diagnostics);
  }
  for (const auto& config : inventory.external_auth) {
    if (config.spec.embedded_auth_server) check_providers(config.spec.embedded_auth_server.value, nullptr, diagnostics);
  }
  for (const auto& file : inventory.auth_server_files) check_providers(file.spec, plan_with(plans, file.spec), diagnostics);
  for (const auto& plan : plans) {
    // With an authorization server of our own the tokens are ours.
    if (plan.incoming && plan.auth_server == nullptr) check_incoming_provider(*plan.incoming, diagnostics);
  }
  check_redirects(inventory, plans, diagnostics);
  check_security(inventory, diagnostics);
}

}  // namespace vmcpauth::config
