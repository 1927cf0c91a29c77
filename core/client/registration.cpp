#include "core/client/registration.hpp"

#include <algorithm>

#include "core/client/grants.hpp"
#include "core/oauth/grant_types.hpp"
#include "core/upstream/registration_answer.hpp"

namespace vmcpauth::client {
namespace {

using upstream::ClientAuthentication;

ClientAuthentication method_to_ask_for(GrantKind grant, const oauth::ServerMetadata& server) {
  const auto& listed = server.token_endpoint_auth_methods_supported;
  const bool secret_needed = grant == GrantKind::ClientCredentials;
  for (const auto method : {ClientAuthentication::None, ClientAuthentication::Basic, ClientAuthentication::Post}) {
    if (secret_needed && method == ClientAuthentication::None) continue;
    if (std::ranges::find(listed, upstream::to_string(method)) != listed.end()) return method;
  }
  return secret_needed ? ClientAuthentication::Basic : ClientAuthentication::None;
}

std::string_view registered_type(GrantKind grant) {
  switch (grant) {
    case GrantKind::AuthorizationCode: break;
    case GrantKind::DeviceCode: return kDeviceCode;
    case GrantKind::ClientCredentials: return kClientCredentials;
    case GrantKind::JwtBearer:
    case GrantKind::IdentityAssertion: return oauth::kJwtBearer;
  }
  return oauth::kAuthorizationCode;
}

// Servers that list an endpoint and take nobody, or not everybody.
bool is_closed(int status) noexcept { return status == 401 || status == 403 || status == 404 || status == 405 || status == 501; }

}  // namespace

std::string registration_body(GrantKind grant, const std::string& redirect_uri, const oauth::ServerMetadata& server) {
  OrderedJson body{{"client_name", "vmcpauth"}, {"software_id", "vmcpauth"}, {"application_type", "native"}};
  body["redirect_uris"] = OrderedJson::array();
  if (!redirect_uri.empty()) body["redirect_uris"].push_back(redirect_uri);
  body["grant_types"] = {registered_type(grant)};
  if (needs_person(grant)) body["grant_types"].push_back(oauth::kRefreshToken);
  body["response_types"] = OrderedJson::array();
  if (grant == GrantKind::AuthorizationCode) body["response_types"].push_back("code");
  body["token_endpoint_auth_method"] = upstream::to_string(method_to_ask_for(grant, server));
  return body.dump();
}

Task<Result<ClientIdentity>> register_client(http::HttpClient& http, const Discovery& discovery, GrantKind grant, std::string redirect_uri) {
  const Url endpoint = *discovery.server.registration_endpoint;
  const upstream::Peer peer{"authorization server " + discovery.server.issuer, "registration endpoint", endpoint};
  http::ClientRequest request{.method = "POST",
                              .url = endpoint,
                              .headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
                              .body = registration_body(grant, redirect_uri, discovery.server),
                              .peer = discovery.peer};
  auto response = co_await http.send(std::move(request));
  if (!response) co_return std::unexpected(upstream::with_peer(std::move(response).error(), peer));
  if (is_closed(response->status)) {
    co_return std::unexpected(
        upstream::status_error(peer, *response, {}).note("it does not let programs register themselves: register one there by hand and give --client-id"));
  }
  auto registration = upstream::read_registration(*response, peer, method_to_ask_for(grant, discovery.server), {});
  if (!registration) co_return std::unexpected(std::move(registration).error());
  ClientIdentity out;
  out.id = std::move(registration->client_id);
  out.method = parse_auth_method(registration->token_endpoint_auth_method).value_or(AuthMethod::None);
  if (registration->client_secret) out.secret = *std::move(registration->client_secret);
  out.origin = ClientOrigin::Registered;
  out.redirect_uri = std::move(redirect_uri);
  out.secret_expires_at = registration->secret_expires_at;
  co_return out;
}

}  // namespace vmcpauth::client
