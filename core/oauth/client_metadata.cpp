#include "core/oauth/client_metadata.hpp"

#include <algorithm>

#include "core/base/text.hpp"
#include "core/oauth/error.hpp"
#include "core/oauth/grant_types.hpp"
#include "core/oauth/redirect_uri.hpp"

namespace vmcpauth::oauth {
namespace {

constexpr std::size_t kMaxRedirectUris = 10;
constexpr std::size_t kMaxName = 256;
constexpr std::size_t kMaxListItems = 20;

std::unexpected<Error> bad_metadata(std::string message) { return refuse("invalid_client_metadata", std::move(message)); }

template <class T>
Result<T> as_metadata_error(Result<T> result) {
  if (!result) return bad_metadata(result.error().message());
  return result;
}

Result<std::vector<std::string>> short_list(const Json& object, std::string_view name) {
  TRY(auto list, as_metadata_error(optional_strings(object, name)));
  if (!list) return std::vector<std::string>{};
  if (list->size() > kMaxListItems) return bad_metadata(std::string(name) + " has too many entries");
  std::vector<std::string> unique;
  for (auto& item : *list) {
    if (item.size() > kMaxName) return bad_metadata(std::string(name) + " has an entry that is too long");
    if (!contains(unique, item)) unique.push_back(std::move(item));
  }
  return unique;
}

Result<Scopes> read_scope(const Json& object) {
  const auto it = object.find("scope");
  if (it == object.end() || it->is_null()) return Scopes{};
  if (it->is_array()) {
    TRY(auto tokens, as_metadata_error(optional_strings(object, "scope")));
    return as_metadata_error(to_scopes(*tokens));
  }
  TRY(auto text, as_metadata_error(optional_string(object, "scope")));
  return as_metadata_error(parse_scope(*text));
}

Result<std::string> read_software_id(const Json& object) {
  TRY(auto value, as_metadata_error(optional_string(object, "software_id")));
  std::string id = value.value_or("");
  if (id.size() > kMaxName) return bad_metadata("software_id is longer than 256 bytes");
  if (std::any_of(id.begin(), id.end(), [](char c) { return c < 0x20 || c > 0x7E; })) return bad_metadata("software_id must be printable ASCII");
  return id;
}

Result<std::vector<std::string>> read_redirect_uris(const Json& object) {
  auto uris = optional_strings(object, "redirect_uris");
  if (!uris) return refuse("invalid_redirect_uri", uris.error().message());
  if (!*uris || (*uris)->empty()) return refuse("invalid_redirect_uri", "redirect_uris is missing or empty");
  if ((*uris)->size() > kMaxRedirectUris) return refuse("invalid_redirect_uri", "redirect_uris has more than 10 entries");
  return **std::move(uris);
}

Result<std::vector<std::string>> accept_grant_types(std::vector<std::string> asked) {
  if (asked.empty()) return std::vector<std::string>{std::string(kAuthorizationCode), std::string(kRefreshToken)};
  if (!contains(asked, kAuthorizationCode)) return bad_metadata("grant_types must include authorization_code");
  for (const auto& grant : asked) {
    if (grant != kAuthorizationCode && grant != kRefreshToken) return bad_metadata("unsupported grant type");
  }
  return asked;
}

Result<std::vector<std::string>> accept_response_types(std::vector<std::string> asked) {
  if (asked.empty()) return std::vector<std::string>{"code"};
  if (asked != std::vector<std::string>{"code"}) return bad_metadata("the only response type is code");
  return asked;
}

// A client that a loopback or private-use redirect can reach is one that cannot keep a secret (OAuth 2.1 §2.1).
Result<void> check_confidential_redirects(const std::vector<std::string>& uris) {
  for (const auto& uri : uris) {
    TRY_VOID(check_redirect_uri(uri, RedirectSchemes::WebAndLoopback));
    if (is_loopback_redirect(uri)) return refuse("invalid_redirect_uri", "a client with a secret needs https redirect URIs beyond loopback");
  }
  return {};
}

Result<void> settle_authentication(AcceptedClient& client, const std::string& method, const RegistrationPolicy& policy) {
  const auto& forcing = policy.force_confidential_redirect_uris;
  client.token_endpoint_auth_method = method;
  client.confidential = method != kAuthNone;
  if (!client.confidential) {
    client.forced = std::any_of(client.redirect_uris.begin(), client.redirect_uris.end(), [&](const auto& uri) { return contains(forcing, uri); });
    if (!client.forced) return {};
    client.confidential = true;
    client.token_endpoint_auth_method = kAuthPost;
  } else if (method != kAuthBasic && method != kAuthPost) {
    return bad_metadata("unsupported token_endpoint_auth_method");
  } else if (!policy.allow_confidential) {
    return bad_metadata("this server registers public clients only (token_endpoint_auth_method none)");
  }
  return check_confidential_redirects(client.redirect_uris);
}

}  // namespace

Result<ClientMetadata> parse_client_metadata(const Json& object) {
  if (!object.is_object()) return bad_metadata("the metadata is not a JSON object");
  ClientMetadata metadata;
  TRY(metadata.redirect_uris, read_redirect_uris(object));
  TRY(auto name, as_metadata_error(optional_string(object, "client_name")));
  metadata.client_name = name.value_or("");
  if (metadata.client_name.size() > kMaxName) return bad_metadata("client_name is longer than 256 bytes");
  TRY(metadata.software_id, read_software_id(object));
  TRY(auto method, as_metadata_error(optional_string(object, "token_endpoint_auth_method")));
  metadata.token_endpoint_auth_method = std::move(method);
  TRY(metadata.grant_types, short_list(object, "grant_types"));
  TRY(metadata.response_types, short_list(object, "response_types"));
  TRY(metadata.scopes, read_scope(object));
  return metadata;
}

Result<Scopes> resolve_scopes(const Scopes& asked, const RegistrationPolicy& policy) {
  static const Scopes kDefault{"openid", "profile", "email", "offline_access"};
  const Scopes& wanted = asked.empty() ? kDefault : asked;
  if (const auto* missing = first_missing(wanted, policy.scopes_supported)) {
    return bad_metadata((asked.empty() ? "name the scope to register: the default set has one this server does not support: " : "unsupported scope: ") +
                        *missing);
  }
  return scope_union(wanted, policy.baseline_scopes);
}

Result<AcceptedClient> accept_registration(const ClientMetadata& metadata, const RegistrationPolicy& policy) {
  AcceptedClient client;
  for (const auto& uri : metadata.redirect_uris) TRY_VOID(check_redirect_uri(uri, RedirectSchemes::PrivateUseToo));
  client.redirect_uris = metadata.redirect_uris;
  client.client_name = metadata.client_name;
  TRY(client.grant_types, accept_grant_types(metadata.grant_types));
  TRY(client.response_types, accept_response_types(metadata.response_types));
  TRY(client.scopes, resolve_scopes(metadata.scopes, policy));
  // RFC 7591 §2 would make an omitted method client_secret_basic; public clients are the norm here (REFERENCE.md §4).
  const std::string method = metadata.token_endpoint_auth_method.value_or("");
  TRY_VOID(settle_authentication(client, method.empty() ? std::string(kAuthNone) : method, policy));
  return client;
}

}  // namespace vmcpauth::oauth
