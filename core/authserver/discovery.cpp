#include "core/authserver/discovery.hpp"

#include <algorithm>

#include "core/authserver/login_progress.hpp"
#include "core/authserver/session_status.hpp"
#include "core/base/json.hpp"
#include "core/oauth/grant_types.hpp"
#include "core/oauth/pkce.hpp"

namespace vmcpauth::authserver {
namespace {

Json grant_types(const config::AuthServer& config) {
  Json grants{oauth::kAuthorizationCode, oauth::kRefreshToken, oauth::kTokenExchange};
  const bool assertions =
      std::any_of(config.trusted_issuers.begin(), config.trusted_issuers.end(), [](const auto& issuer) { return issuer.jwt_bearer_grant.has_value(); });
  if (assertions) grants.push_back(oauth::kJwtBearer);
  return grants;
}

Json auth_methods(const config::AuthServer& config) {
  Json methods = Json::array({oauth::kAuthNone});
  if (config.allow_confidential_client_registration || !config.delegate_clients.empty()) {
    methods.push_back(oauth::kAuthBasic);
    methods.push_back(oauth::kAuthPost);
  }
  return methods;
}

Json oauth_metadata(const Context& context) {
  const auto& config = context.config;
  const auto& urls = context.endpoints;
  return {{"issuer", urls.issuer},
          {"authorization_endpoint", urls.authorize},
          {"token_endpoint", urls.token},
          {"revocation_endpoint", urls.revocation},
          {"jwks_uri", urls.jwks},
          {"registration_endpoint", urls.registration},
          {"scopes_supported", config.scopes_supported},
          {"response_types_supported", Json::array({"code"})},
          {"response_modes_supported", Json::array({"query"})},
          {"grant_types_supported", grant_types(config)},
          {"code_challenge_methods_supported", Json::array({oauth::kPkceMethod})},
          {"token_endpoint_auth_methods_supported", auth_methods(config)},
          {"revocation_endpoint_auth_methods_supported", auth_methods(config)},
          {"client_id_metadata_document_supported", config.cimd.enabled},
          {"authorization_response_iss_parameter_supported", true},
          {kProgressEndpoint, urls.progress},
          {kSessionEndpoint, urls.session}};
}

Json signing_algorithms(const Context& context) {
  std::vector<std::string> names;
  for (const auto& key : context.keys.public_keys().keys()) {
    const auto json = key.to_json();
    const auto alg = json.find("alg");
    if (alg != json.end() && alg->is_string()) names.push_back(alg->get<std::string>());
  }
  if (names.empty()) names.emplace_back(jose::to_string(context.keys.algorithm()));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

DiscoveryDocuments make_discovery_documents(const Context& context) {
  Json metadata = oauth_metadata(context);
  DiscoveryDocuments documents;
  documents.oauth_metadata = dump_json(metadata);
  metadata["subject_types_supported"] = Json::array({"public"});
  metadata["id_token_signing_alg_values_supported"] = signing_algorithms(context);
  // OIDC Discovery §3: the default would be true.
  metadata["request_uri_parameter_supported"] = false;
  documents.openid_configuration = dump_json(metadata);
  documents.jwks = context.keys.public_keys().to_json_text();
  return documents;
}

http::Response discovery_response(const std::string& document) {
  auto response = http::Response::json(200, document);
  response.headers.set("Cache-Control", "public, max-age=3600");
  return response;
}

void allow_any_origin(http::Headers& headers) { headers.set("Access-Control-Allow-Origin", "*"); }

http::Response preflight_response(std::string_view methods) {
  http::Response response{204, {}, {}};
  allow_any_origin(response.headers);
  response.headers.set("Access-Control-Allow-Methods", std::string(methods));
  response.headers.set("Access-Control-Allow-Headers", "Authorization, Content-Type, MCP-Protocol-Version");
  response.headers.set("Access-Control-Max-Age", "86400");
  response.headers.set("Allow", std::string(methods));
  return response;
}

}  // namespace vmcpauth::authserver
