// The upstreams of an authorization server (ToolHive: pkg/authserver/config.go, upstream/*.go).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/encoding.hpp"
#include "core/base/url.hpp"
#include "core/config/rules.hpp"

namespace vmcpauth::config {
namespace {

// What the authorization request itself carries.
constexpr std::array<std::string_view, 9> kReserved{"response_type",         "client_id", "redirect_uri", "scope", "state", "code_challenge",
                                                    "code_challenge_method", "nonce",     "response_mode"};

class UpstreamCheck {
 public:
  UpstreamCheck(const AuthServerSpec& server, const UpstreamSpec& upstream, Span at, Diagnostics& diagnostics)
      : server_(server), upstream_(upstream), at_(at), diagnostics_(diagnostics) {}

  void run() {
    check_name();
    const BlockChoice choices[] = {{"oidc", name("oidcConfig", "oidc_config"), upstream_.oidc.key},
                                   {"oauth2", name("oauth2Config", "oauth2_config"), upstream_.oauth2.key}};
    check_blocks(upstream_.type, choices, at_, Severity::Error, diagnostics_);
    if (upstream_.oidc) check_oidc(upstream_.oidc.value);
    if (upstream_.oauth2) check_oauth2(upstream_.oauth2.value);
  }

 private:
  [[nodiscard]] std::string_view name(std::string_view manifest, std::string_view run_config) const { return spelled(server_.spelling, manifest, run_config); }

  void check_name() {
    const bool several = server_.upstreams->size() > 1;
    const auto& text = upstream_.name;
    if (!text || text.value.empty()) {
      if (several && server_.spelling == Spelling::RunConfig)
        diagnostics_.report(Rule::UpstreamName, text ? text.at : at_, "with several upstreams each needs a name");
      return;
    }
    if (several && text.value == "default") {
      diagnostics_.report(Rule::UpstreamName, text.at, "the name \"default\" is reserved for a single upstream")
          .with_hint("name it after the provider, for example \"google\"");
    } else if (server_.spelling == Spelling::RunConfig && !info(Form::DnsLabel).matches(text.value)) {
      diagnostics_.report(Rule::UpstreamName, text.at, fmt::format("the name {} must be {}", quoted(text.value), info(Form::DnsLabel).words));
    }
  }

  void check_endpoint(const Text& url, std::string_view field, bool allow_http) {
    // What does not even start like a URL has been reported by the decoder.
    if (!url || url.value.empty() || !info(Form::HttpUrl).matches(url.value)) return;
    if (const auto problem = endpoint_problem(url.value, allow_http)) {
      diagnostics_.report(Rule::EndpointForm, url.at, fmt::format("{} {} {}", field, quoted(url.value), *problem));
    }
  }

  void check_redirect(const Text& uri, bool allow_http) {
    if (!uri || uri.value.empty()) return;
    if (const auto problem = redirect_problem(uri.value, allow_http)) {
      diagnostics_.report(Rule::RedirectUriForm, uri.at, fmt::format("{} {} {}", name("redirectUri", "redirect_uri"), quoted(uri.value), *problem));
      return;
    }
    check_callback(uri);
  }

  // Codes must come back to us.
  void check_callback(const Text& uri) {
    constexpr std::string_view kPath = "/oauth/callback";
    const auto url = Url::parse(uri.value);
    if (!url) return;
    const auto issuer = Url::parse(server_.issuer.value);
    const auto base = Url::parse(server_.authorization_endpoint_base_url.value);
    // A path before it is an ingress', and then the issuer has it, too.
    const auto leads_there = [&](const Result<Url>& from) {
      std::string path = from ? from->path() : std::string();
      while (path.ends_with('/')) path.pop_back();
      return url->path() == path + std::string(kPath);
    };
    if (url->path() != kPath && !leads_there(issuer) && !leads_there(base)) {
      diagnostics_
          .report(Rule::RedirectElsewhere, uri.at,
                  fmt::format("{} {} does not lead to {}, where the authorization server waits", name("redirectUri", "redirect_uri"), quoted(uri.value), kPath))
          .with_hint(fmt::format("{}: {}{}", name("redirectUri", "redirect_uri"), url->origin(), kPath));
      return;
    }
    if (!issuer || url->origin() == issuer->origin() || (base && url->origin() == base->origin())) return;
    diagnostics_
        .report(Rule::RedirectElsewhere, uri.at,
                fmt::format("{} {} is at another origin than the issuer", name("redirectUri", "redirect_uri"), quoted(uri.value)))
        .with_label(server_.issuer.at, "the issuer is defined here")
        .with_hint("the code comes back to whoever answers there");
  }

  void check_params(const TextPairs& params) {
    for (const auto& [key, value] : params.value) {
      if (std::find(kReserved.begin(), kReserved.end(), key.value) == kReserved.end()) continue;
      diagnostics_.report(Rule::ReservedParameter, key.at, fmt::format("the parameter \"{}\" is set by the protocol and cannot be overridden", key.value));
    }
  }

  void check_secret(const SecretSource& secret, std::string_view what) {
    if (secret.env && secret.file) {
      diagnostics_.report(Rule::ExclusiveFields, secret.env.key, fmt::format("{} is given twice; ToolHive takes the file", what))
          .with_label(secret.file.key, "the file is named here")
          .with_severity(Severity::Warning);
    }
  }

