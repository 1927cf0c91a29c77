#include "core/upstream/oauth2_provider.hpp"

#include "core/base/encoding.hpp"
#include "core/crypto/digest.hpp"

namespace vmcpauth::upstream {
namespace {

constexpr std::size_t kMaxTokenSubject = 512;
constexpr std::size_t kSyntheticBytes = 16;

std::string optional_text(const Json& document, const std::optional<JsonPath>& path) {
  const auto value = path ? path->evaluate(document) : std::nullopt;
  return value ? scalar_text(*value).value_or("") : "";
}

Result<std::optional<JsonPath>> optional_path(const std::string& text) {
  if (text.empty()) return std::nullopt;
  TRY(auto path, JsonPath::parse(text));
  return path;
}

}  // namespace

Result<IdentityPaths> IdentityPaths::make(const config::IdentityFromToken& settings) {
  TRY(auto subject, JsonPath::parse(settings.subject_path));
  TRY(auto name, optional_path(settings.name_path));
  TRY(auto email, optional_path(settings.email_path));
  return IdentityPaths{std::move(subject), std::move(name), std::move(email)};
}

Result<Identity> identity_from_token(const Json& document, const IdentityPaths& paths) {
  const auto value = paths.subject.evaluate(document);
  const auto subject = value ? scalar_text(*value) : std::nullopt;
  if (!subject || subject->size() > kMaxTokenSubject) {
    return fail(ErrorCode::BadResponse,
                "the token response has no usable text or whole number at identity_from_token.subject_path \"" + paths.subject.text() + "\"");
  }
  return Identity{.subject = *subject, .name = optional_text(document, paths.name), .email = optional_text(document, paths.email)};
}

Identity synthetic_identity(const Secret& access_token) {
  return {.subject = "tk-" + hex_encode(crypto::sha256(access_token.reveal()).substr(0, kSyntheticBytes)), .name = "", .email = "", .synthetic = true};
}

OAuth2Provider::OAuth2Provider(Common common, OAuth2Plan plan, const Dependencies& dependencies)
    : common_(std::move(common)),
      plan_(std::move(plan)),
      http_(dependencies.http),
      clock_(dependencies.clock),
      logger_(dependencies.logger),
      grants_(common_, dependencies.http, dependencies.logger) {
  if (!plan_.dcr) return;
  config::DcrSettings settings{.discovery_url = plan_.dcr->discovery_url,
                               .registration_endpoint = plan_.dcr->registration_endpoint,
                               .software_id = plan_.dcr->software_id,
                               .software_statement = plan_.dcr->software_statement};
  if (plan_.dcr->initial_access_token) settings.initial_access_token = plan_.dcr->initial_access_token->clone();
  registrar_.emplace(common_, std::move(settings), dependencies);
}

Task<Result<OAuth2Provider::Server>> OAuth2Provider::server() {
  if (!registrar_) co_return Server{*plan_.authorization_endpoint, *plan_.token_endpoint, {}, plan_.client.clone()};
  CO_TRY(const auto document, co_await registrar_->metadata());
  CO_TRY(auto client, co_await registrar_->client());
  auto authorization = plan_.authorization_endpoint;
  auto token = plan_.token_endpoint;
  ExpectedIssuer issuer;
  if (document != nullptr) {
    if (!authorization) authorization = document->authorization_endpoint;
    if (!token) token = document->token_endpoint;
    issuer = {document->issuer, document->authorization_response_iss_parameter_supported};
  }
  if (!authorization || !token) co_return fail(ErrorCode::BadResponse, "the metadata of " + common_.who() + " lacks authorization_endpoint or token_endpoint");
  if (!check_authorization_endpoint(*authorization))
    co_return fail(ErrorCode::BadResponse, "the metadata of " + common_.who() + " has no usable authorization_endpoint");
  co_return Server{*std::move(authorization), *std::move(token), std::move(issuer), std::move(client), true};
}

Task<Result<std::string>> OAuth2Provider::authorization_url(Leg leg) {
  CO_TRY(auto server, co_await this->server());
  const AuthorizationRequest request{
      server.authorization_endpoint, server.client.id, common_.redirect_uri, common_.scopes, common_.additional_parameters, false};
  co_return upstream::authorization_url(request, leg);
}

Task<Result<CodeGrant>> OAuth2Provider::finish(CallbackParameters callback, Leg leg) {
  CO_TRY(auto server, co_await this->server());
  const Peer peer{common_.who(), "authorization endpoint", server.authorization_endpoint};
  CO_TRY(auto code, read_callback(callback, server.issuer, peer));
  const std::string client_id = server.client.id;
  TokenTarget target{server.token_endpoint, std::move(server.client), server.method_is_certain};
  auto answer = co_await grants_.redeem_code(std::move(target), Secret(std::move(code)), std::move(leg.pkce_verifier));
  if (!answer) co_return refused(std::move(answer).error(), client_id);
  CO_TRY(auto tokens, read_tokens(*answer, common_.scopes));
  CO_TRY(auto identity, co_await identify(*answer, tokens));
  co_return CodeGrant{std::move(tokens), std::move(identity)};
}

Task<Result<Tokens>> OAuth2Provider::refresh(Secret refresh_token, std::vector<std::string> scopes) {
  CO_TRY(auto server, co_await this->server());
  const auto asked = grants_.refresh_scopes(std::move(scopes));
  const std::string client_id = server.client.id;
  TokenTarget target{server.token_endpoint, std::move(server.client), server.method_is_certain};
  auto answer = co_await grants_.redeem_refresh_token(std::move(target), std::move(refresh_token), asked);
  if (!answer) co_return refused(std::move(answer).error(), client_id);
  auto tokens = read_tokens(*answer, asked);
  co_return tokens;
}

Task<Result<Identity>> OAuth2Provider::identify(const Json& answer, const Tokens& tokens) {
  if (plan_.identity) {
    auto identity = identity_from_token(answer, *plan_.identity);
    if (!identity) co_return std::unexpected(std::move(identity).error().note("in the answer of " + common_.who()));
    co_return identity;
  }
  if (plan_.userinfo) {
    UserInfoRequest request{common_.who(), tokens.access_token.clone(), common_.policy};
    CO_TRY(auto info, co_await ask_userinfo(http_, *plan_.userinfo, std::move(request)));
    co_return Identity{.subject = std::move(info.subject), .name = std::move(info.name), .email = std::move(info.email)};
  }
  logger_.warn("upstream_subject_synthetic",
               {{"provider", common_.name}, {"hint", "the subject changes with every sign-in; configure userinfo or identity_from_token"}});
  co_return synthetic_identity(tokens.access_token);
}

Result<Tokens> OAuth2Provider::read_tokens(const Json& document, const std::vector<std::string>& asked) const {
  const ResponsePaths* paths = plan_.response ? &*plan_.response : nullptr;
  auto response = read_token_response(document, paths, may_split_commas(asked));
  // With a mapping token_type is the provider's own word ("user" at Slack) and says nothing.
  auto bearer = response && paths == nullptr ? require_bearer(*response) : Result<void>{};
  if (!response) return std::unexpected(std::move(response).error().note("in the answer of " + common_.who()));
  if (!bearer) return std::unexpected(std::move(bearer).error().note("in the answer of " + common_.who()));
  return to_tokens(*std::move(response), asked, clock_.now());
}

std::unexpected<Error> OAuth2Provider::refused(Error error, const std::string& client_id) {
  if (registrar_ && error.oauth_code() == "invalid_client") registrar_->distrust(client_id);
  return std::unexpected(std::move(error));
}

}  // namespace vmcpauth::upstream
