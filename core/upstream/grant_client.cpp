#include "core/upstream/grant_client.hpp"

#include <algorithm>

#include "core/oauth/scope.hpp"

namespace vmcpauth::upstream {
namespace {

ClientAuthentication other(ClientAuthentication method) {
  switch (method) {
    case ClientAuthentication::Basic: return ClientAuthentication::Post;
    case ClientAuthentication::Post: return ClientAuthentication::Basic;
    case ClientAuthentication::None: return ClientAuthentication::None;
  }
  return ClientAuthentication::None;
}

}  // namespace

Task<Result<Json>> GrantClient::redeem_code(TokenTarget target, Secret code, Secret pkce_verifier) {
  FormFields form{
      {"grant_type", "authorization_code"}, {"code", code.reveal()}, {"redirect_uri", common_.redirect_uri}, {"code_verifier", pkce_verifier.reveal()}};
  std::vector<std::string> secrets{code.reveal(), pkce_verifier.reveal()};
  auto document = co_await ask(std::move(target), std::move(form), std::move(secrets), Asked::Login);
  co_return document;
}

Task<Result<Json>> GrantClient::redeem_refresh_token(TokenTarget target, Secret refresh_token, std::vector<std::string> scopes) {
  FormFields form{{"grant_type", "refresh_token"}, {"refresh_token", refresh_token.reveal()}};
  if (!scopes.empty()) form.emplace_back("scope", oauth::join_scope(scopes));
  std::vector<std::string> secrets{refresh_token.reveal()};
  auto document = co_await ask(std::move(target), std::move(form), std::move(secrets), Asked::Refresh);
  co_return document;
}

std::vector<std::string> GrantClient::refresh_scopes(std::vector<std::string> granted) const {
  if (granted.empty()) return common_.scopes;
  constexpr std::string_view kOffline = "offline_access";
  if (oauth::has_scope(common_.scopes, kOffline) && !oauth::has_scope(granted, kOffline)) granted.emplace_back(kOffline);
  return granted;
}

Task<Result<Json>> GrantClient::ask(TokenTarget target, FormFields form, std::vector<std::string> secrets, Asked asked) {
  TokenRequest request{.peer = {common_.who(), "token endpoint", target.endpoint, asked},
                       .form = std::move(form),
                       .secrets = std::move(secrets),
                       .client = std::move(target.client),
                       .policy = common_.policy};
  if (!target.method_is_certain) {
    const auto known = accepted_.load();
    if (known != ClientAuthentication::None && request.client.method != ClientAuthentication::None) request.client.method = known;
    request.fallback = other(request.client.method);
  }
  auto answer = co_await ask_token_endpoint(http_, std::move(request));
  if (!answer) co_return std::unexpected(std::move(answer).error());
  if (accepted_.exchange(answer->method) != answer->method) {
    logger_.debug("upstream_client_authentication", {{"provider", common_.name}, {"method", to_string(answer->method)}});
  }
  co_return std::move(answer->document);
}

Tokens to_tokens(TokenResponse response, const std::vector<std::string>& asked, TimePoint now) {
  Tokens tokens;
  tokens.access_token = std::move(response.access_token);
  tokens.refresh_token = std::move(response.refresh_token);
  tokens.id_token = std::move(response.id_token);
  if (response.lifetime) tokens.expires_at = now + *response.lifetime;
  tokens.scopes = response.scopes ? *std::move(response.scopes) : asked;
  return tokens;
}

bool may_split_commas(const std::vector<std::string>& asked) {
  return std::none_of(asked.begin(), asked.end(), [](const std::string& scope) { return scope.find(',') != std::string::npos; });
}

}  // namespace vmcpauth::upstream
