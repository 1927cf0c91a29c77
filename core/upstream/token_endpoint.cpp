#include "core/upstream/token_endpoint.hpp"

#include "core/upstream/token_response.hpp"

namespace vmcpauth::upstream {
namespace {

std::string form_component(std::string_view text) { return form_encode({{"", std::string(text)}}).substr(1); }

// What an answer meant for one try.
struct Tried {
  Result<Json> document;
  bool client_refused = false;
};

http::ClientRequest post(const TokenRequest& request, ClientAuthentication method) {
  http::ClientRequest out{.method = "POST", .url = request.peer.url, .peer = request.policy};
  out.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}, {"User-Agent", "vmcpauth"}};
  FormFields form = request.form;
  switch (method) {
    case ClientAuthentication::Basic: out.headers.set("Authorization", basic_authorization(request.client.id, request.client.secret.reveal())); break;
    case ClientAuthentication::Post:
      form.emplace_back("client_id", request.client.id);
      form.emplace_back("client_secret", request.client.secret.reveal());
      break;
    case ClientAuthentication::None:
      if (!request.client.id.empty()) form.emplace_back("client_id", request.client.id);
      break;
  }
  out.body = form_encode(form);
  return out;
}

enum class Body : std::uint8_t { Document, Free };

Tried judge(const TokenRequest& request, const http::ClientResponse& response, Body body) {
  std::vector<std::string_view> secrets(request.secrets.begin(), request.secrets.end());
  secrets.emplace_back(request.client.secret.reveal());
  const std::string basic = basic_authorization(request.client.id, request.client.secret.reveal());
  if (!request.client.secret.empty()) secrets.push_back(std::string_view(basic).substr(6));
  if (response.status < 200 || response.status > 299) {
    auto error = status_error(request.peer, response, secrets);
    const bool client_refused = response.status == 401 || error.oauth_code() == "invalid_client";
    return {std::unexpected(std::move(error)), client_refused};
  }
  auto document = parse_token_document(response.headers.get("content-type").value_or(""), response.body);
  if (!document && body == Body::Free) return {Json::object()};
  if (!document) return {std::unexpected(with_peer(std::move(document).error(), request.peer))};
  if (const auto refusal = find_refusal(*document)) {
    const bool client_refused = refusal->code == "invalid_client" || refusal->code == "incorrect_client_credentials";
    return {std::unexpected(refusal_error(request.peer, *refusal, response.status, secrets)), client_refused};
  }
  return {*std::move(document)};
}

}  // namespace

std::string_view to_string(ClientAuthentication method) noexcept {
  switch (method) {
    case ClientAuthentication::None: return "none";
    case ClientAuthentication::Basic: return "client_secret_basic";
    case ClientAuthentication::Post: return "client_secret_post";
  }
  return "none";
}

std::string basic_authorization(std::string_view id, std::string_view secret) {
  return "Basic " + base64_encode(form_component(id) + ":" + form_component(secret));
}

namespace {

Task<Result<TokenAnswer>> ask(http::HttpClient& http, TokenRequest request, Body body) {
  auto sent = post(request, request.client.method);
  auto first = co_await http.send(std::move(sent));
  if (!first) co_return std::unexpected(with_peer(std::move(first).error(), request.peer));
  auto tried = judge(request, *first, body);
  if (tried.document) co_return TokenAnswer{*std::move(tried.document), request.client.method};
  if (!tried.client_refused || request.fallback == ClientAuthentication::None || request.fallback == request.client.method) {
    co_return std::unexpected(std::move(tried.document).error());
  }
  auto sent_again = post(request, request.fallback);
  auto second = co_await http.send(std::move(sent_again));
  if (!second) co_return std::unexpected(with_peer(std::move(second).error(), request.peer));
  auto retried = judge(request, *second, body);
  if (retried.document) co_return TokenAnswer{*std::move(retried.document), request.fallback};
  // Refused both ways: the first refusal is the one to explain.
  co_return std::unexpected(std::move(retried.client_refused ? tried.document : retried.document).error());
}

}  // namespace

Task<Result<TokenAnswer>> ask_token_endpoint(http::HttpClient& http, TokenRequest request) { return ask(http, std::move(request), Body::Document); }

Task<Result<void>> ask_revocation_endpoint(http::HttpClient& http, TokenRequest request) {
  CO_TRY_VOID(co_await ask(http, std::move(request), Body::Free));
  co_return Result<void>{};
}

}  // namespace vmcpauth::upstream
