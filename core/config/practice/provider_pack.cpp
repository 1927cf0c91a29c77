#include "core/config/practice/provider_pack.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/config/rules.hpp"

namespace vmcpauth::config {

std::string_view UpstreamView::spelled(std::string_view manifest, std::string_view run_config) const noexcept {
  return config::spelled(server_.spelling, manifest, run_config);
}

std::vector<const Text*> UpstreamView::urls() const {
  if (is_oidc()) return {&oidc().issuer_url};
  std::vector<const Text*> out{&oauth2().authorization_endpoint, &oauth2().token_endpoint};
  if (oauth2().dcr) out.insert(out.end(), {&oauth2().dcr->discovery_url, &oauth2().dcr->registration_endpoint});
  return out;
}

std::vector<std::string> UpstreamView::effective_scopes() const {
  if (scopes() && !scopes()->empty()) return values(scopes());
  return is_oidc() ? std::vector<std::string>{"openid", "offline_access"} : std::vector<std::string>{};
}

const Text* UpstreamView::param(std::string_view name) const {
  for (const auto& [key, value] : params().value) {
    if (key.value == name) return &value;
  }
  return nullptr;
}

std::string UpstreamView::scopes_with(std::string_view scope) const {
  auto list = effective_scopes();
  list.emplace_back(scope);
  return fmt::format("scopes: [{}]", fmt::join(list, ", "));
}

std::string UpstreamView::scopes_without(std::string_view scope) const {
  auto list = effective_scopes();
  std::erase(list, scope);
  if (list.empty()) return "leave scopes out";
  return fmt::format("scopes: [{}]", fmt::join(list, ", "));
}

std::string UpstreamView::params_with(std::string_view name, std::string_view value) const {
  std::string out = fmt::format("{}:", spelled("additionalAuthorizationParams", "additional_authorization_params"));
  for (const auto& [key, old] : params().value) {
    if (key.value != name) out += fmt::format("\n  {}: {}", key.value, old.value);
  }
  return out + fmt::format("\n  {}: {}", name, value);
}

std::string host_of(std::string_view url) {
  const auto parsed = Url::parse(url);
  return parsed ? parsed->host() : std::string();
}

std::string path_of(std::string_view url) {
  const auto parsed = Url::parse(url);
  return parsed ? parsed->path() : std::string();
}

bool recognises(const ProviderPack& pack, const Url& url) {
  const std::string_view host = url.host();
  for (const auto known : pack.hosts) {
    if (known.starts_with('.') ? host.ends_with(known) : host == known) return true;
  }
  return pack.recognises != nullptr && pack.recognises(url);
}

}  // namespace vmcpauth::config