  void check_userinfo(const Setting<UserInfoSpec>& userinfo) {
    if (userinfo) check_endpoint(userinfo->endpoint_url, name("endpointUrl", "endpoint_url"), false);
  }

  void check_oidc(const OidcUpstreamSpec& oidc) {
    const bool allow_http = server_.insecure_allow_http.value || oidc.insecure_allow_http.value;
    if (server_.spelling == Spelling::RunConfig || info(Form::HttpsUrl).matches(oidc.issuer_url.value)) {
      check_endpoint(oidc.issuer_url, name("issuerUrl", "issuer_url"), allow_http);
    }
    check_redirect(oidc.redirect_uri, allow_http);
    check_params(oidc.authorization_params);
    check_secret(oidc.client_secret, "the client secret");
    check_userinfo(oidc.userinfo);
  }

  void check_oauth2(const OAuth2UpstreamSpec& oauth2) {
    const bool allow_http = server_.insecure_allow_http.value || oauth2.insecure_allow_http.value;
    check_endpoint(oauth2.authorization_endpoint, name("authorizationEndpoint", "authorization_endpoint"), allow_http);
    check_endpoint(oauth2.token_endpoint, name("tokenEndpoint", "token_endpoint"), allow_http);
    check_redirect(oauth2.redirect_uri, allow_http);
    check_params(oauth2.authorization_params);
    check_secret(oauth2.client_secret, "the client secret");
    check_userinfo(oauth2.userinfo);
    check_registration(oauth2);
    if (!oauth2.userinfo.key.valid() && !oauth2.identity_from_token.key.valid()) {
      diagnostics_
          .report(Rule::SyntheticIdentity, upstream_.oauth2.key,
                  fmt::format("upstream {} has neither {} nor {}: every login is a new user", quoted(upstream_name(upstream_)), name("userInfo", "userinfo"),
                              name("identityFromToken", "identity_from_token")))
          .with_hint(fmt::format("add {} with the provider's profile URL, or {} when the token response names the user", name("userInfo", "userinfo"),
                                 name("identityFromToken", "identity_from_token")));
    }
  }

  void check_registration(const OAuth2UpstreamSpec& oauth2) {
    const bool client = !oauth2.client_id.value.empty();
    const bool dcr = oauth2.dcr.key.valid();
    const auto id_field = name("clientId", "client_id");
    const auto dcr_field = name("dcrConfig", "dcr_config");
    if (client == dcr) {
      auto& finding = diagnostics_.report(Rule::ClientRegistration, client ? oauth2.dcr.key : upstream_.oauth2.key,
                                          fmt::format("exactly one of {} and {} is needed", id_field, dcr_field));
      if (client) finding.with_label(oauth2.client_id.at, "the client is named here");
    }
    const bool discovers = dcr && oauth2.dcr->discovery_url;
    for (const auto* endpoint : {&oauth2.authorization_endpoint, &oauth2.token_endpoint}) {
      const bool authorization = endpoint == &oauth2.authorization_endpoint;
      if (server_.spelling != Spelling::RunConfig || endpoint->at.valid() || discovers) continue;
      diagnostics_.report(Rule::MissingField, upstream_.oauth2.key,
                          fmt::format("oauth2_config has no \"{}\"", authorization ? "authorization_endpoint" : "token_endpoint"));
    }
    if (!dcr) return;
    if (oauth2.client_secret) {
      diagnostics_.report(Rule::ClientRegistration, oauth2.client_secret.at(),
                          fmt::format("a client secret makes no sense with {}: registration supplies it", dcr_field));
    }
    if (!oauth2.dcr) return;
    const auto& settings = oauth2.dcr.value;
    const bool discovery = !settings.discovery_url.value.empty();
    if (discovery == !settings.registration_endpoint.value.empty()) {
      diagnostics_.report(Rule::ClientRegistration, oauth2.dcr.key,
                          fmt::format("{} needs exactly one of {} and {}", dcr_field, name("discoveryUrl", "discovery_url"),
                                      name("registrationEndpoint", "registration_endpoint")));
    }
    check_endpoint(settings.discovery_url, name("discoveryUrl", "discovery_url"), false);
    check_endpoint(settings.registration_endpoint, name("registrationEndpoint", "registration_endpoint"), false);
    if (settings.initial_access_token.env && settings.initial_access_token.file) {
      diagnostics_.report(Rule::ExclusiveFields, settings.initial_access_token.env.key,
                          "initial_access_token_file and initial_access_token_env_var exclude each other");
    }
  }

  const AuthServerSpec& server_;
  const UpstreamSpec& upstream_;
  Span at_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_upstreams(const AuthServerSpec& server, Span at, Diagnostics& diagnostics) {
  if (server.upstreams && server.upstreams->empty()) {
    diagnostics.report(Rule::NoUpstream, server.upstreams.key.valid() ? server.upstreams.key : at,
                       "the authorization server has no upstream to log users in at");
  }
  for (const auto& upstream : server.upstreams.value) UpstreamCheck(server, upstream.value, upstream.at, diagnostics).run();
}

}  // namespace vmcpauth::config
