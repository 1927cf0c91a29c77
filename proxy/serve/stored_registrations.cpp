#include "proxy/serve/stored_registrations.hpp"

namespace vmcpauth::proxy {

Task<Result<std::optional<upstream::Registration>>> StoredRegistrations::find(std::string key) {
  CO_TRY(auto kept, co_await store_.find_registration(std::move(key), clock_.now()));
  if (!kept) co_return std::optional<upstream::Registration>();
  upstream::Registration registration;
  registration.client_id = std::move(kept->client_id);
  registration.client_secret = std::move(kept->client_secret);
  registration.token_endpoint_auth_method = std::move(kept->token_endpoint_auth_method);
  registration.secret_expires_at = kept->secret_expires_at;
  co_return std::optional<upstream::Registration>(std::move(registration));
}

Task<Result<void>> StoredRegistrations::put(std::string key, upstream::Registration registration) {
  store::UpstreamRegistration kept;
  kept.client_id = std::move(registration.client_id);
  kept.client_secret = std::move(registration.client_secret);
  kept.token_endpoint_auth_method = std::move(registration.token_endpoint_auth_method);
  kept.secret_expires_at = registration.secret_expires_at;
  auto stored = co_await store_.put_registration(std::move(key), std::move(kept));
  co_return stored;
}

}  // namespace vmcpauth::proxy
