#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/config/build_runtime.hpp"

namespace vmcpauth::config {
namespace {

class UpstreamBuilder {
 public:
  UpstreamBuilder(std::string name, const ServerPlan& plan, const Overlay& overlay, SecretResolver& secrets, Diagnostics& diagnostics, bool mocked)
      : name_(std::move(name)), plan_(plan), overlay_(overlay), secrets_(secrets), diagnostics_(diagnostics), mocked_(mocked) {}

  std::optional<Upstream> build(const UpstreamSpec& spec) {
    std::optional<Upstream> out;
    if (spec.oidc) out = build_oidc(spec.oidc.value);
    if (spec.oauth2) out = build_oauth2(spec.oauth2.value, spec.oauth2.key);
    if (!out) return std::nullopt;
    out->name = name_;
    if (out->redirect_uri.empty()) out->redirect_uri = plan_.redirect_base + "/oauth/callback";
    if (plan_.auth_server->insecure_allow_http.value) out->insecure_allow_http = true;
    if (const auto* local = overlay_.upstream(out->name)) apply(*local, *out);
    return out;
  }

 private:
  std::optional<Url> url(const Text& text) {
    auto parsed = Url::parse(text.value);
    if (!parsed && !info(Form::HttpUrl).matches(text.value)) return std::nullopt;  // reported by the decoder
    if (!parsed) {
      diagnostics_.report(Rule::EndpointForm, text.at, fmt::format("\"{}\" is not an absolute http(s) URL", printable(text.value, 200)));
      return std::nullopt;
    }
    return *std::move(parsed);
  }

  template <class Spec>
  void fill(const Spec& spec, Upstream& out) {
    out.client_id = spec.client_id.value;
    out.redirect_uri = spec.redirect_uri.value;
    out.scopes = values(spec.scopes);
    for (const auto& [key, value] : spec.authorization_params.value) out.additional_authorization_params[key.value] = value.value;
    out.allow_private_ips = spec.allow_private_ips.value;
    out.insecure_allow_http = spec.insecure_allow_http.value;
  }

  std::optional<UserInfoEndpoint> userinfo(const UserInfoSpec& spec) {
    auto endpoint = url(spec.endpoint_url);
    if (!endpoint) return std::nullopt;
    UserInfoEndpoint out{.endpoint = *std::move(endpoint)};
    if (!spec.http_method.value.empty()) out.http_method = spec.http_method.value;
    for (const auto& [key, value] : spec.additional_headers.value) out.additional_headers[key.value] = value.value;
    out.subject_fields = values(spec.field_mapping->subject_fields);
    out.name_fields = values(spec.field_mapping->name_fields);
    out.email_fields = values(spec.field_mapping->email_fields);
    return out;
  }

  // A secret that the overlay or a built-in provider replaces need not exist.
  std::optional<Secret> client_secret(const SecretSource& source) {
    const auto* local = overlay_.upstream(name_);
    if (mocked_ || (local != nullptr && (local->client_secret.present || local->client_id.present))) return std::nullopt;
    return secrets_.resolve(source, plan_.space, plan_.folder, SecretBytes::Trimmed);
  }
  std::optional<Upstream> build_oidc(const OidcUpstreamSpec& spec) {
    OidcSettings settings{.issuer_url = spec.issuer_url.value};
    if (!spec.subject_claim.value.empty()) settings.subject_claim = spec.subject_claim.value;
    if (spec.userinfo) settings.userinfo_override = userinfo(spec.userinfo.value);
    Upstream out;
    fill(spec, out);
    if (out.scopes.empty()) out.scopes = {"openid", "offline_access"};
    out.client_secret = client_secret(spec.client_secret);
    out.settings = std::move(settings);
    return out;
  }

  std::optional<DcrSettings> dcr(const DcrSpec& spec) {
    DcrSettings out{.software_id = spec.software_id.value, .software_statement = spec.software_statement.value};
    if (!spec.discovery_url.value.empty()) out.discovery_url = url(spec.discovery_url);
    if (!spec.registration_endpoint.value.empty()) out.registration_endpoint = url(spec.registration_endpoint);
    if (!mocked_) out.initial_access_token = secrets_.resolve(spec.initial_access_token, plan_.space, plan_.folder, SecretBytes::Trimmed);
    return out;
  }

  std::optional<Upstream> build_oauth2(const OAuth2UpstreamSpec& spec, Span at) {
    OAuth2Settings settings;
    if (spec.authorization_endpoint) settings.authorization_endpoint = url(spec.authorization_endpoint);
    if (spec.token_endpoint) settings.token_endpoint = url(spec.token_endpoint);
    if (!settings.authorization_endpoint || !settings.token_endpoint) {
      const bool given = spec.authorization_endpoint && spec.token_endpoint;
      if (given) return std::nullopt;  // what is wrong with them has been reported
      if (!spec.dcr || spec.dcr->discovery_url.value.empty()) {
        diagnostics_.report(Rule::EndpointForm, at, "authorization_endpoint and token_endpoint are needed")
            .with_hint("only dcr_config.discovery_url can name them instead");
        return std::nullopt;
      }
    }
    if (spec.userinfo) settings.userinfo = userinfo(spec.userinfo.value);
    if (spec.token_response_mapping) {
      const auto& mapping = spec.token_response_mapping.value;
      settings.token_response_mapping =
          TokenResponseMapping{mapping.access_token_path.value, mapping.scope_path.value, mapping.refresh_token_path.value, mapping.expires_in_path.value};
    }
    if (spec.identity_from_token) {
      const auto& identity = spec.identity_from_token.value;
      settings.identity_from_token = IdentityFromToken{identity.subject_path.value, identity.name_path.value, identity.email_path.value};
    }
    if (spec.dcr) settings.dcr = dcr(spec.dcr.value);
    Upstream out;
    fill(spec, out);
    out.client_secret = client_secret(spec.client_secret);
    out.settings = std::move(settings);
    return out;
  }

  void apply(const UpstreamOverlay& local, Upstream& out) {
    if (local.client_id) {
      out.client_id = local.client_id.value;
      out.client_secret.reset();  // it belongs to the other client
      if (auto* oauth2 = std::get_if<OAuth2Settings>(&out.settings)) oauth2->dcr.reset();
    }
    if (local.client_secret && !mocked_) out.client_secret = secrets_.resolve_reference(local.client_secret, SecretBytes::Trimmed);
    if (local.redirect_uri) out.redirect_uri = local.redirect_uri.value;
    if (local.scopes) out.scopes = values(local.scopes);
    if (local.allow_private_ips) out.allow_private_ips = local.allow_private_ips.value;
    if (local.insecure_allow_http) out.insecure_allow_http = local.insecure_allow_http.value;
    if (local.ca_bundle) out.ca_bundle_path = secrets_.overlay_path(local.ca_bundle);
  }

  std::string name_;
  const ServerPlan& plan_;
  const Overlay& overlay_;
  SecretResolver& secrets_;
  Diagnostics& diagnostics_;
  bool mocked_;
};

}  // namespace

std::optional<Upstream> build_upstream(const UpstreamSpec& spec, const ServerPlan& plan, const Overlay& overlay, const MockUpstreams& mock,
                                       SecretResolver& secrets, Diagnostics& diagnostics) {
  const auto name = upstream_name(spec);
  return UpstreamBuilder(name, plan, overlay, secrets, diagnostics, mock.covers(name)).build(spec);
}

}  // namespace vmcpauth::config
