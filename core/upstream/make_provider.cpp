#include "core/upstream/make_provider.hpp"

#include <algorithm>

#include "core/upstream/authorization_request.hpp"
#include "core/upstream/oauth2_provider.hpp"
#include "core/upstream/oidc_provider.hpp"
#include "core/upstream/userinfo.hpp"

namespace vmcpauth::upstream {
namespace {

using Made = Result<std::unique_ptr<Provider>>;

// `loopback`: a configured URL is on this machine, which is the operator's own choice; nothing a provider sends widens it.
Common common_of(const config::Upstream& settings, bool loopback) {
  http::PeerPolicy policy{.allow_private_addresses = settings.allow_private_ips,
                          .allow_loopback = loopback,
                          .allow_http = settings.insecure_allow_http,
                          .ca_bundle_path = settings.ca_bundle_path};
  return {settings.name, settings.redirect_uri, settings.scopes, settings.additional_authorization_params, std::move(policy)};
}

bool is_on_loopback(const config::OAuth2Settings& settings) {
  const auto is = [](const std::optional<Url>& url) { return url && url->is_loopback(); };
  return is(settings.token_endpoint) || (settings.dcr && (is(settings.dcr->discovery_url) || is(settings.dcr->registration_endpoint)));
}

ClientCredentials credentials_of(const config::Upstream& settings) {
  ClientCredentials client{settings.client_id, {}, ClientAuthentication::None};
  if (settings.client_secret && !settings.client_secret->empty()) {
    client.secret = settings.client_secret->clone();
    client.method = ClientAuthentication::Post;  // as ToolHive does; an OpenID provider's metadata may say otherwise
  }
  return client;
}

Result<void> check_url(const Url& url, std::string_view what, const config::Upstream& settings) {
  if (url.is_https() || url.is_loopback() || settings.insecure_allow_http) return {};
  return fail(ErrorCode::InvalidConfig, std::string(what) + " is not https (insecure_allow_http would permit it)");
}

Result<void> check_endpoints(const config::OAuth2Settings& settings, const config::Upstream& upstream) {
  if (settings.authorization_endpoint) {
    TRY_VOID(check_url(*settings.authorization_endpoint, "authorization_endpoint", upstream));
    TRY_VOID(check_authorization_endpoint(*settings.authorization_endpoint));
  }
  if (settings.token_endpoint) TRY_VOID(check_url(*settings.token_endpoint, "token_endpoint", upstream));
  if (settings.userinfo) {
    TRY_VOID(check_url(settings.userinfo->endpoint, "userinfo.endpoint_url", upstream));
    TRY_VOID(check_userinfo(*settings.userinfo));
  }
  return {};
}

Result<void> check_dcr(const config::OAuth2Settings& settings, const config::Upstream& upstream) {
  const bool endpoints = settings.authorization_endpoint && settings.token_endpoint;
  if (!settings.dcr) {
    if (upstream.client_id.empty()) return fail(ErrorCode::InvalidConfig, "either client_id or dcr_config is required");
    if (!endpoints) return fail(ErrorCode::InvalidConfig, "authorization_endpoint and token_endpoint are required");
    return {};
  }
  const auto& dcr = *settings.dcr;
  if (!upstream.client_id.empty()) return fail(ErrorCode::InvalidConfig, "client_id and dcr_config exclude each other");
  if (dcr.discovery_url.has_value() == dcr.registration_endpoint.has_value()) {
    return fail(ErrorCode::InvalidConfig, "dcr_config needs exactly one of discovery_url and registration_endpoint");
  }
  if (dcr.registration_endpoint && !endpoints) {
    return fail(ErrorCode::InvalidConfig, "authorization_endpoint and token_endpoint are required with dcr_config.registration_endpoint");
  }
  return check_url(dcr.discovery_url ? *dcr.discovery_url : *dcr.registration_endpoint, "dcr_config's URL", upstream);
}

Result<OAuth2Plan> plan_of(const config::OAuth2Settings& settings, const config::Upstream& upstream) {
  OAuth2Plan plan{.authorization_endpoint = settings.authorization_endpoint,
                  .token_endpoint = settings.token_endpoint,
                  .userinfo = settings.userinfo,
                  .client = credentials_of(upstream)};
  if (settings.token_response_mapping) {
    TRY(plan.response, ResponsePaths::make(*settings.token_response_mapping));
  }
  if (settings.identity_from_token) {
    TRY(plan.identity, IdentityPaths::make(*settings.identity_from_token));
  }
  if (settings.dcr) {
    plan.dcr.emplace(config::DcrSettings{.discovery_url = settings.dcr->discovery_url,
                                         .registration_endpoint = settings.dcr->registration_endpoint,
                                         .software_id = settings.dcr->software_id,
                                         .software_statement = settings.dcr->software_statement});
    if (settings.dcr->initial_access_token) plan.dcr->initial_access_token = settings.dcr->initial_access_token->clone();
  }
  return plan;
}

Made make_oauth2(const config::OAuth2Settings& settings, const config::Upstream& upstream, const Dependencies& dependencies) {
  TRY_VOID(check_endpoints(settings, upstream));
  TRY_VOID(check_dcr(settings, upstream));
  TRY(auto plan, plan_of(settings, upstream));
  return std::make_unique<OAuth2Provider>(common_of(upstream, is_on_loopback(settings)), std::move(plan), dependencies);
}

Made make_oidc(const config::OidcSettings& settings, const config::Upstream& upstream, const Dependencies& dependencies) {
  const auto issuer = Url::parse(settings.issuer_url);
  if (!issuer) return fail(ErrorCode::InvalidConfig, "issuer_url: " + issuer.error().message());
  TRY_VOID(check_url(*issuer, "issuer_url", upstream));
  if (upstream.client_id.empty()) return fail(ErrorCode::InvalidConfig, "client_id is required");
  if (std::find(upstream.scopes.begin(), upstream.scopes.end(), "openid") == upstream.scopes.end()) {
    return fail(ErrorCode::InvalidConfig, "the scopes lack openid: without it the provider sends no ID token");
  }
  if (settings.userinfo_override) {
    TRY_VOID(check_url(settings.userinfo_override->endpoint, "userinfo_override.endpoint_url", upstream));
    TRY_VOID(check_userinfo(*settings.userinfo_override));
  }
  auto oidc = settings;
  if (oidc.subject_claim.empty()) oidc.subject_claim = "sub";
  return std::make_unique<OidcProvider>(common_of(upstream, issuer->is_loopback()), std::move(oidc), credentials_of(upstream), dependencies);
}

Made make(const config::Upstream& settings, const Dependencies& dependencies) {
  TRY_VOID(check_additional_parameters(settings.additional_authorization_params));
  if (const auto* oidc = std::get_if<config::OidcSettings>(&settings.settings)) return make_oidc(*oidc, settings, dependencies);
  return make_oauth2(std::get<config::OAuth2Settings>(settings.settings), settings, dependencies);
}

}  // namespace

Result<std::unique_ptr<Provider>> make_provider(const config::Upstream& settings, Dependencies dependencies) {
  auto made = make(settings, dependencies);
  if (!made) return std::unexpected(std::move(made).error().note("upstream \"" + settings.name + "\""));
  return made;
}

}  // namespace vmcpauth::upstream
