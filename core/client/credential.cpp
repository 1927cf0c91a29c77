#include "core/client/credential.hpp"

#include <array>

#include "core/base/json.hpp"

namespace vmcpauth::client {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr Seconds kExpiryMargin{10};
constexpr std::size_t kMaxText = 256U << 10U;

constexpr std::array<std::pair<GrantKind, std::string_view>, 5> kGrants{{{GrantKind::AuthorizationCode, "authorization_code"},
                                                                         {GrantKind::DeviceCode, "device_code"},
                                                                         {GrantKind::ClientCredentials, "client_credentials"},
                                                                         {GrantKind::JwtBearer, "jwt_bearer"},
                                                                         {GrantKind::IdentityAssertion, "identity_assertion"}}};
constexpr std::array<std::pair<ClientOrigin, std::string_view>, 3> kOrigins{
    {{ClientOrigin::Given, "given"}, {ClientOrigin::MetadataDocument, "metadata_document"}, {ClientOrigin::Registered, "registered"}}};

template <class Enum, std::size_t N>
std::string_view name_of(const std::array<std::pair<Enum, std::string_view>, N>& table, Enum value) noexcept {
  for (const auto& [known, name] : table) {
    if (known == value) return name;
  }
  return table.front().second;
}

template <class Enum, std::size_t N>
Result<Enum> value_of(const std::array<std::pair<Enum, std::string_view>, N>& table, const Json& object, std::string_view member) {
  TRY(const auto text, required_string(object, member));
  for (const auto& [value, name] : table) {
    if (name == text) return value;
  }
  return fail(ErrorCode::InvalidInput, "\"" + std::string(member) + "\" has an unknown value");
}

Json client_json(const ClientIdentity& client) {
  Json out{{"id", client.id}, {"method", to_string(client.method)}, {"origin", name_of(kOrigins, client.origin)}, {"redirect_uri", client.redirect_uri}};
  if (!client.secret.empty()) out["secret"] = client.secret.reveal();
  if (!client.key_pem.empty()) out["key"] = client.key_pem.reveal();
  if (!client.key_id.empty()) out["key_id"] = client.key_id;
  if (client.secret_expires_at) out["secret_expires_at"] = unix_seconds(*client.secret_expires_at);
  return out;
}

Result<std::string> text_or_empty(const Json& object, std::string_view name) {
  TRY(auto text, optional_string(object, name));
  return std::move(text).value_or("");
}

Result<Secret> secret(const Json& object, std::string_view name) {
  TRY(auto text, text_or_empty(object, name));
  return Secret(std::move(text));
}

Result<std::optional<TimePoint>> time(const Json& object, std::string_view name) {
  constexpr std::int64_t kFarthest = 253'402'300'799;  // the year 9999
  TRY(const auto seconds, optional_integer(object, name));
  if (!seconds) return std::nullopt;
  if (*seconds < 0 || *seconds > kFarthest) return fail(ErrorCode::InvalidInput, "\"" + std::string(name) + "\" is no time");
  return from_unix_seconds(*seconds);
}

Result<ClientIdentity> read_client(const Json& object) {
  if (!object.is_object()) return fail(ErrorCode::InvalidInput, "\"client\" is not an object");
  ClientIdentity out;
  TRY(out.id, required_string(object, "id"));
  TRY(const auto method, required_string(object, "method"));
  const auto known = parse_auth_method(method);
  if (!known) return fail(ErrorCode::InvalidInput, "\"method\" has an unknown value");
  out.method = *known;
  TRY(out.origin, value_of(kOrigins, object, "origin"));
  TRY(out.redirect_uri, text_or_empty(object, "redirect_uri"));
  TRY(out.secret, secret(object, "secret"));
  TRY(out.key_pem, secret(object, "key"));
  TRY(out.key_id, text_or_empty(object, "key_id"));
  TRY(out.secret_expires_at, time(object, "secret_expires_at"));
  return out;
}

Result<oauth::Scopes> scopes(const Json& object, std::string_view name) {
  TRY(const auto list, optional_strings(object, name));
  if (!list) return oauth::Scopes{};
  return oauth::to_scopes(*list);
}

Result<void> read_tokens(const Json& object, Credential& out) {
  TRY(out.access_token, secret(object, "access_token"));
  TRY(out.refresh_token, secret(object, "refresh_token"));
  TRY(out.dpop_key, secret(object, "dpop_key"));
  TRY(out.scopes_asked, scopes(object, "scopes_asked"));
  TRY(out.scopes, scopes(object, "scopes"));
  TRY(const auto obtained, time(object, "obtained_at"));
  if (!obtained) return fail(ErrorCode::InvalidInput, "\"obtained_at\" is missing");
  out.obtained_at = *obtained;
  TRY(out.expires_at, time(object, "expires_at"));
  return {};
}

}  // namespace

