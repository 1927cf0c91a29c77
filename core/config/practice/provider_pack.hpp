// What is known about one family of identity providers: the hosts it is recognised by and its traps, as data; what needs
// more than data is a function of the pack. One .cpp file a family; providers.cpp lists and applies them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/url.hpp"
#include "core/config/diagnostic.hpp"
#include "core/config/model.hpp"

namespace vmcpauth::config {

// One upstream, whichever its type and spelling.
class UpstreamView {
 public:
  UpstreamView(const AuthServerSpec& server, const UpstreamSpec& spec, bool tokens_used = true) : server_(server), spec_(spec), tokens_used_(tokens_used) {}

  [[nodiscard]] bool is_oidc() const noexcept { return spec_.oidc.present; }
  [[nodiscard]] const OidcUpstreamSpec& oidc() const noexcept { return spec_.oidc.value; }
  [[nodiscard]] const OAuth2UpstreamSpec& oauth2() const noexcept { return spec_.oauth2.value; }
  [[nodiscard]] std::string_view spelled(std::string_view manifest, std::string_view run_config) const noexcept;
  // The block's key: where what is missing in it is reported.
  [[nodiscard]] Span block() const noexcept { return is_oidc() ? spec_.oidc.key : spec_.oauth2.key; }
  [[nodiscard]] Span name_at() const noexcept { return spec_.name.at; }
  // Issuer, or authorization and token endpoint.
  [[nodiscard]] std::vector<const Text*> urls() const;
  // The URL that names the provider: issuer or authorization endpoint.
  [[nodiscard]] const Text& url() const noexcept { return is_oidc() ? oidc().issuer_url : oauth2().authorization_endpoint; }
  [[nodiscard]] const Text& redirect_uri() const noexcept { return is_oidc() ? oidc().redirect_uri : oauth2().redirect_uri; }
  // Whether a backend gets its access token, as far as can be seen; else it is there for the login only.
  [[nodiscard]] bool tokens_used() const noexcept { return tokens_used_; }
  [[nodiscard]] const Texts& scopes() const noexcept { return is_oidc() ? oidc().scopes : oauth2().scopes; }
  // With the defaults of OpenID Connect upstreams: openid and offline_access.
  [[nodiscard]] std::vector<std::string> effective_scopes() const;
  [[nodiscard]] const TextPairs& params() const noexcept { return is_oidc() ? oidc().authorization_params : oauth2().authorization_params; }
  [[nodiscard]] const Text* param(std::string_view name) const;

  // Lines to paste: the scopes with one more or less, the parameters with one more.
  [[nodiscard]] std::string scopes_with(std::string_view scope) const;
  [[nodiscard]] std::string scopes_without(std::string_view scope) const;
  [[nodiscard]] std::string params_with(std::string_view name, std::string_view value) const;

 private:
  const AuthServerSpec& server_;
  const UpstreamSpec& spec_;
  bool tokens_used_;
};

struct Trap {
  enum class Kind : std::uint8_t {
    NeedsScope,      // `name` must be asked for
    RefusesScope,    // `name` must not be asked for, not even by default
    NeedsParameter,  // `name` must be in the authorization request, with `value` when there is one
  };
  Rule rule;
  Kind kind;
  std::string_view name;
  std::string_view value;    // of the parameter in the advice; compared unless it is in capitals
  std::string_view message;  // what happens otherwise
  bool (*applies)(const UpstreamView& upstream) = nullptr;
  std::string_view advice = {};  // a further line of the advice
};

struct ProviderPack {
  std::string_view name;
  // "accounts.google.com" is that host, ".okta.com" every host below.
  std::span<const std::string_view> hosts;
  // For providers that run under any host: tells them by the rest of the URL.
  bool (*recognises)(const Url& url) = nullptr;
  std::span<const Trap> traps = {};
  void (*check_upstream)(const UpstreamView& upstream, Diagnostics& diagnostics) = nullptr;
  // As the issuer of the tokens that clients bring.
  void (*check_incoming)(const OidcIncomingSpec& incoming, Diagnostics& diagnostics) = nullptr;
};

[[nodiscard]] bool recognises(const ProviderPack& pack, const Url& url);
// The host and the path of a URL; empty when it is none.
[[nodiscard]] std::string host_of(std::string_view url);
[[nodiscard]] std::string path_of(std::string_view url);

extern const ProviderPack kGoogle, kEntra, kOkta, kAuth0, kGitHub, kSlack, kAtlassian, kKeycloak, kGitLab, kCognito, kSnowflake, kAuthentik;

}  // namespace vmcpauth::config
