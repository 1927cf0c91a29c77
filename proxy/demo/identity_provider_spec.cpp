#include "proxy/demo/identity_provider_spec.hpp"

namespace vmcpauth::proxy {

std::vector<DemoUser> built_in_users(std::string_view provider_name) {
  const std::string prefix = std::string(provider_name) + "|";
  return {{prefix + "ada", "Ada Lovelace", "ada@example.com"},
          {prefix + "grace", "Grace Hopper", "grace@example.com"},
          {prefix + "alan", "Alan Turing", "alan@example.com"}};
}

}  // namespace vmcpauth::proxy
