#include "core/client/client_identity.hpp"

#include <algorithm>
#include <array>

#include "core/jose/key_ring.hpp"
#include "core/oauth/client_authentication.hpp"

namespace vmcpauth::client {
namespace {

constexpr std::array<std::pair<AuthMethod, std::string_view>, 4> kMethods{{{AuthMethod::None, "none"},
                                                                           {AuthMethod::Basic, "client_secret_basic"},
                                                                           {AuthMethod::Post, "client_secret_post"},
                                                                           {AuthMethod::PrivateKeyJwt, "private_key_jwt"}}};
constexpr std::int64_t kAssertionLifetime = 120;  // seconds
constexpr const char* kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

Result<std::string> assertion(const ClientIdentity& client, const AssertionContext& context) {
  std::vector<Secret> keys;
  keys.push_back(client.key_pem.clone());
  auto ring = jose::KeyRing::from_pem(keys);
  if (!ring) return std::unexpected(std::move(ring).error().note("the client's private key"));
  const auto now = unix_seconds(context.now);
  const Json claims{
      {"iss", client.id}, {"sub", client.id}, {"aud", context.audience}, {"jti", context.random.token(16)}, {"iat", now}, {"exp", now + kAssertionLifetime}};
  Json header{{"typ", "JWT"}};
  if (!client.key_id.empty()) header["kid"] = client.key_id;
  return ring->sign_with_header(std::move(header), claims);
}

}  // namespace

std::string_view to_string(AuthMethod method) noexcept {
  for (const auto& [known, name] : kMethods) {
    if (known == method) return name;
  }
  return "none";
}

std::optional<AuthMethod> parse_auth_method(std::string_view name) noexcept {
  for (const auto& [method, known] : kMethods) {
    if (known == name) return method;
  }
  return std::nullopt;
}

ClientIdentity ClientIdentity::clone() const { return {id, method, secret.clone(), key_pem.clone(), key_id, origin, redirect_uri, secret_expires_at}; }

AuthMethod choose_method(const ClientIdentity& client, const oauth::ServerMetadata& server) {
  if (!client.key_pem.empty()) return AuthMethod::PrivateKeyJwt;
  if (client.secret.empty()) return AuthMethod::None;
  const auto& listed = server.token_endpoint_auth_methods_supported;
  const auto lists = [&](AuthMethod method) { return std::ranges::find(listed, to_string(method)) != listed.end(); };
  return !lists(AuthMethod::Basic) && lists(AuthMethod::Post) ? AuthMethod::Post : AuthMethod::Basic;
}

Result<void> authenticate(const ClientIdentity& client, const AssertionContext& context, FormFields& form, http::Headers& headers) {
  switch (client.method) {
    case AuthMethod::Basic: headers.set("Authorization", oauth::basic_authorization(client.id, client.secret).reveal()); return {};
    case AuthMethod::Post:
      form.emplace_back("client_id", client.id);
      form.emplace_back("client_secret", client.secret.reveal());
      return {};
    case AuthMethod::PrivateKeyJwt: {
      TRY(auto signed_assertion, assertion(client, context));
      form.emplace_back("client_id", client.id);
      form.emplace_back("client_assertion_type", kAssertionType);
      form.emplace_back("client_assertion", std::move(signed_assertion));
      return {};
    }
    case AuthMethod::None:
      if (!client.id.empty()) form.emplace_back("client_id", client.id);
      return {};
  }
  return {};
}

}  // namespace vmcpauth::client
