#include "core/authserver/document_clients.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/base/url.hpp"
#include "core/oauth/client_id_document.hpp"
#include "core/oauth/error.hpp"

namespace vmcpauth::authserver {
namespace {

constexpr std::size_t kMaxDocument = 10 * 1024;
constexpr Milliseconds kFetchTime{5000};
constexpr Seconds kMaxLifetime{std::chrono::hours(24)};

// application/json or application/<anything>+json.
bool is_json(const http::Headers& headers) {
  http::Request probe;
  probe.headers = headers;
  const auto type = probe.content_type();
  return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

std::optional<Seconds> max_age(std::string_view cache_control) {
  constexpr std::string_view kName = "max-age=";
  const auto at = cache_control.find(kName);
  if (at == std::string_view::npos) return std::nullopt;
  std::int64_t seconds = 0;
  const auto digits = cache_control.substr(at + kName.size());
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (error != std::errc{} || seconds < 0) return std::nullopt;
  return Seconds(seconds);
}

store::Client to_client(const std::string& url, oauth::AcceptedClient accepted, TimePoint now) {
  store::Client client;
  client.id = url;
  client.redirect_uris = std::move(accepted.redirect_uris);
  client.grant_types = std::move(accepted.grant_types);
  client.response_types = std::move(accepted.response_types);
  client.scopes = std::move(accepted.scopes);
  client.name = std::move(accepted.client_name);
  client.created_at = now;
  return client;
}

}  // namespace

oauth::RegistrationPolicy registration_policy(const config::AuthServer& config) {
  return {config.scopes_supported, config.baseline_client_scopes, config.allow_confidential_client_registration, config.force_confidential_redirect_uris};
}

// Documents on this machine are for development: only a server that lives on loopback itself looks there.
DocumentClients::DocumentClients(const Context& context)
    : context_(context), loopback_(Url::parse(context.config.issuer)->is_loopback()), fetches_(context.deps.clock, Milliseconds(100), 20) {}

Task<Result<store::Client>> DocumentClients::find(std::string url) {
  auto cached = cache_.with([&](auto& cache) -> std::optional<store::Client> {
    const auto* found = cache.find(url, context_.now());
    return found == nullptr ? std::nullopt : std::optional(*found);
  });
  if (cached) co_return *std::move(cached);
  auto shared = co_await flights_.run(url, fetch(url));
  co_return *shared;
}

Task<Result<store::Client>> DocumentClients::fetch(std::string url) {
  const auto loopback = loopback_ ? oauth::LoopbackDocuments::Allowed : oauth::LoopbackDocuments::Refused;
  CO_TRY(auto parsed, oauth::parse_document_url(url, loopback));
  if (!fetches_.admit()) co_return fail(ErrorCode::RateLimited, "too many client metadata documents at once");
  http::ClientRequest request{.url = std::move(parsed)};
  request.headers.set("Accept", "application/json");
  request.peer = {.allow_loopback = loopback_};
  request.timeout = kFetchTime;
  request.max_response_bytes = kMaxDocument;
  request.max_redirects = 0;
  auto response = co_await context_.deps.http.send(std::move(request));
  if (!response) co_return oauth::refuse("invalid_client", "client metadata document cannot be fetched: " + response.error().describe());
  auto client = accept(url, *response);
  co_return client;
}

Result<store::Client> DocumentClients::accept(const std::string& url, const http::ClientResponse& response) {
  if (response.status != 200) return oauth::refuse("invalid_client", "client metadata document: HTTP status " + std::to_string(response.status));
  if (!is_json(response.headers)) return oauth::refuse("invalid_client", "client metadata document is not JSON");
  // Its id would pass for one of our resources in a token's audience.
  const auto& audiences = context_.config.allowed_audiences;
  if (std::find(audiences.begin(), audiences.end(), url) != audiences.end()) return oauth::refuse("invalid_client", "the client_id is an audience of ours");
  TRY(auto accepted, oauth::read_client_document(response.body, url, registration_policy(context_.config)));
  auto client = to_client(url, std::move(accepted), context_.now());
  const auto life = lifetime(response.headers);
  if (life > Seconds(0)) {
    cache_.with([&](auto& cache) {
      if (cache.size() >= std::max<std::size_t>(context_.config.cimd.cache_max_size, 1)) (void)cache.take_first();
      cache.put(url, client, context_.now() + life);
    });
  }
  return client;
}

Seconds DocumentClients::lifetime(const http::Headers& headers) const {
  const auto control = http::to_lower(headers.get("cache-control").value_or(std::string_view{}));
  if (control.find("no-store") != std::string::npos) return Seconds(0);
  return std::min(max_age(control).value_or(context_.config.cimd.cache_fallback_ttl), kMaxLifetime);
}

}  // namespace vmcpauth::authserver
