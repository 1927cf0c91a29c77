#include "core/client/grants.hpp"

#include "core/oauth/grant_types.hpp"

namespace vmcpauth::client {
namespace {

constexpr const char* kIdJag = "urn:ietf:params:oauth:token-type:id-jag";

Grant make(std::string_view grant_type, const TokenTarget& target) {
  Grant out;
  out.form.emplace_back("grant_type", grant_type);
  if (!target.scopes.empty()) out.form.emplace_back("scope", oauth::join_scope(target.scopes));
  if (!target.resource.empty()) out.form.emplace_back("resource", target.resource);
  return out;
}

void add_secret(Grant& grant, const char* name, const Secret& value) {
  grant.form.emplace_back(name, value.reveal());
  grant.secrets.push_back(value.reveal());
}

}  // namespace

Grant code_grant(const Secret& code, const Secret& pkce_verifier, const std::string& redirect_uri, const TokenTarget& target) {
  Grant out = make(oauth::kAuthorizationCode, {target.resource, {}});
  add_secret(out, "code", code);
  add_secret(out, "code_verifier", pkce_verifier);
  out.form.emplace_back("redirect_uri", redirect_uri);
  return out;
}

Grant refresh_grant(const Secret& refresh_token, const TokenTarget& target) {
  Grant out = make(oauth::kRefreshToken, {target.resource, {}});
  add_secret(out, "refresh_token", refresh_token);
  return out;
}

Grant client_credentials_grant(const TokenTarget& target) { return make(kClientCredentials, target); }

Grant jwt_bearer_grant(const Secret& assertion, const TokenTarget& target) {
  Grant out = make(oauth::kJwtBearer, target);
  add_secret(out, "assertion", assertion);
  return out;
}

Grant device_code_grant(const Secret& device_code, const TokenTarget& target) {
  Grant out = make(kDeviceCode, {target.resource, {}});
  add_secret(out, "device_code", device_code);
  return out;
}

Grant id_jag_exchange(const Secret& id_token, const std::string& issuer, const TokenTarget& target) {
  Grant out = make(oauth::kTokenExchange, target);
  out.form.emplace_back("requested_token_type", kIdJag);
  out.form.emplace_back("audience", issuer);
  out.form.emplace_back("subject_token_type", oauth::kIdTokenType);
  add_secret(out, "subject_token", id_token);
  return out;
}

}  // namespace vmcpauth::client
