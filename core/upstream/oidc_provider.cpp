#include "core/upstream/oidc_provider.hpp"

#include <algorithm>

#include "core/base/text.hpp"
#include "core/upstream/authorization_request.hpp"

namespace vmcpauth::upstream {
namespace {

std::unexpected<Error> lacking(const Common& common, std::string_view member) {
  return fail(ErrorCode::BadResponse, "the metadata of " + common.who() + " has no usable " + std::string(member));
}

// To our caller a provider without metadata answers against its protocol, whatever discovery calls it.
Error undiscovered(Error error, const Common& common) {
  const auto code = error.code() == ErrorCode::NotFound || error.code() == ErrorCode::InvalidInput ? ErrorCode::BadResponse : error.code();
  Error out(code, "the metadata of " + common.who() + " cannot be had: " + error.message());
  for (const auto& note : error.notes()) out = std::move(out).note(note);
  return out;
}

// Entra answers for every tenant there, with an issuer that is none of theirs.
bool is_tenantless_entra(std::string_view issuer) {
  constexpr std::string_view kEntra = "https://login.microsoftonline.com/";
  if (!issuer.starts_with(kEntra)) return false;
  issuer.remove_prefix(kEntra.size());
  return issuer.starts_with("common") || issuer.starts_with("organizations") || issuer.starts_with("consumers");
}

}  // namespace

OidcProvider::OidcProvider(Common common, config::OidcSettings settings, ClientCredentials client, const Dependencies& dependencies)
    : common_(std::move(common)),
      settings_(std::move(settings)),
      client_(std::move(client)),
      http_(dependencies.http),
      clock_(dependencies.clock),
      metadata_(std::make_shared<oauth::MetadataSource>(oauth::DiscoverySettings{settings_.issuer_url, oauth::DiscoveryOrder::OpenId, common_.policy},
                                                        dependencies.http, dependencies.clock)),
      keys_(oauth::JwksSettings{metadata_, common_.policy, {}}, dependencies.http, dependencies.clock),
      grants_(common_, dependencies.http, dependencies.logger) {}

Task<Result<OidcProvider::Metadata>> OidcProvider::metadata() {
  auto found = co_await metadata_->get();
  if (!found) {
    auto error = undiscovered(std::move(found).error(), common_);
    if (is_tenantless_entra(settings_.issuer_url))
      error = std::move(error).note("put the tenant's id into issuer_url: Entra's shared endpoints have no issuer of their own");
    co_return std::unexpected(std::move(error));
  }
  const auto& document = **found;
  if (!document.authorization_endpoint) co_return lacking(common_, "authorization_endpoint");
  if (!document.token_endpoint) co_return lacking(common_, "token_endpoint");
  if (!document.jwks_uri) co_return lacking(common_, "jwks_uri");
  if (!check_authorization_endpoint(*document.authorization_endpoint)) co_return lacking(common_, "authorization_endpoint");
  co_return *std::move(found);
}

Task<Result<std::string>> OidcProvider::authorization_url(Leg leg) {
  CO_TRY(const Metadata document, co_await metadata());
  const AuthorizationRequest request{*document->authorization_endpoint, client_.id, common_.redirect_uri, common_.scopes, common_.additional_parameters, true};
  co_return upstream::authorization_url(request, leg);
}

Task<Result<CodeGrant>> OidcProvider::finish(CallbackParameters callback, Leg leg) {
  CO_TRY(const Metadata document, co_await metadata());
  const Peer peer{common_.who(), "authorization endpoint", *document->authorization_endpoint};
  const ExpectedIssuer issuer{settings_.issuer_url, document->authorization_response_iss_parameter_supported};
  CO_TRY(auto code, read_callback(callback, issuer, peer));
  CO_TRY(const Json answer, co_await grants_.redeem_code(target(*document), Secret(std::move(code)), std::move(leg.pkce_verifier)));
  CO_TRY(auto tokens, read_tokens(answer, common_.scopes));
  if (tokens.id_token.empty()) {
    co_return fail(ErrorCode::BadResponse, common_.who() + " sent no ID token: is openid among the scopes, and is it an OpenID provider?");
  }
  CO_TRY(auto asserted, co_await verified(document, tokens, std::move(leg.nonce)));
  CO_TRY(auto identity, co_await complete(std::move(asserted), tokens.access_token.clone()));
  co_return CodeGrant{std::move(tokens), std::move(identity)};
}

Task<Result<Tokens>> OidcProvider::refresh(Secret refresh_token, std::vector<std::string> scopes) {
  CO_TRY(const Metadata document, co_await metadata());
  const auto asked = grants_.refresh_scopes(std::move(scopes));
  CO_TRY(const Json answer, co_await grants_.redeem_refresh_token(target(*document), std::move(refresh_token), asked));
  CO_TRY(auto tokens, read_tokens(answer, asked));
  if (!tokens.id_token.empty()) {
    CO_TRY(auto asserted, co_await verified(document, tokens, std::nullopt));
    tokens.subject = std::move(asserted.subject);
  }
  co_return tokens;
}

Task<Result<IdTokenIdentity>> OidcProvider::verified(Metadata metadata, const Tokens& tokens, std::optional<std::string> nonce) {
  IdTokenPolicy policy{.who = common_.who(),
                       .issuer = settings_.issuer_url,
                       .client_id = client_.id,
                       .subject_claim = settings_.subject_claim,
                       .algorithms = id_token_algorithms(metadata->id_token_signing_alg_values_supported),
                       .nonce = std::move(nonce)};
  auto identity = co_await verify_id_token(keys_, std::move(policy), tokens.id_token.clone(), tokens.access_token.clone(), clock_.now());
  co_return identity;
}

// The ID token decides who the user is; userinfo_override adds name and email, and must speak of the same user
// (OpenID Connect Core §5.3.2).
Task<Result<Identity>> OidcProvider::complete(IdTokenIdentity asserted, Secret access_token) {
  Identity identity{.subject = std::move(asserted.subject), .name = std::move(asserted.name), .email = std::move(asserted.email)};
  if (!settings_.userinfo_override) co_return identity;
  UserInfoRequest request{common_.who(), std::move(access_token), common_.policy};
  CO_TRY(auto info, co_await ask_userinfo(http_, *settings_.userinfo_override, std::move(request)));
  if (info.subject != asserted.sub && info.subject != identity.subject) {
    co_return fail(ErrorCode::BadResponse, "the userinfo of " + common_.who() + " is about another subject than its ID token");
  }
  if (!info.name.empty()) identity.name = std::move(info.name);
  if (!info.email.empty()) identity.email = std::move(info.email);
  co_return identity;
}

TokenTarget OidcProvider::target(const oauth::ServerMetadata& metadata) const {
  TokenTarget out{*metadata.token_endpoint, client_.clone()};
  if (out.client.secret.empty()) return out;
  const auto& methods = metadata.token_endpoint_auth_methods_supported;
  const bool basic = methods.empty() || contains(methods, "client_secret_basic");
  const bool post = contains(methods, "client_secret_post");
  out.client.method = basic || !post ? ClientAuthentication::Basic : ClientAuthentication::Post;
  out.method_is_certain = !methods.empty() && basic != post;
  return out;
}

Result<Tokens> OidcProvider::read_tokens(const Json& document, const std::vector<std::string>& asked) const {
  auto response = read_token_response(document, nullptr, may_split_commas(asked));
  auto bearer = response ? require_bearer(*response) : Result<void>{};
  if (!response) return std::unexpected(std::move(response).error().note("in the answer of " + common_.who()));
  if (!bearer) return std::unexpected(std::move(bearer).error().note("in the answer of " + common_.who()));
  return to_tokens(*std::move(response), asked, clock_.now());
}

}  // namespace vmcpauth::upstream
