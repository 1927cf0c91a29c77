#include "core/config/practice/practice.hpp"

namespace vmcpauth::config {

void check_practice(const Inventory& inventory, const std::vector<ServerPlan>& plans, Diagnostics& diagnostics) {
  for (const auto& server : inventory.servers) {
    if (server.spec.auth_server) check_providers(server.spec.auth_server.value, diagnostics);
  }
  for (const auto& config : inventory.external_auth) {
    if (config.spec.embedded_auth_server) check_providers(config.spec.embedded_auth_server.value, diagnostics);
  }
  for (const auto& file : inventory.auth_server_files) check_providers(file.spec, diagnostics);
  for (const auto& plan : plans) {
    // With an authorization server of our own the tokens are ours.
    if (plan.incoming && plan.auth_server == nullptr) check_incoming_provider(*plan.incoming, diagnostics);
  }
  check_security(inventory, diagnostics);
}

}  // namespace vmcpauth::config
  check_redirects(inventory, plans, diagnostics);