std::string_view to_string(GrantKind kind) noexcept { return name_of(kGrants, kind); }

Credential Credential::clone() const {
  Credential out;
  out.server = server;
  out.issuer = issuer;
  out.resource = resource;
  out.resource_metadata = resource_metadata;
  out.client = client.clone();
  out.grant = grant;
  out.source = source;
  out.access_token = access_token.clone();
  out.refresh_token = refresh_token.clone();
  out.dpop_key = dpop_key.clone();
  out.scopes_asked = scopes_asked;
  out.scopes = scopes;
  out.obtained_at = obtained_at;
  out.expires_at = expires_at;
  return out;
}

bool Credential::is_usable(TimePoint now) const noexcept { return !access_token.empty() && (!expires_at || now + kExpiryMargin < *expires_at); }

Result<AccessToken> Credential::token() const {
  AccessToken out{access_token.clone(), nullptr};
  if (dpop_key.empty()) return out;
  TRY(auto key, oauth::DpopKey::from_pem(dpop_key.clone()));
  out.key = std::make_shared<const oauth::DpopKey>(std::move(key));
  return out;
}

Secret write_credential(const Credential& credential) {
  Json out{{"version", kVersion},
           {"server", credential.server},
           {"issuer", credential.issuer},
           {"resource", credential.resource},
           {"client", client_json(credential.client)},
           {"grant", to_string(credential.grant)},
           {"scopes_asked", credential.scopes_asked},
           {"scopes", credential.scopes},
           {"obtained_at", unix_seconds(credential.obtained_at)}};
  if (credential.resource_metadata) out["resource_metadata"] = credential.resource_metadata->text();
  if (!credential.access_token.empty()) out["access_token"] = credential.access_token.reveal();
  if (!credential.refresh_token.empty()) out["refresh_token"] = credential.refresh_token.reveal();
  if (!credential.dpop_key.empty()) out["dpop_key"] = credential.dpop_key.reveal();
  if (credential.source) out["source"] = write_grant_source(*credential.source);
  if (credential.expires_at) out["expires_at"] = unix_seconds(*credential.expires_at);
  return Secret(dump_json(out));
}

Result<Credential> read_credential(std::string_view json_text) {
  TRY(const auto object, parse_json_object(json_text, {kMaxText, 8}));
  TRY(const auto version, optional_integer(object, "version"));
  if (version != kVersion) return fail(ErrorCode::InvalidInput, "a credential of another version of this program");
  Credential out;
  TRY(out.server, required_string(object, "server"));
  TRY(out.issuer, required_string(object, "issuer"));
  TRY(out.resource, required_string(object, "resource"));
  TRY(const auto metadata, optional_string(object, "resource_metadata"));
  if (metadata) {
    TRY(out.resource_metadata, Url::parse(*metadata));
  }
  const auto client = object.find("client");
  if (client == object.end()) return fail(ErrorCode::InvalidInput, "\"client\" is missing");
  TRY(out.client, read_client(*client));
  TRY(out.grant, value_of(kGrants, object, "grant"));
  if (const auto source = object.find("source"); source != object.end()) {
    TRY(out.source, read_grant_source(*source));
  }
  TRY_VOID(read_tokens(object, out));
  return out;
}

}  // namespace vmcpauth::client
