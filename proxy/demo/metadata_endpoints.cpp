#include "core/base/json.hpp"
#include "proxy/demo/provider_context.hpp"

namespace vmcpauth::proxy {
namespace {

http::Response cacheable_json(std::string body) {
  auto response = http::Response::json(200, std::move(body));
  // Short: a restarted demo has new keys at the same address.
  response.headers.set("Cache-Control", "public, max-age=60");
  return response;
}

}  // namespace

// RFC 8414 and OpenID Connect Discovery in one document.
http::Response answer_metadata(const ProviderContext& context) {
  const Json auth_methods = {"client_secret_basic", "client_secret_post", "none"};
  Json document = {{"issuer", context.spec.issuer},
                   {"authorization_endpoint", context.url("/authorize")},
                   {"token_endpoint", context.url("/token")},
                   {"jwks_uri", context.url("/jwks")},
                   {"revocation_endpoint", context.url("/revoke")},
                   {"introspection_endpoint", context.url("/introspect")},
                   {"userinfo_endpoint", context.url("/userinfo")},
                   {"response_types_supported", {"code"}},
                   {"response_modes_supported", {"query"}},
                   {"grant_types_supported", {"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"}},
                   {"code_challenge_methods_supported", {"S256"}},
                   {"token_endpoint_auth_methods_supported", auth_methods},
                   {"revocation_endpoint_auth_methods_supported", auth_methods},
                   {"introspection_endpoint_auth_methods_supported", {"client_secret_basic", "client_secret_post"}},
                   {"scopes_supported", {"openid", "profile", "email", "offline_access"}},
                   {"authorization_response_iss_parameter_supported", true}};
  if (context.spec.registration) document["registration_endpoint"] = context.url("/register");
  if (context.spec.kind == ProviderKind::Oidc) {
    document["subject_types_supported"] = {"public"};
    document["id_token_signing_alg_values_supported"] = {jose::to_string(context.keys.algorithm())};
    document["claims_supported"] = {"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "name", "email", "email_verified"};
    document["request_parameter_supported"] = false;
    document["request_uri_parameter_supported"] = false;
    document["claims_parameter_supported"] = false;
  }
  return cacheable_json(dump_json(document));
}

http::Response answer_jwks(const ProviderContext& context) { return cacheable_json(context.keys.public_keys().to_json_text()); }

}  // namespace vmcpauth::proxy
