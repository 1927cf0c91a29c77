#include "core/authserver/client_directory.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"
#include "core/oauth/client_id_document.hpp"
#include "core/oauth/error.hpp"
#include "core/oauth/grant_types.hpp"

namespace vmcpauth::authserver {
namespace {

constexpr std::size_t kMaxClientId = 2048;

store::Client delegate(const config::DelegateClient& configured, TimePoint now) {
  store::Client client;
  client.id = configured.client_id;
  client.secret_hash = ClientDirectory::hash_secret(configured.client_secret.reveal());
  client.grant_types = {std::string(oauth::kTokenExchange)};
  client.scopes = configured.scopes;
  client.audiences = configured.audiences;
  client.token_endpoint_auth_method = "";
  client.created_at = now;
  return client;
}

// RFC 6749 §2.3: by the method it registered; nothing else proves who it is.
Result<void> check_secret(const store::Client& client, const oauth::ClientCredentials& credentials) {
  using enum oauth::ClientAuthMethod;
  if (!client.secret_hash) {
    if (credentials.method != None) return oauth::refuse("invalid_client", "a public client sent a secret");
    return {};
  }
  if (credentials.method == None) return oauth::refuse("invalid_client", "the client has a secret and did not send it");
  const auto& method = client.token_endpoint_auth_method;
  const auto used = credentials.method == Basic ? oauth::kAuthBasic : oauth::kAuthPost;
  if (!method.empty() && method != used) return oauth::refuse("invalid_client", "the client registered for another authentication method");
  if (!constant_time_equal(*client.secret_hash, ClientDirectory::hash_secret(credentials.secret.reveal()))) {
    return oauth::refuse("invalid_client", "wrong client secret");
  }
  return {};
}

}  // namespace

ClientDirectory::ClientDirectory(const Context& context) : context_(context), documents_(context) {
  for (const auto& configured : context.config.delegate_clients) delegates_.emplace(configured.client_id, delegate(configured, context.now()));
}

std::string ClientDirectory::hash_secret(std::string_view secret) { return hex_encode(crypto::sha256(secret)); }

Task<Result<std::optional<store::Client>>> ClientDirectory::find(std::string client_id) {
  if (client_id.empty() || client_id.size() > kMaxClientId) co_return std::optional<store::Client>{};
  const auto fixed = delegates_.find(client_id);
  if (fixed != delegates_.end()) co_return std::optional(fixed->second);
  if (context_.config.cimd.enabled && oauth::is_document_client_id(client_id)) {
    auto documented = co_await documents_.find(client_id);
    if (!documented) co_return std::unexpected(std::move(documented).error());
    co_return std::optional(*std::move(documented));
  }
  auto stored = co_await context_.deps.store.find_client(client_id);
  co_return stored;
}

Task<Result<std::optional<store::Client>>> ClientDirectory::authenticate(const http::Request& request, const oauth::Parameters& form) {
  CO_TRY(auto credentials, oauth::read_client_credentials(request.headers, form));
  if (!credentials) co_return std::optional<store::Client>{};
  CO_TRY(auto client, co_await find(credentials->client_id));
  if (!client) co_return oauth::refuse("invalid_client", "unknown client");
  CO_TRY_VOID(check_secret(*client, *credentials));
  co_return client;
}

bool may_use(const store::Client& client, std::string_view grant_type) {
  return std::find(client.grant_types.begin(), client.grant_types.end(), grant_type) != client.grant_types.end();
}

}  // namespace vmcpauth::authserver
