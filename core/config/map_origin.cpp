#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/url.hpp"
#include "core/config/load.hpp"

namespace vmcpauth::config {
namespace {

constexpr std::string_view kCallbackPath = "/oauth/callback";

class OriginMap {
 public:
  explicit OriginMap(std::string_view to) : to_(to) {}

  void add(const std::string& url) {
    if (const auto parsed = Url::parse(url)) from_.push_back(parsed->origin());
  }
  [[nodiscard]] bool covers(const std::string& text) const {
    const auto url = Url::parse(text);
    return url && std::find(from_.begin(), from_.end(), url->origin()) != from_.end();
  }
  // Everything after the authority stays as it is.
  void apply(std::string& text) const {
    if (!covers(text)) return;
    const auto rest = text.find_first_of("/?#", text.find("://") + 3);
    text = to_ + (rest == std::string::npos ? "" : text.substr(rest));
  }
  void apply(std::vector<std::string>& texts) const {
    for (auto& text : texts) apply(text);
  }
  [[nodiscard]] const std::string& target() const noexcept { return to_; }

 private:
  std::string to_;
  std::vector<std::string> from_;
};

void map_auth_server(AuthServer& server, const OriginMap& map) {
  map.apply(server.issuer);
  map.apply(server.authorization_endpoint_base);
  map.apply(server.allowed_audiences);
  for (auto& upstream : server.upstreams) {
    // The local server answers callbacks at one path only.
    if (map.covers(upstream.redirect_uri)) upstream.redirect_uri = map.target() + std::string(kCallbackPath);
  }
  for (auto& client : server.delegate_clients) map.apply(client.audiences);
  for (auto& issuer : server.trusted_issuers) {
    map.apply(issuer.expected_audience);
    if (!issuer.jwt_bearer_grant) continue;
    map.apply(issuer.jwt_bearer_grant->accepted_audiences);
    for (auto& binding : issuer.jwt_bearer_grant->subject_bindings) map.apply(binding.allowed_resources);
  }
}

}  // namespace

void map_to_origin(Runtime& runtime, std::string_view origin) {
  auto* oidc = std::get_if<OidcIncoming>(&runtime.incoming);
  OriginMap map(origin);
  if (oidc != nullptr && !oidc->resource.empty()) map.add(oidc->resource);
  if (!runtime.auth_server) {
    if (oidc != nullptr) map.apply(oidc->resource);
    return;
  }
  map.add(runtime.auth_server->issuer);
  map.add(runtime.auth_server->authorization_endpoint_base);
  map_auth_server(*runtime.auth_server, map);
  if (oidc == nullptr) return;
  map.apply(oidc->issuer);
  map.apply(oidc->audience);
  map.apply(oidc->resource);
  // Keys are in process; a URL into the cluster would only be wrong.
  if (oidc->jwks_url && map.covers(oidc->jwks_url->text())) oidc->jwks_url.reset();
  const bool plain_http = origin.starts_with("http://");
  oidc->insecure_allow_http = oidc->insecure_allow_http || plain_http;
}

}  // namespace vmcpauth::config
