#include "core/oauth/server_metadata.hpp"

#include <algorithm>

namespace vmcpauth::oauth {
namespace {

constexpr std::size_t kMaxMetadata = 256U * 1024U;
constexpr std::string_view kOAuthWellKnown = "/.well-known/oauth-authorization-server";
constexpr std::string_view kOpenIdWellKnown = "/.well-known/openid-configuration";

Error unusable_document(std::string message) { return {ErrorCode::BadResponse, std::move(message)}; }

// A document that cannot be read is the issuer's fault, whatever the reader called it.
Error as_bad_response(const Error& cause) {
  Error out(ErrorCode::BadResponse, cause.message());
  for (const auto& text : cause.notes()) out = std::move(out).note(text);
  return out;
}

Result<std::optional<Url>> endpoint(const Json& document, std::string_view name, const http::PeerPolicy& peer) {
  TRY(auto text, optional_string(document, name));
  if (!text) return std::nullopt;
  auto url = Url::parse(*text);
  if (!url || url->has_fragment()) return std::unexpected(unusable_document("metadata member \"" + std::string(name) + "\" is not a URL"));
  if (!is_scheme_allowed(*url, peer)) return std::unexpected(unusable_document("metadata member \"" + std::string(name) + "\" is not an https URL"));
  return *std::move(url);
}

Result<std::vector<std::string>> strings(const Json& document, std::string_view name) {
  TRY(auto list, optional_strings(document, name));
  return list ? *std::move(list) : std::vector<std::string>{};
}

Result<void> read_endpoints(const Json& document, const http::PeerPolicy& peer, ServerMetadata& out) {
  TRY(out.authorization_endpoint, endpoint(document, "authorization_endpoint", peer));
  TRY(out.token_endpoint, endpoint(document, "token_endpoint", peer));
  TRY(out.jwks_uri, endpoint(document, "jwks_uri", peer));
  TRY(out.registration_endpoint, endpoint(document, "registration_endpoint", peer));
  TRY(out.userinfo_endpoint, endpoint(document, "userinfo_endpoint", peer));
  TRY(out.introspection_endpoint, endpoint(document, "introspection_endpoint", peer));
  TRY(out.revocation_endpoint, endpoint(document, "revocation_endpoint", peer));
  return {};
}

Result<void> read_capabilities(const Json& document, ServerMetadata& out) {
  TRY(out.scopes_supported, strings(document, "scopes_supported"));
  TRY(out.response_types_supported, strings(document, "response_types_supported"));
  TRY(out.grant_types_supported, strings(document, "grant_types_supported"));
  TRY(out.code_challenge_methods_supported, strings(document, "code_challenge_methods_supported"));
  TRY(out.token_endpoint_auth_methods_supported, strings(document, "token_endpoint_auth_methods_supported"));
  TRY(out.introspection_endpoint_auth_methods_supported, strings(document, "introspection_endpoint_auth_methods_supported"));
  TRY(out.id_token_signing_alg_values_supported, strings(document, "id_token_signing_alg_values_supported"));
  TRY(auto iss, optional_bool(document, "authorization_response_iss_parameter_supported"));
  out.authorization_response_iss_parameter_supported = iss.value_or(false);
  TRY(auto cimd, optional_bool(document, "client_id_metadata_document_supported"));
  out.client_id_metadata_document_supported = cimd.value_or(false);
  return {};
}

Result<ServerMetadata> read_document(std::string_view json_text, std::string_view issuer, const http::PeerPolicy& peer) {
  ServerMetadata out;
  TRY(out.document, parse_json_object(json_text, {.max_bytes = kMaxMetadata}));
  TRY(out.issuer, required_string(out.document, "issuer"));
  if (out.issuer != issuer) {
    return std::unexpected(
        unusable_document("metadata is of another issuer").note("it says \"" + printable(out.issuer, 200) + "\", expected \"" + printable(issuer, 200) + "\""));
  }
  TRY_VOID(read_endpoints(out.document, peer, out));
  TRY_VOID(read_capabilities(out.document, out));
  return out;
}

std::string insert_path(const Url& issuer, std::string_view well_known, std::string_view path) {
  return issuer.origin() + std::string(well_known) + std::string(path);
}

// One well-known URL: a document, a refusal that lets the next be tried, or trouble with the host that ends it all.
struct Attempt {
  std::optional<ServerMetadata> document;
  std::optional<Error> refused;
  bool is_final = false;
};

Attempt judge(const Result<http::ClientResponse>& response, const DiscoverySettings& settings, const Url& url) {
  if (!response) {
    const bool next = response.error().code() == ErrorCode::TooLarge || response.error().code() == ErrorCode::BadResponse;
    return {.refused = Error(response.error()).note("GET " + url.text()), .is_final = !next};
  }
  if (response->status != 200) return {};
  auto document = read_document(response->body, settings.issuer, settings.peer);
  if (document) return {.document = *std::move(document)};
  return {.refused = as_bad_response(document.error()).note("document at " + url.text())};
}

http::ClientRequest metadata_request(const Url& url, const http::PeerPolicy& peer) {
  return {.url = url, .headers = {{"Accept", "application/json"}}, .peer = peer, .max_response_bytes = kMaxMetadata};
}

}  // namespace

bool is_scheme_allowed(const Url& url, const http::PeerPolicy& peer) noexcept { return url.is_https() || url.is_loopback() || peer.allow_http; }

Result<ServerMetadata> parse_server_metadata(std::string_view json_text, std::string_view issuer, const http::PeerPolicy& peer) {
  auto document = read_document(json_text, issuer, peer);
  if (document) return document;
  return std::unexpected(as_bad_response(document.error()));
}

Result<std::vector<Url>> discovery_urls(std::string_view issuer, DiscoveryOrder order) {
  TRY(auto url, Url::parse(issuer));
  if (url.has_query() || url.has_fragment()) return fail(ErrorCode::InvalidInput, "issuer has a query or fragment");
  std::string path = url.path();
  if (path.ends_with('/')) path.pop_back();
  const std::string appended = url.origin() + path + std::string(kOpenIdWellKnown);
  const std::string oauth = insert_path(url, kOAuthWellKnown, path);
  const std::string inserted = insert_path(url, kOpenIdWellKnown, path);
  const auto texts = order == DiscoveryOrder::OpenId ? std::vector{appended, oauth, inserted} : std::vector{oauth, inserted, appended};
  std::vector<Url> out;
  for (const auto& text : texts) {
    TRY(auto candidate, Url::parse(text));
    if (std::ranges::find(out, candidate) == out.end()) out.push_back(std::move(candidate));
  }
  return out;
}

Task<Result<ServerMetadata>> discover(http::HttpClient& client, DiscoverySettings settings) {
  CO_TRY(auto urls, discovery_urls(settings.issuer, settings.order));
  if (!is_scheme_allowed(urls.front(), settings.peer)) co_return fail(ErrorCode::InvalidInput, "issuer is not an https URL");
  std::optional<Error> refused;
  int last_status = 0;
  for (const auto& url : urls) {
    auto response = co_await client.send(metadata_request(url, settings.peer));
    auto attempt = judge(response, settings, url);
    if (attempt.document) co_return *std::move(attempt.document);
    if (attempt.is_final) co_return std::unexpected(*std::move(attempt.refused));
    if (attempt.refused && !refused) refused = std::move(attempt.refused);
    if (response) last_status = response->status;
  }
  if (refused) co_return std::unexpected(*std::move(refused));
  co_return std::unexpected(
      Error(ErrorCode::NotFound, "issuer publishes no metadata")
          .note(std::to_string(urls.size()) + " well-known URLs tried, last status " + std::to_string(last_status) + " at " + urls.back().text()));
}

}  // namespace vmcpauth::oauth
