// A dynamic registration's body: what is accepted keeps the promises of the policy.
#include <cstdlib>

#include "core/oauth/client_metadata.hpp"
#include "core/oauth/redirect_uri.hpp"

using namespace vmcpauth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const oauth::RegistrationPolicy kPolicy{{"openid", "profile", "email", "offline_access"}, {"openid"}, true, {"https://forced.example/cb"}};
  const auto object = parse_json_object({reinterpret_cast<const char*>(data), size}, {.max_bytes = 64 * 1024, .max_depth = 16});
  if (!object) return 0;
  const auto metadata = oauth::parse_client_metadata(*object);
  if (!metadata) return 0;
  const auto accepted = oauth::accept_registration(*metadata, kPolicy);
  if (!accepted) return 0;
  if (accepted->redirect_uris.empty() || accepted->redirect_uris.size() > 10) std::abort();
  for (const auto& uri : accepted->redirect_uris) {
    if (!oauth::check_redirect_uri(uri, oauth::RedirectSchemes::PrivateUseToo)) std::abort();
    if (accepted->confidential && oauth::is_loopback_redirect(uri)) std::abort();
    if (uri.find_first_of("\r\n #") != std::string::npos) std::abort();
  }
  if (oauth::first_missing(accepted->scopes, kPolicy.scopes_supported) != nullptr) std::abort();
  if ((accepted->token_endpoint_auth_method != "none") != accepted->confidential) std::abort();
  return 0;
}
