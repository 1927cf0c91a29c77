#include "core/inspect/expectation.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/encoding.hpp"
#include "core/inspect/claim_values.hpp"
#include "core/oauth/scope.hpp"

namespace vmcpauth::inspect {
namespace {

std::string list(const std::vector<std::string>& values) { return values.empty() ? "(none)" : printable(fmt::format("{}", fmt::join(values, " ")), 600); }

std::string without_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

Expectation of_incoming(const config::Runtime& runtime, const config::OidcIncoming& oidc) {
  Expectation out{.role = "token for the vMCP server " + runtime.name, .issuer = oidc.issuer, .audiences = {oidc.audience}, .scopes = oidc.scopes};
  if (!oidc.resource.empty() && oidc.resource != oidc.audience) out.audiences.push_back(oidc.resource);
  // A backend's own path is a resource of its own (RFC 8707): its tokens are good there.
  if (runtime.auth_server && !oidc.resource.empty()) {
    for (const auto& backend : runtime.backends) out.audiences.push_back(without_slash(oidc.resource) + "/" + backend.name);
  }
  return out;
}

const config::Upstream* upstream_of(const config::Runtime& runtime, const std::string& issuer) {
  if (!runtime.auth_server) return nullptr;
  for (const auto& upstream : runtime.auth_server->upstreams) {
    const auto* oidc = std::get_if<config::OidcSettings>(&upstream.settings);
    if (oidc != nullptr && oidc->issuer_url == issuer) return &upstream;
  }
  return nullptr;
}

Comparison compare_issuer(const std::string& expected, const Json& claims) {
  const auto found = text_claim(claims, "iss");
  Comparison out{.what = "issuer", .matches = found == expected, .expected = expected, .found = found.empty() ? "(none)" : printable(found, 300), .hint = {}};
  if (!out.matches && without_slash(found) == without_slash(expected)) out.hint = "they differ by a slash at the end, which counts";
  if (!out.matches && found.starts_with("https://sts.windows.net/") && expected.find("login.microsoftonline.com") != std::string::npos) {
    out.hint = "this is a version 1 token of Entra: set accessTokenAcceptedVersion to 2, or configure the v1 issuer";
  }
  return out;
}

Comparison compare_audience(const std::vector<std::string>& expected, const Json& claims) {
  const auto found = audience_claim(claims);
  const bool matches =
      std::any_of(found.begin(), found.end(), [&](const auto& value) { return std::find(expected.begin(), expected.end(), value) != expected.end(); });
  Comparison out{.what = "audience", .matches = matches, .expected = list(expected), .found = list(found), .hint = {}};
  if (matches) return out;
  for (const auto& value : found) {
    const bool slash = std::any_of(expected.begin(), expected.end(), [&](const auto& wanted) { return without_slash(wanted) == without_slash(value); });
    if (slash) out.hint = "they differ by a slash at the end, which counts";
  }
  if (out.hint.empty()) out.hint = "the client has to ask for this resource when it logs in (RFC 8707), or the issuer has to be told the audience";
  return out;
}

Comparison compare_scope(const std::vector<std::string>& expected, const Json& claims) {
  const auto found = scope_claim(claims);
  std::vector<std::string> missing;
  for (const auto& scope : expected) {
    if (!oauth::has_scope(found, scope)) missing.push_back(scope);
  }
  Comparison out{.what = "scope", .matches = missing.empty(), .expected = list(expected), .found = list(found), .hint = {}};
  if (!missing.empty()) out.hint = "missing: " + list(missing);
  return out;
}

}  // namespace

Expectation expectation_of(const config::Runtime& runtime, const Json& claims) {
  const auto issuer = text_claim(claims, "iss");
  const auto* oidc = std::get_if<config::OidcIncoming>(&runtime.incoming);
  if (oidc != nullptr && oidc->issuer == issuer) return of_incoming(runtime, *oidc);
  if (const auto* upstream = upstream_of(runtime, issuer)) {
    Expectation out{.role = "token of provider \"" + upstream->name + "\"", .issuer = issuer, .audiences = {}, .scopes = {}};
    // An ID token is for the client that signed in; whom an access token is for is between the provider and the API.
    if (claims.contains("nonce") || claims.contains("at_hash")) out.audiences = {upstream->client_id};
    return out;
  }
  if (runtime.auth_server) {
    for (const auto& trusted : runtime.auth_server->trusted_issuers) {
      if (trusted.issuer_url != issuer) continue;
      return {.role = "token of the trusted issuer " + issuer, .issuer = issuer, .audiences = {trusted.expected_audience}, .scopes = {}};
    }
  }
  if (oidc != nullptr) return of_incoming(runtime, *oidc);
  return {};
}

std::vector<Comparison> compare(const Expectation& expectation, const Json& claims) {
  std::vector<Comparison> out;
  if (!claims.is_object()) return out;
  if (!expectation.issuer.empty()) out.push_back(compare_issuer(expectation.issuer, claims));
  if (!expectation.audiences.empty()) out.push_back(compare_audience(expectation.audiences, claims));
  if (!expectation.scopes.empty()) out.push_back(compare_scope(expectation.scopes, claims));
  return out;
}

std::string local_origin_of(const config::Runtime& runtime, const Json& claims) {
  const auto* oidc = std::get_if<config::OidcIncoming>(&runtime.incoming);
  if (oidc == nullptr || !runtime.auth_server || upstream_of(runtime, text_claim(claims, "iss")) != nullptr) return {};
  const auto issuer = Url::parse(text_claim(claims, "iss"));
  if (!issuer || !issuer->is_loopback() || issuer->text() == oidc->issuer || !claims.contains("tsid")) return {};
  return issuer->origin();
}

}  // namespace vmcpauth::inspect
