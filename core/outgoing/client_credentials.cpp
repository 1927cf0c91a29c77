#include "core/outgoing/client_credentials.hpp"

#include "core/oauth/scope.hpp"
#include "core/upstream/token_response.hpp"

namespace vmcpauth::outgoing {
namespace {

constexpr crypto::Sha256 kOwnTokenEntry{};

}  // namespace

Task<Result<ExchangedTokenPtr>> ClientCredentials::token() {
  if (auto kept = cache_.find(kOwnTokenEntry, clock_.now()); kept != nullptr) co_return kept;
  auto landed = co_await flight_.run("", ask());
  co_return *landed;
}

upstream::TokenRequest ClientCredentials::compose() const {
  // The same peer, client and policy; another grant.
  auto request = exchange_request(target_, Secret());
  request.form = {{"grant_type", "client_credentials"}};
  request.secrets.clear();
  if (!target_.audience.empty()) request.form.emplace_back("audience", target_.audience);
  if (!target_.scopes.empty()) request.form.emplace_back("scope", oauth::join_scope(target_.scopes));
  return request;
}

Task<Result<ExchangedTokenPtr>> ClientCredentials::ask() {
  // The flight before this one may have landed after token() looked.
  if (auto kept = cache_.find(kOwnTokenEntry, clock_.now()); kept != nullptr) co_return kept;
  auto request = compose();
  const auto peer = request.peer;
  CO_TRY(auto answer, co_await upstream::ask_token_endpoint(http_, std::move(request)));
  auto response = upstream::read_token_response(answer.document, nullptr, false);
  if (!response) co_return std::unexpected(upstream::with_peer(std::move(response).error(), peer));
  if (auto bearer = upstream::require_bearer(*response); !bearer) co_return std::unexpected(upstream::with_peer(std::move(bearer).error(), peer));
  const auto now = clock_.now();
  auto token = std::make_shared<const ExchangedToken>(ExchangedToken{std::move(response->access_token), usable_until(response->lifetime, now)});
  cache_.put(kOwnTokenEntry, token, now);
  co_return token;
}

}  // namespace vmcpauth::outgoing
