#include "core/client/token_client.hpp"

#include "core/http/date.hpp"

namespace vmcpauth::client {
namespace {

constexpr int kMaxNonceTries = 2;
constexpr std::size_t kLongestNonce = 1024;
constexpr Milliseconds kServerTroublePause{1000};

std::vector<std::string_view> confidential(const Grant& grant, const ClientIdentity& client) {
  std::vector<std::string_view> out(grant.secrets.begin(), grant.secrets.end());
  if (!client.secret.empty()) out.emplace_back(client.secret.reveal());
  return out;
}

// One POST endpoint, asked until it gave an answer that counts.
class Conversation {
 public:
  Conversation(Ports ports, TokenEndpoint endpoint, ClientIdentity client, oauth::DpopKeyPtr key, Grant grant)
      : ports_(ports),
        endpoint_(std::move(endpoint)),
        client_(std::move(client)),
        key_(std::move(key)),
        grant_(std::move(grant)),
        peer_(endpoint_.peer(grant_.endpoint)) {}

  Task<Result<Json>> run() {
    bool server_trouble = false;
    int nonces = 0;
    while (true) {
      CO_TRY(auto request, compose());
      auto response = co_await ports_.http.send(std::move(request));
      if (!response) co_return std::unexpected(upstream::with_peer(std::move(response).error(), peer_));
      if (response->status >= 500 && !server_trouble) {
        server_trouble = true;
        co_await ports_.timer.pause(kServerTroublePause);
        continue;
      }
      auto document = read(*response);
      if (document) co_return document;
      if (document.error().oauth_code() == "use_dpop_nonce" && take_nonce(*response) && ++nonces <= kMaxNonceTries) continue;
      co_return std::unexpected(std::move(document).error());
    }
  }

 private:
  Result<http::ClientRequest> compose() {
    http::ClientRequest out{.method = "POST", .url = endpoint_.url, .peer = endpoint_.policy};
    out.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    FormFields form = grant_.form;
    TRY_VOID(authenticate(client_, {endpoint_.issuer, ports_.clock.now(), ports_.random}, form, out.headers));
    if (key_) {
      TRY(auto proof, key_->proof({"POST", endpoint_.url, "", nonce_}, ports_.clock.now(), ports_.random));
      out.headers.set("DPoP", std::move(proof));
    }
    out.body = form_encode(form);
    return out;
  }

  Result<Json> read(const http::ClientResponse& response) const {
    const auto secrets = confidential(grant_, client_);
    const auto refused = [&](Error error) {
      if (auto note = http::clock_difference(response.headers, ports_.clock.now()); !note.empty()) error = std::move(error).note(std::move(note));
      return std::unexpected(std::move(error));
    };
    if (response.status < 200 || response.status > 299) return refused(upstream::status_error(peer_, response, secrets));
    auto document = upstream::parse_token_document(response.headers.get("content-type").value_or(""), response.body);
    if (!document) return refused(upstream::with_peer(std::move(document).error(), peer_));
    if (const auto refusal = upstream::find_refusal(*document)) return refused(upstream::refusal_error(peer_, *refusal, response.status, secrets));
    return document;
  }

  bool take_nonce(const http::ClientResponse& response) {
    const auto nonce = response.headers.get("dpop-nonce");
    if (!key_ || !nonce || nonce->empty() || nonce->size() > kLongestNonce || nonce_ == *nonce) return false;
    nonce_ = *nonce;
    return true;
  }

  Ports ports_;
  TokenEndpoint endpoint_;
  ClientIdentity client_;
  oauth::DpopKeyPtr key_;
  Grant grant_;
  upstream::Peer peer_;
  std::string nonce_;
};

}  // namespace

Task<Result<Json>> post_form(Ports ports, TokenEndpoint endpoint, ClientIdentity client, oauth::DpopKeyPtr key, Grant grant) {
  Conversation conversation(ports, std::move(endpoint), std::move(client), std::move(key), std::move(grant));
  auto document = co_await conversation.run();
  co_return document;
}

Task<Result<TokenAnswer>> ask_for_tokens(Ports ports, TokenEndpoint endpoint, ClientIdentity client, oauth::DpopKeyPtr key, Grant grant) {
  const bool wants_dpop = key != nullptr;
  const auto peer = endpoint.peer();
  CO_TRY(const auto document, co_await post_form(ports, std::move(endpoint), std::move(client), std::move(key), std::move(grant)));
  auto tokens = upstream::read_token_response(document, nullptr, false);
  if (!tokens) co_return std::unexpected(upstream::with_peer(std::move(tokens).error(), peer));
  const bool dpop = http::equals_ignoring_case(tokens->token_type, "DPoP");
  if (dpop != wants_dpop) {
    if (auto bearer = upstream::require_bearer(*tokens); !bearer) co_return std::unexpected(upstream::with_peer(std::move(bearer).error(), peer));
    co_return std::unexpected(upstream::with_peer(Error(ErrorCode::BadResponse, "the access token is not bound to the DPoP key that was proved"), peer));
  }
  co_return TokenAnswer{*std::move(tokens), dpop};
}

}  // namespace vmcpauth::client
