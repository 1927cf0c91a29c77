#include "core/client/discovery.hpp"

#include <algorithm>

#include "core/base/encoding.hpp"

namespace vmcpauth::client {
namespace {

constexpr std::size_t kMaxDocument = 256U << 10U;

// One try at one URL: a document, a reason to stop, or a reason to go on.
struct Attempt {
  std::optional<ProtectedResource> document;
  std::optional<Error> failure;
  std::string passed_over;  // why the next is tried
};

bool looks_like_json(std::string_view body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && body[first] == '{';
}

// Too much from a peer is the peer's fault.
Error peer_fault(Error error) {
  if (error.code() != ErrorCode::TooLarge) return error;
  Error out(ErrorCode::BadResponse, error.message());
  for (const auto& text : error.notes()) out = std::move(out).note(text);
  return out;
}

Attempt judge(Result<http::ClientResponse> response, const Url& url, const Url& server) {
  if (!response) return {.failure = peer_fault(std::move(response).error()).note("while reading the protected-resource metadata at " + url.text())};
  if (response->status >= 300 && response->status < 400)
    return {.passed_over = "HTTP " + std::to_string(response->status) + "; redirects of metadata are not followed"};
  if (response->status != 200) return {.passed_over = "HTTP " + std::to_string(response->status)};
  if (!looks_like_json(response->body)) return {.passed_over = "not JSON"};
  auto document = parse_protected_resource(response->body);
  if (!document) return {.failure = std::move(document).error().note("document at " + url.text())};
  if (auto checked = check_resource(document->resource, server); !checked) return {.failure = std::move(checked).error().note("document at " + url.text())};
  return {.document = *std::move(document)};
}

Result<std::vector<Url>> candidates(const DiscoveryRequest& request) {
  TRY(auto urls, resource_metadata_urls(request.server));
  if (request.resource_metadata) {
    std::erase(urls, *request.resource_metadata);
    urls.insert(urls.begin(), *request.resource_metadata);
  }
  return urls;
}

std::string list_of(const std::vector<std::string>& issuers) {
  std::string out;
  for (const auto& issuer : issuers) out += (out.empty() ? "" : ", ") + printable(issuer, 200);
  return out;
}

Task<Result<std::string>> choose_issuer(const DiscoveryRequest& request, const ProtectedResource& resource) {
  const auto& offered = resource.authorization_servers;
  if (request.issuer) {
    if (std::ranges::find(offered, *request.issuer) != offered.end()) co_return *request.issuer;
    co_return fail(ErrorCode::InvalidInput, "the server does not name the issuer " + printable(*request.issuer, 200) + "; it names " + list_of(offered));
  }
  if (request.earlier && std::ranges::find(offered, *request.earlier) != offered.end()) co_return *request.earlier;
  if (offered.size() == 1 || !request.choose) co_return offered.front();
  std::vector<std::string> asked = offered;
  CO_TRY(const auto chosen, co_await request.choose(std::move(asked)));
  co_return offered.at(chosen);
}

// Revision 2025-03-26 without a metadata document: the endpoints have fixed names.
Result<oauth::ServerMetadata> default_endpoints(const Url& server) {
  oauth::ServerMetadata out;
  out.issuer = server.origin();
  TRY(out.authorization_endpoint, Url::parse(out.issuer + "/authorize"));
  TRY(out.token_endpoint, Url::parse(out.issuer + "/token"));
  TRY(out.registration_endpoint, Url::parse(out.issuer + "/register"));
  out.code_challenge_methods_supported = {"S256"};
  out.document = Json::object();
  return out;
}

Task<Result<Discovery>> without_resource_metadata(http::HttpClient& http, DiscoveryRequest request, Discovery out, Progress& progress) {
  const bool chosen = request.issuer.has_value();
  const std::string issuer = request.issuer.value_or(request.server.origin());
  progress.report(ProgressKind::Detail, "no protected-resource metadata: " + issuer + " is taken for the authorization server, as revision 2025-03-26 has it");
  out.resource = request.server.origin() + request.server.path();
  oauth::DiscoverySettings settings{.issuer = issuer, .order = oauth::DiscoveryOrder::OAuth, .peer = out.peer};
  auto metadata = co_await oauth::discover(http, std::move(settings));
  if (metadata) {
    out.server = *std::move(metadata);
    co_return out;
  }
  if (chosen || metadata.error().code() != ErrorCode::NotFound)
    co_return std::unexpected(peer_fault(std::move(metadata).error()).note("authorization server " + issuer));
  CO_TRY(out.server, default_endpoints(request.server));
  out.default_endpoints = true;
  co_return out;
}

}  // namespace

Task<Result<std::optional<FoundResource>>> find_protected_resource(http::HttpClient& http, DiscoveryRequest request, Progress& progress) {
  CO_TRY(const auto urls, candidates(request));
  for (const auto& url : urls) {
    http::PeerPolicy peer = server_policy(request.trust);
    if (url.origin() != request.server.origin()) {
      CO_TRY(peer, co_await named_policy(http, request.server, request.trust));
    }
    if (!oauth::is_scheme_allowed(url, peer))
      co_return fail(ErrorCode::BadResponse, "the server names protected-resource metadata at " + url.text() + ", which is not https");
    http::ClientRequest get{.url = url, .headers = {{"Accept", "application/json"}}, .peer = std::move(peer), .max_response_bytes = kMaxDocument};
    auto response = co_await http.send(std::move(get));
    auto attempt = judge(std::move(response), url, request.server);
    if (attempt.failure) co_return std::unexpected(*std::move(attempt.failure));
    if (attempt.document) {
      progress.report(ProgressKind::Detail, "protected-resource metadata at " + url.text());
      co_return FoundResource{url, *std::move(attempt.document)};
    }
    progress.report(ProgressKind::Detail, "no protected-resource metadata at " + url.text() + " (" + attempt.passed_over + ")");
  }
  co_return std::optional<FoundResource>();
}

Task<Result<Discovery>> discover_authorization(http::HttpClient& http, DiscoveryRequest request, Progress& progress) {
  DiscoveryRequest again = request;
  CO_TRY(auto found, co_await find_protected_resource(http, std::move(again), progress));
  Discovery out;
  CO_TRY(out.peer, co_await named_policy(http, request.server, request.trust));
  if (!found) {
    auto older = co_await without_resource_metadata(http, std::move(request), std::move(out), progress);
    co_return older;
  }
  CO_TRY(const auto issuer, co_await choose_issuer(request, found->document));
  out.resource = found->document.resource;
  out.resource_metadata = found->at;
  out.protected_resource = std::move(found->document);
  oauth::DiscoverySettings settings{.issuer = issuer, .order = oauth::DiscoveryOrder::OAuth, .peer = out.peer};
  auto metadata = co_await oauth::discover(http, std::move(settings));
  if (!metadata) co_return std::unexpected(peer_fault(std::move(metadata).error()).note("authorization server " + printable(issuer, 200)));
  out.server = *std::move(metadata);
  progress.report(ProgressKind::Detail, "authorization server " + out.server.issuer);
  co_return out;
}

}  // namespace vmcpauth::client
